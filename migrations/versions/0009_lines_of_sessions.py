"""The lines of sessions: who waits for which, and whether a session has a line."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IN_LINE = "state IN ('waiting', 'offered')"


def upgrade() -> None:
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("has_waiting_list", sa.Boolean(), nullable=True))
    op.create_table(
        "session_wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "offered", "accepted", "declined", "expired", "left",
                name="wishstate", native_enum=False, length=30,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_session_wishes_size_positive")),
        sa.CheckConstraint("rank > 0", name=op.f("ck_session_wishes_rank_positive")),
        sa.CheckConstraint(
            "(state = 'offered') = (offered_until IS NOT NULL)", name=op.f("ck_session_wishes_offered_for_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_session_wishes_registration_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_wishes_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_wishes")),
    )  # fmt: skip
    op.create_index("ix_session_wishes_line", "session_wishes", ["session_id", "state", "id"])
    op.create_index("ix_session_wishes_registration_id", "session_wishes", ["registration_id"])
    op.create_index("ix_session_wishes_offered_until", "session_wishes", ["state", "offered_until"])
    op.create_index(
        "uq_session_wishes_one_in_line",
        "session_wishes",
        ["registration_id", "session_id"],
        unique=True,
        sqlite_where=sa.text(IN_LINE),
        postgresql_where=sa.text(IN_LINE),
    )


def downgrade() -> None:
    """Whoever waits for a session waits no more; a place that was on offer is free again."""
    op.execute(
        "UPDATE capacity_pools SET taken = taken - (SELECT SUM(places.count) FROM places"
        " JOIN sessions ON sessions.pool_id = places.pool_id"
        " JOIN session_wishes ON session_wishes.session_id = sessions.id"
        " AND session_wishes.registration_id = places.registration_id AND session_wishes.state = 'offered'"
        " WHERE places.pool_id = capacity_pools.id)"
        " WHERE id IN (SELECT sessions.pool_id FROM sessions JOIN session_wishes"
        " ON session_wishes.session_id = sessions.id WHERE session_wishes.state = 'offered')"
    )
    op.execute(
        "DELETE FROM places WHERE EXISTS (SELECT 1 FROM session_wishes JOIN sessions"
        " ON sessions.id = session_wishes.session_id WHERE sessions.pool_id = places.pool_id"
        " AND session_wishes.registration_id = places.registration_id AND session_wishes.state = 'offered')"
    )
    op.drop_table("session_wishes")
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_column("has_waiting_list")

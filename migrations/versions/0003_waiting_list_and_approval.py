"""The waiting list of an event, and registrations that the organiser approves."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LIVE = "state IN ('pending', 'requested', 'waitlisted', 'offered', 'confirmed')"
LIVE_BEFORE = "state IN ('pending', 'confirmed')"
IN_LINE = "state IN ('waiting', 'offered')"


def upgrade() -> None:
    with op.batch_alter_table("events") as events:
        events.add_column(sa.Column("has_waiting_list", sa.Boolean(), nullable=False, server_default=sa.false()))
        events.add_column(sa.Column("offer_hours", sa.Integer(), nullable=False, server_default="24"))
        events.add_column(sa.Column("needs_approval", sa.Boolean(), nullable=False, server_default=sa.false()))
        events.create_check_constraint("offer_hours_positive", "offer_hours > 0")
    with op.batch_alter_table("events") as events:
        for name in ("has_waiting_list", "offer_hours", "needs_approval"):
            events.alter_column(name, server_default=None)
    _live(LIVE)
    with op.batch_alter_table("registrations") as registrations:
        registrations.drop_constraint(op.f("ck_registrations_pending_is_held"), type_="check")
        registrations.create_check_constraint(
            "held_for_a_time", "(state IN ('pending', 'offered')) = (held_until IS NOT NULL)"
        )
    _make_waiting_entries()


def _make_waiting_entries() -> None:
    op.create_table(
        "waiting_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "offered", "accepted", "declined", "expired", "left",
                name="waitingstate", native_enum=False, length=30,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_waiting_entries_size_positive")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_waiting_entries_event_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_waiting_entries_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entries")),
    )  # fmt: skip
    op.create_index("ix_waiting_entries_line", "waiting_entries", ["event_id", "state", "id"])
    op.create_index("ix_waiting_entries_registration_id", "waiting_entries", ["registration_id"])
    op.create_index(
        "uq_waiting_entries_one_in_line",
        "waiting_entries",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text(IN_LINE),
        postgresql_where=sa.text(IN_LINE),
    )


def downgrade() -> None:
    """Whoever waits or was refused is nobody before; those registrations end as cancelled."""
    op.drop_table("waiting_entries")
    _free_offered_places()
    with op.batch_alter_table("registrations") as registrations:
        registrations.drop_constraint(op.f("ck_registrations_held_for_a_time"), type_="check")
    op.execute(
        "UPDATE registrations SET state = 'cancelled', held_until = NULL,"
        " ended_at = COALESCE(ended_at, CURRENT_TIMESTAMP)"
        " WHERE state IN ('requested', 'waitlisted', 'offered', 'rejected', 'declined')"
    )
    with op.batch_alter_table("registrations") as registrations:
        registrations.create_check_constraint(
            "pending_is_held", "(state = 'pending') = (held_until IS NOT NULL)"
        )
    _live(LIVE_BEFORE)
    with op.batch_alter_table("events") as events:
        events.drop_constraint(op.f("ck_events_offer_hours_positive"), type_="check")
        for name in ("needs_approval", "offer_hours", "has_waiting_list"):
            events.drop_column(name)


def _free_offered_places() -> None:
    offered = "(SELECT id FROM registrations WHERE state = 'offered')"
    held = f"FROM places WHERE pool_id = capacity_pools.id AND registration_id IN {offered}"
    op.execute(f"UPDATE capacity_pools SET taken = taken - (SELECT COALESCE(SUM(count), 0) {held})")
    op.execute(f"DELETE FROM places WHERE registration_id IN {offered}")


def _live(condition: str) -> None:
    op.drop_index("uq_registrations_one_live", "registrations")
    op.create_index(
        "uq_registrations_one_live",
        "registrations",
        ["event_id", "email_key"],
        unique=True,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )

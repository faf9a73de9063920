"""The rule of attendance of an event, and corrections of what was scanned."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _word(name: str) -> sa.Column:
    words = sa.Enum("attended", "missed", "as_scanned", name="word", native_enum=False, length=30)
    return sa.Column(name, words, nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=True)


def upgrade() -> None:
    op.create_table(
        "attendance_rules",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        _number("session_minutes"),
        _number("session_percent"),
        _number("least_sessions"),
        _number("least_hours"),
        _number("least_days_percent"),
        sa.CheckConstraint("session_minutes > 0", name=op.f("ck_attendance_rules_minutes_positive")),
        sa.CheckConstraint(
            "session_percent BETWEEN 1 AND 100", name=op.f("ck_attendance_rules_percent_of_a_session")
        ),
        sa.CheckConstraint("least_sessions > 0", name=op.f("ck_attendance_rules_sessions_positive")),
        sa.CheckConstraint("least_hours > 0", name=op.f("ck_attendance_rules_hours_positive")),
        sa.CheckConstraint(
            "least_days_percent BETWEEN 1 AND 100", name=op.f("ck_attendance_rules_percent_of_the_days")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_attendance_rules_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_attendance_rules")),
    )
    op.create_table(
        "attendance_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _word("old"),
        _word("new"),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("corrected_by", sa.String(), nullable=False),
        sa.Column("corrected_at", _MOMENT, nullable=False),
        sa.CheckConstraint("old <> new", name=op.f("ck_attendance_corrections_says_something_new")),
        sa.CheckConstraint("number > 0", name=op.f("ck_attendance_corrections_number_positive")),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendees.id"], name=op.f("fk_attendance_corrections_attendee_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_attendance_corrections_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_corrections")),
        sa.UniqueConstraint(
            "attendee_id",
            "session_id",
            "number",
            name=op.f("uq_attendance_corrections_attendee_id_session_id_number"),
        ),
    )
    op.create_index("ix_attendance_corrections_session_id", "attendance_corrections", ["session_id"])


def downgrade() -> None:
    op.drop_table("attendance_corrections")
    op.drop_table("attendance_rules")

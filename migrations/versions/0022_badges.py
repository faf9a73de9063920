"""Printed badges, whether an event prints them on arrival, and the colour of each ticket type's badge."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ticket types have no colour of their own yet, and no event prints."""
    op.add_column("ticket_types", sa.Column("badge_colour", sa.String(), nullable=True))
    op.create_table(
        "badge_plans",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on_arrival", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_badge_plans_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_badge_plans")),
    )
    _create_printings()
    op.create_table(
        "badge_prints",
        sa.Column("printing_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("copy > 0", name=op.f("ck_badge_prints_copy_positive")),
        sa.ForeignKeyConstraint(
            ["printing_id"], ["badge_printings.id"], name=op.f("fk_badge_prints_printing_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_badge_prints_ticket_id")),
        sa.PrimaryKeyConstraint("printing_id", "ticket_id", name=op.f("pk_badge_prints")),
        sa.UniqueConstraint("ticket_id", "copy", name=op.f("uq_badge_prints_ticket_id_copy")),
    )


def _create_printings() -> None:
    op.create_table(
        "badge_printings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("submission_key", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_badge_printings_event_id")),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["users.id"], name=op.f("fk_badge_printings_printed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["gate_devices.id"], name=op.f("fk_badge_printings_device_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_printings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_badge_printings_public_id")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_badge_printings_submission_key")),
    )
    op.create_index("ix_badge_printings_event_id", "badge_printings", ["event_id", "printed_at"])


def downgrade() -> None:
    """What was printed is forgotten, and so are the colours."""
    op.drop_table("badge_prints")
    op.drop_table("badge_printings")
    op.drop_table("badge_plans")
    op.drop_column("ticket_types", "badge_colour")

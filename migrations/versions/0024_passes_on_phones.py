"""Which phones hold which passes of tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "passes_on_phones",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("push_token", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("registered_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_passes_on_phones_ticket_id")),
        sa.PrimaryKeyConstraint("device", "serial", name=op.f("pk_passes_on_phones")),
    )
    op.create_index("ix_passes_on_phones_ticket_id", "passes_on_phones", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("passes_on_phones")

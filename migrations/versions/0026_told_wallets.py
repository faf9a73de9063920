"""What the holders of passes were told last: phones that are woken, and tickets that Google may hold."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _phones_that_are_woken()
    op.create_table(
        "passes_at_google",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", _MOMENT, nullable=False),
        sa.Column("told_digest", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("look_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_passes_at_google_ticket_id")),
        sa.PrimaryKeyConstraint("serial", "language", name=op.f("pk_passes_at_google")),
    )
    op.create_index("ix_passes_at_google_ticket_id", "passes_at_google", ["ticket_id"])
    op.create_index("ix_passes_at_google_look_at", "passes_at_google", ["look_at"])


def _phones_that_are_woken() -> None:
    """A phone was told what it asked for last; whoever was not, is now."""
    with op.batch_alter_table("passes_on_phones") as phones:
        phones.add_column(sa.Column("told_digest", sa.String(), nullable=True))
        phones.add_column(sa.Column("tries", sa.Integer(), nullable=True))
        phones.add_column(sa.Column("look_at", _MOMENT, nullable=True))
    op.execute("UPDATE passes_on_phones SET told_digest = digest, tries = 0, look_at = registered_at")
    with op.batch_alter_table("passes_on_phones") as phones:
        phones.alter_column("told_digest", existing_type=sa.String(), nullable=False)
        phones.alter_column("tries", existing_type=sa.Integer(), nullable=False)
        phones.alter_column("look_at", existing_type=_MOMENT, nullable=False)
        phones.create_index("ix_passes_on_phones_look_at", ["look_at"])


def downgrade() -> None:
    op.drop_table("passes_at_google")
    with op.batch_alter_table("passes_on_phones") as phones:
        phones.drop_index("ix_passes_on_phones_look_at")
        for column in ("look_at", "tries", "told_digest"):
            phones.drop_column(column)

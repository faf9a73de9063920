"""Places that are handed to a colleague, answers that are looked at again, and the last letter about an offer."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("names_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("waiting_entries", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("registrations") as registrations:
        registrations.add_column(sa.Column("handed_from_id", sa.Integer(), nullable=True))
        registrations.add_column(sa.Column("review_since", sa.DateTime(timezone=True), nullable=True))
        registrations.create_foreign_key(
            op.f("fk_registrations_handed_from_id"), "registrations", ["handed_from_id"], ["id"]
        )
        registrations.create_index("ix_registrations_review_since", ["event_id", "review_since"])
    with op.batch_alter_table("question_versions") as versions:
        versions.add_column(sa.Column("is_decisive", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("question_versions") as versions:
        versions.drop_column("is_decisive")
    with op.batch_alter_table("registrations") as registrations:
        registrations.drop_index("ix_registrations_review_since")
        registrations.drop_constraint(op.f("fk_registrations_handed_from_id"), type_="foreignkey")
        registrations.drop_column("review_since")
        registrations.drop_column("handed_from_id")
    op.drop_column("waiting_entries", "warned_at")
    op.drop_column("events", "names_until")

"""Accompanying persons: whether a question's people take places of the event, and how many a registration has."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question_versions") as batch_op:
        batch_op.add_column(sa.Column("takes_places", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("registrations") as batch_op:
        batch_op.add_column(sa.Column("companions", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.create_check_constraint(op.f("ck_registrations_companions_not_negative"), "companions >= 0")


def downgrade() -> None:
    with op.batch_alter_table("registrations") as batch_op:
        batch_op.drop_constraint(op.f("ck_registrations_companions_not_negative"), type_="check")
        batch_op.drop_column("companions")

    with op.batch_alter_table("question_versions") as batch_op:
        batch_op.drop_column("takes_places")

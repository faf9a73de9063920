"""Each person of a family may answer for themselves, and an issuer of invoices is retired."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was answered before was answered once."""
    flag = sa.Column("is_for_each", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("question_versions", flag)
    op.create_table(
        "attendee_answers",
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendees.id"], name=op.f("fk_attendee_answers_attendee_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_attendee_answers_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_attendee_answers_version_id")
        ),
        sa.PrimaryKeyConstraint("attendee_id", "question_id", name=op.f("pk_attendee_answers")),
    )
    op.create_index("ix_attendee_answers_question_id", "attendee_answers", ["question_id"])
    op.create_index("ix_attendee_answers_version_id", "attendee_answers", ["version_id"])
    op.add_column("issuers", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """What each answered besides the first person is lost, and retired issuers are offered again."""
    op.drop_column("issuers", "retired_at")
    op.drop_table("attendee_answers")
    op.drop_column("question_versions", "is_for_each")

"""Each person of a family may answer for themselves, an issuer of invoices is retired, and invoices are looked up."""

import sqlalchemy as sa
from alembic import op

from eventhub.billing.rules import search_key_of

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

AT_ONCE = 1000
invoices = sa.table(
    "invoices",
    *(sa.column(name, sa.Integer()) for name in ("id", "year", "number")),
    sa.column("issuer", sa.String()),
    sa.column("content", sa.JSON()),
    sa.column("search_key", sa.String()),
)


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
    op.add_column("invoices", sa.Column("search_key", sa.String(), nullable=False, server_default=""))
    _write_keys()


def _write_keys() -> None:
    """What stands in the column has to be what the running code looks for, so the code is asked and not copied."""
    connection, facts = op.get_bind(), (invoices.c.issuer, invoices.c.year, invoices.c.number)
    some = sa.select(invoices.c.id, *facts, invoices.c.content).order_by(invoices.c.id).limit(AT_ONCE)
    key = {"search_key": sa.bindparam("key")}
    write = sa.update(invoices).where(invoices.c.id == sa.bindparam("invoice")).values(key)
    last = 0
    while rows := connection.execute(some.where(invoices.c.id > last)).all():
        keys = [(row.id, search_key_of(row.issuer, row.year, row.number, row.content)) for row in rows]
        connection.execute(write, [{"invoice": number, "key": key} for number, key in keys])
        last = rows[-1].id


def downgrade() -> None:
    """What each answered besides the first person is lost, and retired issuers are offered again."""
    op.drop_column("issuers", "retired_at")
    op.drop_column("invoices", "search_key")
    op.drop_table("attendee_answers")
    op.drop_column("question_versions", "is_for_each")

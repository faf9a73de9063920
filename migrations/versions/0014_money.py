"""Money: a ticket for each of a family and for a delegation, who makes invoices, for whom, and the invoices."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _issuers()
    _invoices()
    _payers()
    op.create_table(
        "fares",
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("ticket_type_id", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_fares_price_not_negative")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendees.id"], name=op.f("fk_fares_attendee_id")),
        sa.ForeignKeyConstraint(["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_fares_ticket_type_id")),
        sa.PrimaryKeyConstraint("attendee_id", name=op.f("pk_fares")),
    )
    op.create_index("ix_fares_ticket_type_id", "fares", ["ticket_type_id"])
    with op.batch_alter_table("delegations") as table:
        table.add_column(sa.Column("ticket_type_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_delegations_ticket_type_id"), "ticket_types", ["ticket_type_id"], ["id"]
        )
        table.create_index("ix_delegations_ticket_type_id", ["ticket_type_id"])
    with op.batch_alter_table("payments") as table:
        table.alter_column("amount", existing_type=sa.Integer(), type_=sa.BigInteger())
        table.add_column(sa.Column("invoice_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_payments_invoice_id"), "invoices", ["invoice_id"], ["id"])
        table.create_index("ix_payments_invoice_id", ["invoice_id"])


def _issuers() -> None:
    op.create_table(
        "issuers",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("address", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("bank", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("vat_note", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revised_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_issuers_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_issuers")),
    )
    op.create_table(
        "invoice_series",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_invoice_series_last_positive")),
        sa.PrimaryKeyConstraint("issuer", "year", name=op.f("pk_invoice_series")),
    )


def _invoices() -> None:
    kinds = sa.Enum("invoice", "cancellation", name="documentkind", native_enum=False, length=30)
    states = sa.Enum("issued", "paid", "cancelled", name="invoicestate", native_enum=False, length=30)
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("cancels_id", sa.Integer(), nullable=True),
        sa.Column("state", states, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'cancellation') = (cancels_id IS NOT NULL)", name=op.f("ck_invoices_cancels_something")
        ),
        sa.CheckConstraint("(kind = 'invoice') = (total > 0)", name=op.f("ck_invoices_total_of_its_kind")),
        sa.CheckConstraint(
            "(state = 'issued') = (settled_at IS NULL)", name=op.f("ck_invoices_settled_at_some_time")
        ),
        sa.CheckConstraint(
            "kind = 'invoice' OR state = 'issued'", name=op.f("ck_invoices_a_cancellation_stays")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_invoices_event_id")),
        sa.ForeignKeyConstraint(["cancels_id"], ["invoices.id"], name=op.f("fk_invoices_cancels_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invoices_public_id")),
        sa.UniqueConstraint("issuer", "year", "number", name=op.f("uq_invoices_issuer_year_number")),
        sa.UniqueConstraint("cancels_id", name=op.f("uq_invoices_cancels_id")),
    )
    op.create_index("ix_invoices_event_id", "invoices", ["event_id", "id"])
    op.create_index("ix_invoices_subject", "invoices", ["subject_kind", "subject_id"])


def _payers() -> None:
    texts = ("name", "address", "country", "tax_number", "reference", "email", "language")
    op.create_table(
        "payers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(registration_id IS NULL) <> (delegation_id IS NULL)", name=op.f("ck_payers_of_one_thing")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_payers_event_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_payers_registration_id")
        ),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegations.id"], name=op.f("fk_payers_delegation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payers_public_id")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_payers_registration_id")),
        sa.UniqueConstraint("delegation_id", name=op.f("uq_payers_delegation_id")),
    )
    op.create_index("ix_payers_event_id", "payers", ["event_id"])


def downgrade() -> None:
    with op.batch_alter_table("payments") as table:
        table.drop_index("ix_payments_invoice_id")
        table.drop_constraint(op.f("fk_payments_invoice_id"), type_="foreignkey")
        table.drop_column("invoice_id")
        table.alter_column("amount", existing_type=sa.BigInteger(), type_=sa.Integer())
    with op.batch_alter_table("delegations") as table:
        table.drop_index("ix_delegations_ticket_type_id")
        table.drop_constraint(op.f("fk_delegations_ticket_type_id"), type_="foreignkey")
        table.drop_column("ticket_type_id")
    op.drop_table("fares")
    op.drop_table("payers")
    op.drop_table("invoices")
    op.drop_table("invoice_series")
    op.drop_table("issuers")

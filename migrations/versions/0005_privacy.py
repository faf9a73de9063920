"""Guardians in the ledger, requests of people, sealed values, and what is left when a person's data go."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registrations", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "events", sa.Column("shows_participants", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("consent_records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guardian_name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("guardian_relation", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_consent_records_guardian_is_whole"),
            "(guardian_name IS NULL) = (guardian_relation IS NULL)",
        )
    _requests()
    _sealed()


def _requests() -> None:
    op.create_table(
        "subject_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "access",
                "rectification",
                "erasure",
                "objection",
                name="requestkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "extended",
                "answered",
                "refused",
                name="requeststate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extension_reason", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('answered', 'refused')) = (closed_at IS NOT NULL)",
            name=op.f("ck_subject_requests_closed_when_answered"),
        ),
        sa.CheckConstraint(
            "state <> 'extended' OR extension_reason IS NOT NULL",
            name=op.f("ck_subject_requests_extended_for_a_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_subject_requests_public_id")),
    )
    op.create_index("ix_subject_requests_state", "subject_requests", ["state", "due_on"])
    op.create_index("ix_subject_requests_subject", "subject_requests", ["subject_key"])


def _sealed() -> None:
    op.create_table(
        "sealed_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column(
            "data_class",
            sa.Enum("R", "M", "H", "V", "L", name="dataclass", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("key_mark", sa.String(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(ciphertext IS NULL) = (removed_at IS NOT NULL)", name=op.f("ck_sealed_values_removed_is_empty")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_values")),
        sa.UniqueConstraint(
            "owner_kind", "owner_id", "field", name=op.f("uq_sealed_values_owner_kind_owner_id_field")
        ),
    )
    op.create_table(
        "sealed_openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_openings")),
    )
    op.create_index("ix_sealed_openings_owner", "sealed_openings", ["owner_kind", "owner_id"])


def downgrade() -> None:
    op.drop_table("sealed_openings")
    op.drop_table("sealed_values")
    op.drop_table("subject_requests")
    with op.batch_alter_table("consent_records", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_consent_records_guardian_is_whole"), type_="check")
        batch_op.drop_column("removed_at")
        batch_op.drop_column("guardian_relation")
        batch_op.drop_column("guardian_name")
    # A statement of its own: SQLite's batch would drop the table, and others point to it.
    op.drop_column("events", "shows_participants")
    op.drop_column("registrations", "removed_at")

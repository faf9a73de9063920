"""Accompanying persons, who may take places of the event; the directory of organisations with their spellings."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question_versions") as batch_op:
        batch_op.add_column(sa.Column("takes_places", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("registrations") as batch_op:
        batch_op.add_column(sa.Column("companions", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.create_check_constraint(op.f("ck_registrations_companions_not_negative"), "companions >= 0")

    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisations_public_id")),
    )
    op.create_table(
        "organisation_spellings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_spellings_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_spellings")),
        sa.UniqueConstraint("key", name=op.f("uq_organisation_spellings_key")),
    )
    op.create_index(
        "ix_organisation_spellings_organisation_id", "organisation_spellings", ["organisation_id"]
    )


def downgrade() -> None:
    op.drop_table("organisation_spellings")
    op.drop_table("organisations")

    with op.batch_alter_table("registrations") as batch_op:
        batch_op.drop_constraint(op.f("ck_registrations_companions_not_negative"), type_="check")
        batch_op.drop_column("companions")

    with op.batch_alter_table("question_versions") as batch_op:
        batch_op.drop_column("takes_places")

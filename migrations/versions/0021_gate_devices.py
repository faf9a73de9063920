"""Phones at the gates, paired without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "gate_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "profile",
            sa.Enum("helper", "supervisor", name="profile", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("gates", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("pairing", sa.Integer(), nullable=False),
        sa.Column("pairing_until", _MOMENT, nullable=True),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("paired_at", _MOMENT, nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "token_hash IS NULL OR pairing_until IS NULL", name=op.f("ck_gate_devices_paired_or_to_be_paired")
        ),
        sa.CheckConstraint(
            "revoked_at IS NULL OR token_hash IS NULL", name=op.f("ck_gate_devices_revoked_has_no_token")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_gate_devices_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_devices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_gate_devices_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_gate_devices_token_hash")),
    )
    op.create_index("ix_gate_devices_event_id", "gate_devices", ["event_id"])
    with op.batch_alter_table("scans") as batch:
        batch.add_column(sa.Column("device_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_scans_device_id"), "gate_devices", ["device_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("scans") as batch:
        batch.drop_constraint(op.f("fk_scans_device_id"), type_="foreignkey")
        batch.drop_column("device_id")
    op.drop_table("gate_devices")

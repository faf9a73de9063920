"""Gates without network: the list that phones carry, what they know of a scan's time, and who went in twice."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "manifests",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("looked_at", _MOMENT, nullable=False),
        sa.Column("admits_unlisted", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_manifests_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_manifests")),
    )
    op.create_table(
        "manifest_entries",
        sa.Column("ticket_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("ticket_type", sa.String(), nullable=True),
        sa.Column("booked", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_manifest_entries_ticket_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_manifest_entries_event_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_manifest_entries")),
        sa.UniqueConstraint("event_id", "lookup", name=op.f("uq_manifest_entries_event_id_lookup")),
    )
    op.create_index("ix_manifest_entries_event_id", "manifest_entries", ["event_id", "seq"])
    _scans_of_phones()
    op.create_table(
        "scan_conflicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_scan_conflicts_ticket_id")),
        sa.ForeignKeyConstraint(["point_id"], ["check_in_points.id"], name=op.f("fk_scan_conflicts_point_id")),
        sa.ForeignKeyConstraint(["first_id"], ["scans.id"], name=op.f("fk_scan_conflicts_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["scans.id"], name=op.f("fk_scan_conflicts_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_conflicts")),
        sa.UniqueConstraint("second_id", name=op.f("uq_scan_conflicts_second_id")),
    )
    op.create_index("ix_scan_conflicts_ticket_id", "scan_conflicts", ["ticket_id", "point_id"])


def _scans_of_phones() -> None:
    with op.batch_alter_table("scans") as scans:
        scans.add_column(sa.Column("mode", sa.String(length=30), nullable=True))
        scans.add_column(sa.Column("device_seq", sa.Integer(), nullable=True))
        scans.add_column(sa.Column("device_at", _MOMENT, nullable=True))
        scans.add_column(sa.Column("offset_ms", sa.BigInteger(), nullable=True))
        scans.add_column(sa.Column("listed_at", _MOMENT, nullable=True))
        scans.add_column(
            sa.Column("is_time_trusted", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("scans") as scans:
        scans.alter_column("is_time_trusted", server_default=None)
    with op.batch_alter_table("gate_devices") as devices:
        devices.add_column(sa.Column("battery", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("gate_devices") as devices:
        devices.drop_column("battery")
    op.drop_table("scan_conflicts")
    with op.batch_alter_table("scans") as scans:
        for column in ("is_time_trusted", "listed_at", "offset_ms", "device_at", "device_seq", "mode"):
            scans.drop_column(column)
    op.drop_table("manifest_entries")
    op.drop_table("manifests")

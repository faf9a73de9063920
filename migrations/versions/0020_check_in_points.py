"""Check-in points: what is checked at a gate, by which rules; who is inside is kept for each of them."""

from secrets import token_urlsafe

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WHOLE_EVENT = {"en": "Entrance", "ru": "Вход"}
_MOMENT = sa.DateTime(timezone=True)
POINTS = sa.table(
    "check_in_points",
    sa.column("id", sa.Integer()),
    sa.column("public_id", sa.String()),
    sa.column("event_id", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("name", sa.JSON()),
    sa.column("mode", sa.String()),
    sa.column("booked_only", sa.Boolean()),
    sa.column("paid_only", sa.Boolean()),
    sa.column("questions", sa.JSON()),
    sa.column("version", sa.Integer()),
)
GATES = sa.table("gates", sa.column("event_id"), sa.column("point_id"))
SCANS = sa.table("scans", sa.column("event_id"), sa.column("point_id"), sa.column("rules_version"))
KEPT = ("ticket_id", "is_inside", "scan_id", "since", "gate_id")
OLD = sa.table("presences", sa.column("event_id"), *map(sa.column, KEPT))
NEW = sa.table(
    "presences", *map(sa.column, ("point_id", "entered_at", "entry_gate_id")), *map(sa.column, KEPT)
)


def upgrade() -> None:
    """Every event with gates has the point of its entrance, and what was scanned was scanned there.

    Of who has left the time of the admission is not known any more: the time of leaving stands for it.
    """
    _create_points()
    events = sa.union(*(sa.select(table.c.event_id) for table in (GATES, SCANS, OLD)))
    for event_id in op.get_bind().execute(events).scalars().all():
        op.execute(sa.insert(POINTS).values(_entrance(event_id)))
    _point_gates_and_scans()
    _rebuild_presences()


def _create_points() -> None:
    kinds = ("event", "day", "session", "slot", "stand", "meal", "hand_out")
    modes = ("once", "daily", "reentry", "unlimited")
    op.create_table(
        "check_in_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum(*kinds, name="pointkind", native_enum=False, length=30), nullable=False),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("mode", sa.Enum(*modes, name="mode", native_enum=False, length=30), nullable=False),
        sa.Column("opens_at", _MOMENT, nullable=True),
        sa.Column("closes_at", _MOMENT, nullable=True),
        sa.Column("types", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("booked_only", sa.Boolean(), nullable=False),
        sa.Column("paid_only", sa.Boolean(), nullable=False),
        sa.Column("most_inside", sa.Integer(), nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at",
            name=op.f("ck_check_in_points_hours_in_order"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_check_in_points_version_positive")),
        sa.CheckConstraint("most_inside > 0", name=op.f("ck_check_in_points_most_inside_positive")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_check_in_points_event_id")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_check_in_points_session_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_points")),
        sa.UniqueConstraint("public_id", name=op.f("uq_check_in_points_public_id")),
    )
    op.create_index("ix_check_in_points_event_id", "check_in_points", ["event_id"])
    op.create_index("ix_check_in_points_session_id", "check_in_points", ["session_id"])
    is_whole = sa.text("kind = 'event'")
    op.create_index(
        "uq_check_in_points_whole_event",
        "check_in_points",
        ["event_id"],
        unique=True,
        sqlite_where=is_whole,
        postgresql_where=is_whole,
    )


def _entrance(event_id: int) -> dict[str, object]:
    return {
        "public_id": token_urlsafe(12),
        "event_id": event_id,
        "kind": "event",
        "name": WHOLE_EVENT,
        "mode": "reentry",
        "booked_only": False,
        "paid_only": False,
        "questions": [],
        "version": 1,
    }


def _point_gates_and_scans() -> None:
    with op.batch_alter_table("gates") as batch:
        batch.add_column(sa.Column("point_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("scans") as batch:
        batch.add_column(sa.Column("point_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("rules_version", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("ticked", sa.JSON(none_as_null=True), nullable=True))
        batch.alter_column("first_at", new_column_name="moment")
    op.execute(sa.update(GATES).values(point_id=_point_of(GATES)))
    op.execute(sa.update(SCANS).values(point_id=_point_of(SCANS), rules_version=1))
    with op.batch_alter_table("gates") as batch:
        batch.alter_column("point_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(op.f("fk_gates_point_id"), "check_in_points", ["point_id"], ["id"])
        batch.create_index("ix_gates_point_id", ["point_id"])
    with op.batch_alter_table("scans") as batch:
        batch.alter_column("point_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("rules_version", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(op.f("fk_scans_point_id"), "check_in_points", ["point_id"], ["id"])


def _point_of(table: sa.TableClause) -> sa.ScalarSelect[int]:
    return sa.select(POINTS.c.id).where(POINTS.c.event_id == table.c.event_id).scalar_subquery()


def _rebuild_presences() -> None:
    columns = (*KEPT, "point_id")
    old = sa.select(*(OLD.c[name] for name in KEPT), POINTS.c.id.label("point_id"))
    rows = op.get_bind().execute(old.join(POINTS, POINTS.c.event_id == OLD.c.event_id)).all()
    op.drop_table("presences")
    _create_presences(_point_column(), keys=["ticket_id", "point_id"])
    op.create_index("ix_presences_point_id", "presences", ["point_id", "is_inside"])
    for row in rows:
        kept = {name: getattr(row, name) for name in columns}
        op.execute(sa.insert(NEW).values(**kept, entered_at=row.since, entry_gate_id=row.gate_id))


def _point_column() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", _MOMENT, nullable=False),
        sa.Column("entry_gate_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["point_id"], ["check_in_points.id"], name=op.f("fk_presences_point_id")
        ),
        sa.ForeignKeyConstraint(["entry_gate_id"], ["gates.id"], name=op.f("fk_presences_entry_gate_id")),
    ]


def _create_presences(more: list[sa.schema.SchemaItem], *, keys: list[str]) -> None:
    op.create_table(
        "presences",
        sa.Column("ticket_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_inside", sa.Boolean(), nullable=False),
        sa.Column("scan_id", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("gate_id", sa.Integer(), nullable=True),
        *more,
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_presences_gate_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_presences_ticket_id")),
        sa.PrimaryKeyConstraint(*keys, name=op.f("pk_presences")),
    )


def downgrade() -> None:
    """Only who is inside the event itself stays; scans at other points stay as scans of the event, with the older
    verdict that comes nearest."""
    whole = sa.select(*(NEW.c[name] for name in KEPT), POINTS.c.event_id).join(
        POINTS, sa.and_(POINTS.c.id == NEW.c.point_id, POINTS.c.kind == "event")
    )
    rows = op.get_bind().execute(whole).all()
    op.drop_table("presences")
    _create_presences(
        [
            sa.Column("event_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_presences_event_id")),
        ],
        keys=["ticket_id"],
    )
    op.create_index("ix_presences_event_id", "presences", ["event_id", "is_inside"])
    for row in rows:
        op.execute(sa.insert(OLD).values(**{name: getattr(row, name) for name in (*KEPT, "event_id")}))
    for verdicts, older in (("'used'", "already_in"), ("'wrong_type', 'not_booked', 'unpaid'", "not_yet")):
        op.execute(f"UPDATE scans SET verdict = '{older}' WHERE verdict IN ({verdicts})")
    with op.batch_alter_table("scans") as batch:
        batch.drop_constraint(op.f("fk_scans_point_id"), type_="foreignkey")
        batch.drop_column("point_id")
        batch.drop_column("rules_version")
        batch.drop_column("ticked")
        batch.alter_column("moment", new_column_name="first_at")
    with op.batch_alter_table("gates") as batch:
        batch.drop_index("ix_gates_point_id")
        batch.drop_constraint(op.f("fk_gates_point_id"), type_="foreignkey")
        batch.drop_column("point_id")
    op.drop_table("check_in_points")

"""What families and sessions learned later: a change once a form, shared pools, wishes of several, answers asked for."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("parties") as batch_op:
        batch_op.add_column(sa.Column("changed_by", sa.String(), nullable=True))
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.add_column(sa.Column("shares_pool", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("session_wishes") as batch_op:
        batch_op.add_column(sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("reminder_plans") as batch_op:
        batch_op.add_column(sa.Column("complete_days", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_reminder_plans_complete_days_in_range"), "complete_days BETWEEN 1 AND 60"
        )

    op.create_table(
        "wish_people",
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendees.id"], name=op.f("fk_wish_people_attendee_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["session_wishes.id"], name=op.f("fk_wish_people_wish_id")),
        sa.PrimaryKeyConstraint("wish_id", "attendee_id", name=op.f("pk_wish_people")),
    )
    op.create_index("ix_wish_people_attendee_id", "wish_people", ["attendee_id"])


def downgrade() -> None:
    """Who comes with others waits for no session before, and each session that is counted has a pool of its own."""
    _end_wishes_of_parties()
    _count_sessions_apart()
    op.drop_table("wish_people")

    op.execute("DELETE FROM reminders WHERE kind = 'complete'")
    with op.batch_alter_table("reminder_plans") as batch_op:
        batch_op.drop_constraint(op.f("ck_reminder_plans_complete_days_in_range"), type_="check")
        batch_op.drop_column("complete_days")
    with op.batch_alter_table("session_wishes") as batch_op:
        batch_op.drop_column("warned_at")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_column("shares_pool")
    with op.batch_alter_table("parties") as batch_op:
        batch_op.drop_column("changed_by")


OFFERED_TO_PARTIES = """
SELECT session_wishes.registration_id, sessions.pool_id, session_wishes.size
FROM session_wishes JOIN sessions ON sessions.id = session_wishes.session_id
JOIN parties ON parties.registration_id = session_wishes.registration_id
WHERE session_wishes.state = 'offered' AND sessions.pool_id IS NOT NULL
ORDER BY session_wishes.id
"""


def _end_wishes_of_parties() -> None:
    for registration, pool, size in op.get_bind().execute(sa.text(OFFERED_TO_PARTIES)).all():
        _take_from(registration, pool, size)
        _run("UPDATE capacity_pools SET taken = taken - :size WHERE id = :pool", pool=pool, size=size)
    wishes = sa.table(
        "session_wishes",
        *map(sa.column, ("registration_id", "state", "offered_until")),
        sa.column("ended_at", sa.DateTime(timezone=True)),
    )
    theirs = wishes.c.registration_id.in_(sa.select(sa.table("parties", sa.column("registration_id"))))
    gone = {"offered_until": None, "ended_at": datetime.now(UTC)}
    for old, new in (("offered", "declined"), ("waiting", "left")):
        op.execute(sa.update(wishes).where(theirs, wishes.c.state == old).values(state=new, **gone))


SHARING = "SELECT id, pool_id FROM sessions WHERE shares_pool AND pool_id IS NOT NULL ORDER BY id"
# Who waits for an approval, or came once, has chosen it too, but holds nothing.
SEATS = """
SELECT session_choices.registration_id, session_choices.count
FROM session_choices JOIN places ON places.registration_id = session_choices.registration_id
WHERE session_choices.session_id = :session AND places.pool_id = :pool
UNION ALL
SELECT session_wishes.registration_id, session_wishes.size FROM session_wishes
WHERE session_wishes.session_id = :session AND session_wishes.state = 'offered'
AND NOT EXISTS (SELECT 1 FROM session_choices WHERE session_choices.session_id = :session
AND session_choices.registration_id = session_wishes.registration_id)
"""
FREE = "SELECT capacity - taken FROM capacity_pools WHERE id = :pool"
NEW_POOL = """
INSERT INTO capacity_pools (capacity, taken, extra, overbooking) VALUES (:places, :taken, 0, 0) RETURNING id
"""
SHRINK = """
UPDATE capacity_pools SET capacity = capacity - :places, taken = taken - :taken,
extra = CASE WHEN extra > capacity - :places THEN capacity - :places ELSE extra END WHERE id = :pool
"""


def _count_sessions_apart() -> None:
    """Each takes along what is taken in it, and a part of what is free: as much as the pool itself keeps."""
    connection = op.get_bind()
    sharing = connection.execute(sa.text(SHARING)).all()
    pools = [pool for _session, pool in sharing]
    free = {pool: connection.execute(sa.text(FREE), {"pool": pool}).scalar_one() for pool in pools}
    for session, pool in sharing:
        seats = connection.execute(sa.text(SEATS), {"session": session, "pool": pool}).all()
        taken = sum(count for _registration, count in seats)
        places = taken + free[pool] // (pools.count(pool) + 1)
        new = connection.execute(sa.text(NEW_POOL), {"places": places, "taken": taken}).scalar_one()
        _run(SHRINK, pool=pool, places=places, taken=taken)
        _run("UPDATE sessions SET pool_id = :new WHERE id = :session", session=session, new=new)
        for registration, count in seats:
            _take_from(registration, pool, count)
            _run(
                "INSERT INTO places (registration_id, pool_id, count) VALUES (:registration, :new, :count)",
                registration=registration,
                new=new,
                count=count,
            )


def _take_from(registration: int, pool: int, size: int) -> None:
    """So many places of this pool are theirs no more; what they have there for something else stays."""
    ours = "registration_id = :registration AND pool_id = :pool"
    named = {"registration": registration, "pool": pool, "size": size}
    _run(f"DELETE FROM places WHERE {ours} AND count <= :size", **named)
    _run(f"UPDATE places SET count = count - :size WHERE {ours}", **named)


def _run(statement: str, **named: int) -> None:
    op.get_bind().execute(sa.text(statement), named)

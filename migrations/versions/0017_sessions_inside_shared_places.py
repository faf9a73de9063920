"""Sessions count their places inside shared ones: each pool above that of a session, the nearest first."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pools_above",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["capacity_pools.id"], name=op.f("fk_pools_above_pool_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_pools_above_session_id")),
        sa.PrimaryKeyConstraint("session_id", "pool_id", name=op.f("pk_pools_above")),
    )
    op.create_index("ix_pools_above_pool_id", "pools_above", ["pool_id"])


def downgrade() -> None:
    """Each session is counted in its nearest pool alone; what was taken above is free."""
    _free_what_is_taken_above()
    op.drop_table("pools_above")


CHAINS = """
SELECT pools_above.session_id, sessions.pool_id, pools_above.pool_id
FROM pools_above JOIN sessions ON sessions.id = pools_above.session_id
ORDER BY pools_above.session_id, pools_above.position
"""
# Who waits for an approval, or came once, has chosen it too, but holds nothing. Of a party some may have chosen it
# while it is offered to others; whoever comes alone and chose it has no offer any more.
SEATS = """
SELECT session_choices.registration_id, session_choices.count
FROM session_choices JOIN places ON places.registration_id = session_choices.registration_id
WHERE session_choices.session_id = :session AND places.pool_id = :pool
UNION ALL
SELECT session_wishes.registration_id, session_wishes.size FROM session_wishes
WHERE session_wishes.session_id = :session AND session_wishes.state = 'offered'
"""


def _free_what_is_taken_above() -> None:
    connection = op.get_bind()
    for session, pool, above in connection.execute(sa.text(CHAINS)).all():
        seats = connection.execute(sa.text(SEATS), {"session": session, "pool": pool}).all()
        for registration, count in seats:
            ours = "registration_id = :registration AND pool_id = :pool"
            named = {"registration": registration, "pool": above, "size": count}
            _run(f"DELETE FROM places WHERE {ours} AND count <= :size", **named)
            _run(f"UPDATE places SET count = count - :size WHERE {ours}", **named)
        freed = sum(count for _registration, count in seats)
        _run("UPDATE capacity_pools SET taken = taken - :freed WHERE id = :pool", freed=freed, pool=above)


def _run(statement: str, **named: int) -> None:
    op.get_bind().execute(sa.text(statement), named)

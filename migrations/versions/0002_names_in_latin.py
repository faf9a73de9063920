"""Names are looked up in Latin too: every attendee's search key anew."""

import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from eventhub.core.names import search_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT_ONCE = 1000
attendees = sa.table(
    "attendees",
    sa.column("id", sa.Integer()),
    sa.column("full_name", sa.String()),
    sa.column("search_key", sa.String()),
)


def upgrade() -> None:
    # What stands in the column has to be what the running code looks for, so the code is asked and not copied.
    _write_keys(search_key)


def downgrade() -> None:
    _write_keys(_folded)


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _write_keys(key_of: Callable[[str], str]) -> None:
    connection = op.get_bind()
    some = sa.select(attendees.c.id, attendees.c.full_name).order_by(attendees.c.id).limit(AT_ONCE)
    write = (
        sa.update(attendees)
        .where(attendees.c.id == sa.bindparam("attendee"))
        .values(search_key=sa.bindparam("key"))
    )
    last = 0
    while rows := connection.execute(some.where(attendees.c.id > last)).all():
        connection.execute(write, [{"attendee": row.id, "key": key_of(row.full_name)} for row in rows])
        last = rows[-1].id

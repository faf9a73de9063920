"""What runs when. A moment missed while no worker ran is made up for once, at the next look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite

from eventhub.db import db
from eventhub.jobs.models import JobSlot

A_MINUTE = timedelta(minutes=1)
TEN_MINUTES = timedelta(minutes=10)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rhythm:
    """Every so often, counted from midnight UTC and shifted by `after`."""

    every: timedelta
    after: timedelta = timedelta()

    def latest(self, now: datetime) -> datetime:
        """The last moment of this rhythm that is not in the future."""
        seconds = int(self.every.total_seconds())
        passed = int((now - self.after).timestamp()) // seconds * seconds
        return datetime.fromtimestamp(passed, tz=now.tzinfo) + self.after


SCHEDULE = {
    "send_letters": Rhythm(A_MINUTE),
    "expire_holds": Rhythm(A_MINUTE),
    "do_bulk": Rhythm(A_MINUTE),
    "wake_phones": Rhythm(A_MINUTE),
    "change_saved_tickets": Rhythm(A_MINUTE),
    "prove_capacity": Rhythm(A_DAY, after=timedelta(hours=1, minutes=17)),
    "remind": Rhythm(TEN_MINUTES, after=timedelta(minutes=3)),
    "drop_sheets": Rhythm(TEN_MINUTES, after=timedelta(minutes=7)),
    "write_digests": Rhythm(A_DAY, after=timedelta(hours=6, minutes=11)),
    "forget": Rhythm(A_DAY, after=timedelta(hours=1, minutes=37)),
    "purge": Rhythm(A_DAY, after=timedelta(hours=1, minutes=57)),
}


def begin(kind: str, *, now: datetime) -> bool:
    """Take the current moment of this job. False when it was taken before, here or by another worker."""
    due_at = SCHEDULE[kind].latest(now)
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(JobSlot).values(kind=kind, due_at=due_at)
    taken = statement.on_conflict_do_update(
        index_elements=[JobSlot.kind], set_={"due_at": due_at}, where=JobSlot.due_at < due_at
    ).returning(JobSlot.kind)
    return db.session.execute(taken).scalar() is not None

"""The one way in which a registration changes its state: a conditional statement, so of two at once one wins."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Update, bindparam, exists, true, update
from sqlalchemy.orm.attributes import set_committed_value

from eventhub.core.states import check_move
from eventhub.db import rows_changed
from eventhub.registration.models import Place, Registration
from eventhub.registration.rules import MOVES, RegistrationState


def move(
    registration: Registration,
    old: RegistrationState,
    *,
    state: RegistrationState,
    holding: bool = False,
    **values: object,
) -> bool:
    """Only from this state and, when `holding`, only with places; whether it was so.

    Raises IllegalMove when the table has no such move.
    """
    check_move(MOVES, old, state)
    changes: dict[str, object] = {"state": state, **values}
    new = {f"new_{name}": value for name, value in changes.items()}
    if rows_changed(_mover(*changes, holding=holding), registration=registration.id, old=old, **new) != 1:
        return False
    for name, value in changes.items():
        set_committed_value(registration, name, value)
    return True


@cache
def _mover(*columns: str, holding: bool) -> Update:
    held = exists().where(Place.registration_id == Registration.id) if holding else true()
    only = (Registration.id == bindparam("registration"), Registration.state == bindparam("old"), held)
    return update(Registration).where(*only).values({name: bindparam(f"new_{name}") for name in columns})

"""Doing what a form asks: one transaction, and a refusal that names a field is laid beside it."""

from __future__ import annotations

from collections.abc import Callable

from eventhub.core.errors import Refusal
from eventhub.db import transaction
from eventhub.web.forms import PageForm


class Confirm(PageForm):
    """A button without fields."""


def accepted(form: PageForm, deed: Callable[[], object]) -> bool:
    """Whether the form was sent, in order, and its deed done. A Refusal about no field passes through."""
    if not form.validate_on_submit():
        return False
    try:
        with transaction():
            deed()
    except Refusal as refusal:
        if not form.lay(refusal):
            raise
        return False
    return True


def status_of(form: PageForm) -> int:
    """422 for a form that comes back with mistakes."""
    return 422 if form.errors else 200

"""How a price is said to a reader."""

from __future__ import annotations

from flask_babel import gettext as _

from eventhub.core import money
from eventhub.web.i18n import language


def price_of(amount: int, currency: str) -> str:
    """An amount in minor units, or that there is none."""
    return money.said(amount, currency, language()) if amount else str(_("Free of charge"))

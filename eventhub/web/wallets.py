"""Which wallets the running application offers tickets for."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from eventhub.wallet.identity import Wallets


def wallets_at(now: datetime) -> Wallets:
    """Those that phones accept at this moment."""
    wallets: Wallets = current_app.extensions["wallets"]
    return wallets.at(now)

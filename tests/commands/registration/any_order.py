"""How long deeds in any order are tried: a little in the suite, as long as one likes by hand.

ANY_ORDER_EXAMPLES=300 .venv/bin/python -m pytest tests/commands/registration -k any_order
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

from eventhub.db import db


def tries(*, sqlite: int, postgresql: int, steps: int) -> settings:
    """So many examples of so many deeds, the same each time; with ANY_ORDER_EXAMPLES so many others, made small."""
    wanted = os.environ.get("ANY_ORDER_EXAMPLES")
    few = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return settings(
        max_examples=int(wanted) if wanted else few,
        stateful_step_count=steps,
        deadline=None,
        derandomize=not wanted,
        database=None,
        phases=(Phase.generate, Phase.shrink) if wanted else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=bool(wanted),
    )

"""The rules of the house hold in this repository."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import code, imports, repository, templates

ROOT = Path(__file__).resolve().parents[2]
Check = Callable[[Path], list[str]]
CHECKS: list[Check] = [
    imports.floors,
    imports.purity,
    imports.clock_at_the_edge,
    imports.http_ends_at_web,
    imports.one_database_extension,
    imports.absolute,
    imports.at_the_top,
    imports.cycles,
    code.one_commit,
    code.one_clock,
    code.purpose,
    code.short_functions,
    code.short_median,
    code.short_files,
    code.broad_excepts,
    code.silenced_checks,
    code.plain_names,
    code.whole_tables,
    code.no_mocks,
    templates.exist,
    templates.used,
    templates.safe,
    templates.whole_letters,
    templates.used_imports,
    repository.nothing_private,
    repository.numbered_migrations,
    repository.free_migrations,
    repository.every_test_runs,
]


@pytest.mark.parametrize(
    "check", CHECKS, ids=lambda check: f"{check.__module__.split('.')[-1]}.{check.__name__}"
)
def test_the_house_keeps_its_rule(check: Check) -> None:
    assert check(ROOT) == []

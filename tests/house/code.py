"""How Python is written here: one commit, one clock, short functions, a reason for each exception."""

import ast
import re
import statistics
from pathlib import Path

from tests.house.reading import Source, functions, has_reason, sources

LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 8
LONGEST_FILE = 350
CLOCK_READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime"},
    "func": {"now", "current_timestamp", "current_date"},
}
VAGUE = re.compile(r"(Manager|Helper|Util|Utils)$")
VAGUE_FILES = {"utils.py", "helpers.py", "managers.py", "misc.py"}


def one_commit(root: Path) -> list[str]:
    """`.commit()` stands in eventhub/db.py alone."""
    return [
        source.at(node.lineno, "commit outside eventhub/db.py")
        for source in sources(root)
        if source.module != "eventhub.db"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def one_clock(root: Path) -> list[str]:
    """The wall clock is read in eventhub/core/clock.py alone; monotonic timers are free."""
    return [
        source.at(line, f"{what} outside eventhub/core/clock.py")
        for source in sources(root, "eventhub", "config.py", "wsgi.py")
        if source.module != "eventhub.core.clock"
        for line, what in _clock_reads(source)
    ]


def _clock_reads(source: Source) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            base = _last_name(node.value)
            if node.attr in CLOCK_READS.get(base, set()):
                found.append((node.lineno, f"{base}.{node.attr}"))
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [(node.lineno, f"time.{a.name}") for a in node.names if a.name in CLOCK_READS["time"]]
    return found


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def purpose(root: Path) -> list[str]:
    """Every file opens by saying what it decides; an empty `__init__.py` decides nothing."""
    return [
        source.at(1, "no docstring")
        for source in sources(root, "eventhub", "config.py", "wsgi.py")
        if source.text.strip() and not ast.get_docstring(source.tree)
    ]


def lengths(source: Source) -> list[tuple[int, int, str]]:
    """(lines, first line, name) of each function; decorators and docstring are not counted."""
    return [
        (
            (function.end_lineno or 0) - function.lineno + 1 - _docstring_lines(function),
            function.lineno,
            function.name,
        )
        for function in functions(source)
    ]


def _docstring_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(function) is None:
        return 0
    first = function.body[0]
    return (first.end_lineno or 0) - first.lineno + 1


def short_functions(root: Path) -> list[str]:
    """No function is longer than 40 lines."""
    return [
        source.at(line, f"{name} has {length} lines")
        for source in sources(root)
        for length, line, name in lengths(source)
        if length > LONGEST_FUNCTION
    ]


def short_median(root: Path) -> list[str]:
    """Half of all functions have 8 lines or less."""
    every = [length for source in sources(root) for length, _, _ in lengths(source)]
    if every and statistics.median(every) > MEDIAN_FUNCTION:
        return [f"the median function has {statistics.median(every)} lines"]
    return []


def short_files(root: Path) -> list[str]:
    """No file is longer than 350 lines."""
    return [
        source.at(len(source.lines), "file too long")
        for source in sources(root)
        if len(source.lines) > LONGEST_FILE
    ]


def broad_excepts(root: Path) -> list[str]:
    """Whoever catches everything raises it again or says why."""
    return [
        source.at(node.lineno, "catches everything without a reason")
        for source in sources(root)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or _last_name(node.type) in {"Exception", "BaseException"})
        and not isinstance(node.body[-1], ast.Raise)
        and not has_reason(source, node.lineno)
        and not has_reason(source, min(node.lineno + 1, len(source.lines)))
    ]


def silenced_checks(root: Path) -> list[str]:
    """`noqa` and `type: ignore` come with a reason."""
    return [
        source.at(number, "silences a check without a reason")
        for source in sources(root, "eventhub", "config.py", "wsgi.py")
        for number, line in enumerate(source.lines, 1)
        if re.search(r"#\s*(noqa|type:\s*ignore)", line) and not has_reason(source, number)
    ]


def plain_names(root: Path) -> list[str]:
    """Nothing is called Manager, Helper or Util."""
    files = [source.at(1, "vague file name") for source in sources(root) if source.path.name in VAGUE_FILES]
    classes = [
        source.at(node.lineno, f"vague name {node.name}")
        for source in sources(root)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    return files + classes


def whole_tables(root: Path) -> list[str]:
    """Every state has its row in the table of moves, an end state an empty one."""
    enums = {name: members for source in sources(root) for name, members in _enums(source).items()}
    found = []
    for source in sources(root):
        for line, enum, rows in _moves(source):
            missing = sorted(enums.get(enum, set()) - rows)
            found += [source.at(line, f"{enum}.{state} has no row") for state in missing]
    return found


def _enums(source: Source) -> dict[str, set[str]]:
    return {
        node.name: {
            target.id
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and any("Enum" in _last_name(base) for base in node.bases)
    }


def _moves(source: Source) -> list[tuple[int, str, set[str]]]:
    found = []
    for node in source.tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not any(_last_name(target).endswith("MOVES") for target in targets):
            continue
        tables = [inner for inner in ast.walk(node.value) if isinstance(inner, ast.Dict)]
        keys = [key for key in (tables[0].keys if tables else []) if isinstance(key, ast.Attribute)]
        if keys:
            found.append((node.lineno, _last_name(keys[0].value), {key.attr for key in keys}))
    return found


def no_mocks(root: Path) -> list[str]:
    """Tests speak to real things."""
    return [
        source.at(number, "mock")
        for source in sources(root, "tests")
        for number, line in enumerate(source.lines, 1)
        if re.match(r"\s*(from|import)\s+(unittest\.mock|unittest import mock|mock|pytest_mock)\b", line)
    ]

"""What may lie in the repository: migrations in one line, nothing about anybody's machine."""

import ast
import re
from pathlib import Path

from tests.house.reading import Source, sources, tracked

# Each pattern is written so that it does not match itself.
PRIVATE = {
    "package registry": re.compile("registry[.]npmjs|npm[m]irror|files[.]pythonhost[e]d|pypi[.]org/[s]imple"),
    "registry setting": re.compile(r"--(extra-)?index-url[= ]\w|\"resolved\": *\""),
    "machine path": re.compile(
        r"(?<![\w.])(/[r]oot/|/[h]ome/\w|/[U]sers/\w|/[w]ork/|/[o]pt/pypi|C:\\[U]sers)"
    ),
}
BINARY = {".png", ".jpg", ".webp", ".woff2", ".ttf", ".ico", ".pdf"}


def nothing_private(root: Path) -> list[str]:
    """No registry host and no path of somebody's machine."""
    found = []
    for path in tracked(root):
        if path.suffix in BINARY:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found += [
                f"{path.relative_to(root).as_posix()}:{number}: {what}"
                for what, pattern in PRIVATE.items()
                if pattern.search(line)
            ]
    return found


def numbered_migrations(root: Path) -> list[str]:
    """0001, 0002, ... each behind the one before it, each with a way up and a way down."""
    found = []
    before = None
    for number, source in enumerate(sources(root, "migrations/versions"), 1):
        own = _constant(source, "revision")
        if not source.path.name.startswith(f"{number:04d}_"):
            found.append(source.at(1, f"is not number {number:04d}"))
        if own is None or _constant(source, "down_revision") != before:
            found.append(source.at(1, f"does not stand behind {before}"))
        found += [
            source.at(1, f"has no {way}")
            for way in ("upgrade", "downgrade")
            if not _does_something(source, way)
        ]
        before = own
    return found


def free_migrations(root: Path) -> list[str]:
    """A migration imports no models: they go on changing, it does not."""
    return [
        source.at(node.lineno, "imports models")
        for source in sources(root, "migrations/versions")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".models")
    ]


def _constant(source: Source, name: str) -> object:
    for node in source.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        is_it = any(isinstance(target, ast.Name) and target.id == name for target in targets)
        if is_it and isinstance(node.value, ast.Constant):  # type: ignore[attr-defined]  # an assignment has a value
            return node.value.value  # type: ignore[attr-defined]  # as above
    return None


def _does_something(source: Source, name: str) -> bool:
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return any(
                not isinstance(statement, ast.Pass | ast.Expr) or _is_call(statement)
                for statement in node.body
            )
    return False


def _is_call(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)


def every_test_runs(root: Path) -> list[str]:
    """`make test` names each folder that holds tests."""
    script = root / "tools" / "test.sh"
    named = script.read_text(encoding="utf-8") if script.is_file() else ""
    listed = re.search(r"for floor in ([^;]+);", named)
    floors = set(listed[1].split()) if listed else set()
    folders = {path.relative_to(root / "tests").parts[0] for path in (root / "tests").rglob("test_*.py")}
    return [f"tests/{folder}: tools/test.sh does not run it" for folder in sorted(folders - floors)]

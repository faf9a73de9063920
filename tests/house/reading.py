"""How the checks of the house read a tree: files, syntax, imports and the comments that give a reason."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DIRECTIVE = re.compile(r"(noqa|type:\s*ignore)(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[\w, -]*\])?")


@dataclass(frozen=True)
class Source:
    """One Python file: where it is, what it says, and its syntax tree."""

    root: Path
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path from the root, for messages."""
        return self.path.relative_to(self.root).as_posix()

    @property
    def module(self) -> str:
        """The dotted name; a package is named without `__init__`."""
        return self.name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def at(self, line: int, what: str) -> str:
        return f"{self.name}:{line}: {what}"


@dataclass(frozen=True)
class Import:
    """One imported thing: `from a import b` is `a.b`, `import a` is `a`."""

    line: int
    name: str
    inside_function: bool


@lru_cache(maxsize=4096)
def _read(root: Path, path: Path, stamp: int) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(root, path, text, ast.parse(text))


def sources(root: Path, *folders: str) -> list[Source]:
    """The Python files of `folders` (of `eventhub` by default), in order; one may be a file."""
    paths: list[Path] = []
    for folder in folders or ("eventhub",):
        start = root / folder
        paths += [start] if start.is_file() else sorted(start.rglob("*.py"))
    return [_read(root, path, path.stat().st_mtime_ns) for path in paths if "node_modules" not in path.parts]


def imports(source: Source) -> Iterator[Import]:
    """Every import of a file, wherever it stands; relative ones become absolute."""
    inside = {
        id(node)
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name, id(node) in inside)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.lineno, f"{_from(source, node)}.{alias.name}", id(node) in inside)


def _from(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    above = node.level - (source.path.name == "__init__.py")
    kept = package[: len(package) - above]
    return ".".join([*kept, *([node.module] if node.module else [])])


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def has_reason(source: Source, line: int) -> bool:
    """True when the line, or the one above it, carries a comment of at least two words of its own."""
    around = [source.lines[line - 1]]
    if line > 1 and source.lines[line - 2].lstrip().startswith("#"):
        around.append(source.lines[line - 2])
    comments = [part.partition("#")[2] for part in around if "#" in part]
    return any(len(re.findall(r"[A-Za-z]{2,}", DIRECTIVE.sub("", comment))) >= 2 for comment in comments)


def tracked(root: Path) -> list[Path]:
    """The files that git keeps, or all of them where there is no repository."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True
        ).stdout.split("\0")
        return [root / name for name in listed if name and (root / name).is_file()]
    return sorted(path for path in root.rglob("*") if path.is_file())

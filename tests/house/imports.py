"""Who may import whom: floors, purity, where HTTP ends, and no way round in a circle."""

from pathlib import Path

from tests.house.reading import Source, has_reason, imports, sources

FLOORS = [
    {"core"},
    {"postgres"},
    {"connections", "db"},
    {"audit", "storage", "jobs", "documents", "throttle"},
    {"mail"},
    {"accounts"},
    {"partners", "privacy"},
    {"events"},
    {"billing", "tickets"},
    {"registration"},
    {"checkin", "mailings", "wallet"},
    {"people"},
    {"badges"},
    {"attendance", "contributions", "stands"},
    {"admissions"},
    {"visas"},
    {"certificates"},
    {"calendars", "reports"},
    {"subjects"},  # what all of these hold about a person
    {"models"},  # every table on one list, for migrations
    {"web"},
    {"blueprints", "handlers"},
    {"demo"},
    {"cli"},
]
FLOOR_OF = {package: number for number, floor in enumerate(FLOORS) for package in floor}
# create_app stands on everything that it puts together; only the shell calls it.
FLOOR_OF[""] = FLOOR_OF["blueprints"] + 0.5

PURE = {"rules", "signing", "ical"}
ROOMS_WITHOUT_CLOCK = {"models", "commands", "queries", "letters"}
HTTP = {"werkzeug", "wtforms"}
# Letters are rendered by the template engine in the reader's language.
HTTP_ALLOWED = {"db": {"flask_sqlalchemy", "flask_migrate"}, "mail": {"flask", "flask_babel"}}


def floors(root: Path) -> list[str]:
    """Imports go down only, and never to a neighbour on the same floor."""
    found = []
    for source in sources(root):
        own = _package(source.module)
        if own not in FLOOR_OF:
            found.append(source.at(1, f"{own} stands on no floor"))
            continue
        for each in imports(source):
            other = _package(each.name, root)
            if not each.name.startswith("eventhub") or other == own:
                continue
            if FLOOR_OF.get(other, len(FLOORS)) >= FLOOR_OF[own]:
                found.append(
                    source.at(each.line, f"{own or 'create_app'} may not import {other or 'create_app'}")
                )
    return found


def purity(root: Path) -> list[str]:
    """Rules, signatures and calendar texts are decided from what is given: no clock and no database."""
    known = {source.module: source for source in sources(root)}
    return [
        source.at(each.line, f"{source.path.name} may not import {each.name}")
        for source in known.values()
        if source.path.stem in PURE
        for each in imports(source)
        if not _is_pure(each.name, source, known)
    ]


def _is_pure(name: str, source: Source, known: dict[str, Source]) -> bool:
    """Foreign tools, core, rules, and what lies beside in the same package and is pure itself."""
    top, *rest = name.split(".")
    if top != "eventhub":
        return top not in HTTP | {"sqlalchemy"} and not top.startswith("flask")
    if rest[:1] == ["core"]:
        return "clock" not in rest
    if "rules" in rest:
        return True
    neighbour = known.get(name) or known.get(name.rpartition(".")[0])
    if neighbour is None or _package(neighbour.module) != _package(source.module):
        return False
    return all(_is_pure(each.name, neighbour, known) for each in imports(neighbour))


def clock_at_the_edge(root: Path) -> list[str]:
    """Commands, queries, models and letters are given the moment, they never ask for it."""
    return [
        source.at(each.line, f"{source.path.name} may not read the clock")
        for source in sources(root)
        if source.path.stem in ROOMS_WITHOUT_CLOCK
        for each in imports(source)
        if each.name.startswith("eventhub.core.clock")
    ]


def http_ends_at_web(root: Path) -> list[str]:
    """Below `web` nobody knows of HTTP."""
    found = []
    for source in sources(root):
        own = _package(source.module)
        if FLOOR_OF.get(own, 0) >= FLOOR_OF["web"]:
            continue
        for each in imports(source):
            top = each.name.split(".")[0]
            is_http = top in HTTP or top.startswith("flask")
            if is_http and top not in HTTP_ALLOWED.get(own, set()):
                found.append(source.at(each.line, f"{own} may not import {top}"))
    return found


def one_database_extension(root: Path) -> list[str]:
    """Only db.py knows that Flask-SQLAlchemy is what stands behind it."""
    return [
        source.at(each.line, "only eventhub/db.py may import flask_sqlalchemy")
        for source in sources(root)
        if source.module != "eventhub.db"
        for each in imports(source)
        if each.name.startswith("flask_sqlalchemy")
    ]


def absolute(root: Path) -> list[str]:
    """Imports are absolute."""
    return [
        source.at(number, "relative import")
        for source in sources(root)
        for number, line in enumerate(source.lines, 1)
        if line.lstrip().startswith("from .")
    ]


def at_the_top(root: Path) -> list[str]:
    """An import inside a function says why it is there."""
    return [
        source.at(each.line, f"import of {each.name} inside a function without a reason")
        for source in sources(root)
        for each in imports(source)
        if each.inside_function and not has_reason(source, each.line)
    ]


def cycles(root: Path) -> list[str]:
    """No module reaches itself by its imports."""
    known = {source.module: source for source in sources(root)}
    graph = {name: _reached(source, known) for name, source in known.items()}
    done: set[str] = set()
    found: list[str] = []
    for name in graph:
        _walk(name, graph, [], done, found)
    return found


def _walk(name: str, graph: dict[str, set[str]], path: list[str], done: set[str], found: list[str]) -> None:
    if name in path:
        found.append(" -> ".join([*path[path.index(name) :], name]))
        return
    if name in done:
        return
    for other in sorted(graph[name]):
        _walk(other, graph, [*path, name], done, found)
    done.add(name)


def _reached(source: Source, known: dict[str, Source]) -> set[str]:
    names = {each.name for each in imports(source)}
    modules = {name if name in known else name.rpartition(".")[0] for name in names}
    return {module for module in modules if module in known and module != source.module}


def _package(module: str, root: Path | None = None) -> str:
    """The part of eventhub that a dotted name belongs to; "" is the package itself (`create_app`)."""
    parts = module.split(".")
    if parts[0] != "eventhub" or len(parts) == 1:
        return ""
    if root is not None and len(parts) == 2 and not _is_module(root, parts[1]):
        return ""
    return parts[1]


def _is_module(root: Path, name: str) -> bool:
    return (root / "eventhub" / name).is_dir() or (root / "eventhub" / f"{name}.py").is_file()

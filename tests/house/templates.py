"""What templates may hold: they exist, they are used, and nothing in them needs an unsafe word in the CSP."""

import ast
import re
from pathlib import Path

from tests.house.reading import sources

SUFFIXES = {".html", ".txt", ".xml", ".svg", ".typ"}
LETTER = ("subject.txt", "body.txt", "body.html")
REFERENCE = re.compile(r"""{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")
TYPST_REFERENCE = re.compile(r"""#(?:import|include)\s*"([^"]+)\"""")
FROM = re.compile(r"""{%-?\s*from\s+["'][^"']+["']\s+import\s+(.+?)-?%}""", re.DOTALL)
IMPORT_AS = re.compile(r"""{%-?\s*import\s+["'][^"']+["']\s+as\s+(\w+)""")
TAG = re.compile(r"""<([a-zA-Z][\w-]*)((?:[^"'<>]|"[^"]*"|'[^']*')*)>""")
DATA_BLOCK = re.compile(r"""type="application/(ld\+)?json\"""")


def _folder(root: Path) -> Path:
    return root / "eventhub" / "templates"


def _templates(root: Path) -> dict[str, str]:
    folder = _folder(root)
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES
    }


def exist(root: Path) -> list[str]:
    """Every template that is named is there."""
    known = _templates(root)
    named = [
        (source.at(node.lineno, ""), name)
        for source in sources(root)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and _called(node) in {"render_template", "get_template", "stream_template"}
        for name in [_text(node.args[0]) if node.args else None]
        if name is not None
    ]
    named += [(f"{template}: ", name) for template, text in known.items() for name in REFERENCE.findall(text)]
    return [f"{where}no template {name}" for where, name in named if name not in known]


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def used(root: Path) -> list[str]:
    """Every template is named by Python or by another template; a letter by the name of its folder."""
    known = _templates(root)
    texts, patterns = _strings(root)
    referred = {name for template, text in known.items() for name in _referred(template, text)}
    return [
        f"{template}: nobody uses it"
        for template in known
        if template not in referred
        and not _names_of(template) & texts
        and not any(pattern.fullmatch(template) for pattern in patterns if not template.startswith("mail/"))
    ]


def _referred(template: str, text: str) -> set[str]:
    """What a template names, itself aside; Typst names files beside it."""
    beside = Path(template).parent
    names = {(beside / name).as_posix() for name in TYPST_REFERENCE.findall(text)}
    return (names | set(REFERENCE.findall(text))) - {template}


def _names_of(template: str) -> set[str]:
    path = Path(template)
    if path.parts[0] == "mail" and len(path.parts) > 2:
        return {template, path.parent.name, path.parent.as_posix()}
    if path.suffix == ".typ":
        return {template, path.stem, path.name}
    return {template}


def _strings(root: Path) -> tuple[set[str], list[re.Pattern[str]]]:
    texts: set[str] = set()
    patterns = []
    for source in sources(root):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr) and any(
                isinstance(part, ast.Constant) for part in node.values
            ):
                parts = [
                    re.escape(str(v.value)) if isinstance(v, ast.Constant) else "[^/]+" for v in node.values
                ]
                patterns.append(re.compile("".join(parts)))
    return texts, [
        pattern for pattern in patterns if re.search(r"\\?\.(html|txt|xml|svg|typ)$", pattern.pattern)
    ]


def safe(root: Path) -> list[str]:
    """No inline script or style, no `on...=`, no attribute without quotes; letters may have style."""
    found = []
    for template, text in _templates(root).items():
        if not template.endswith((".html", ".svg")):
            continue
        is_letter = template.startswith("mail/")
        for line, what in _unsafe(text, is_letter=is_letter):
            found.append(f"{template}:{line}: {what}")
    return found


def _unsafe(text: str, *, is_letter: bool) -> list[tuple[int, str]]:
    page = _without_jinja(text)
    found = []
    for match in TAG.finditer(page):
        tag, attributes = match[1].lower(), match[2]
        bare = re.sub(r'"[^"]*"|\'[^\']*\'', '""', attributes)
        line = page.count("\n", 0, match.start()) + 1
        found += [(line, what) for what in _faults(tag, attributes, bare, is_letter=is_letter)]
    return found


def _faults(tag: str, attributes: str, bare: str, *, is_letter: bool) -> list[str]:
    faults = {
        "inline script": tag == "script" and "src=" not in bare and not DATA_BLOCK.search(attributes),
        "inline style": tag == "style" and not is_letter,
        "style attribute": bool(re.search(r"(^|\s)style\s*=", bare)) and not is_letter,
        "event attribute": bool(re.search(r"(^|\s)(on[a-z]+|hx-on[\w:-]*)\s*=", bare)),
        "attribute without quotes": bool(re.search(r"=\s*[^\s\"'/>]", bare)),
        "javascript: address": bool(re.search(r"""["']\s*javascript:""", attributes, re.IGNORECASE)),
    }
    return [what for what, is_so in faults.items() if is_so]


def _without_jinja(text: str) -> str:
    """Comments and statements become blanks, values become one letter; line numbers stay."""

    def blank(match: re.Match[str]) -> str:
        return " " + "\n" * match[0].count("\n")

    def value(match: re.Match[str]) -> str:
        return "x" + "\n" * match[0].count("\n")

    text = re.sub(r"{#.*?#}", blank, text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}", blank, text, flags=re.DOTALL)
    return re.sub(r"{{.*?}}", value, text, flags=re.DOTALL)


def whole_letters(root: Path) -> list[str]:
    """Each letter has a subject, a text and a page."""
    folder = _folder(root) / "mail"
    letters = sorted(path for path in folder.glob("*") if path.is_dir() and not path.name.startswith("_"))
    return [
        f"mail/{letter.name}: no {name}"
        for letter in letters
        for name in LETTER
        if not (letter / name).is_file()
    ]


def used_imports(root: Path) -> list[str]:
    """What a template imports it uses."""
    found = []
    for template, text in _templates(root).items():
        names = IMPORT_AS.findall(text)
        for listed in FROM.findall(text):
            bare = re.sub(r"\s+with(out)?\s+context\s*$", "", listed.strip())
            names += [part.split(" as ")[-1].strip() for part in bare.split(",") if part.strip()]
        rest = IMPORT_AS.sub("", FROM.sub("", text))
        found += [
            f"{template}: {name} is imported and not used" for name in names if not _mentions(rest, name)
        ]
    return found


def _mentions(text: str, name: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", text))

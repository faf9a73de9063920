"""The child process that prints one long document and gives its memory back: standard input in, the PDF out.

Started by documents/compiler.py as a script of its own, with nothing of the application in it. Its words are the
folder of fonts, the folder of templates, the moment in seconds, and the standards.
"""

from __future__ import annotations

import sys

import typst


def main() -> None:
    """Read the document, print it by the standards, or without them where a letter has no font."""
    fonts, templates, made_at, *standards = sys.argv[1:]
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    compiler = typst.Compiler(root=templates, font_paths=found, ignore_system_fonts=True)
    page = sys.stdin.buffer.read()
    for tried in (standards, []):
        try:
            made = compiler.compile(
                input=page,
                format="pdf",
                timestamp=int(made_at),
                pdf_standards=tried,  # type: ignore[arg-type]  # words of our own, which came through a command line
            )
        except typst.TypstError:
            if not tried:
                raise
        else:
            break
    sys.stdout.buffer.write(made)  # type: ignore[arg-type]  # of a PDF it is always bytes


if __name__ == "__main__":
    main()

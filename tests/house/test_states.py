"""The drawn states are those of the tables."""

from tools.states import FOLDER, pages


def test_the_pages_of_states_are_drawn_from_the_tables() -> None:
    drawn = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}

    assert drawn == pages(), "python -m tools.states draws them anew"

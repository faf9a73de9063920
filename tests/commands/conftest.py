"""What tests of commands share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.commands.registration.asking import check_the_books


@pytest.fixture
def books(app: Flask) -> Iterator[None]:
    """After the test every counter is right, and everybody holds what they need."""
    yield
    check_the_books()

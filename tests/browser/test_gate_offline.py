"""The scanner without network, in a real Chromium in front of a real server."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import request
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect
from sqlalchemy import func, select

from eventhub.accounts.models import User
from eventhub.accounts.passwords import hash_of
from eventhub.accounts.rules import Role
from eventhub.checkin.devices.commands import revoke
from eventhub.checkin.devices.queries import pairing_path
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.models import Gate, Presence, Scan
from eventhub.checkin.offline.models import ManifestEntry, ScanConflict
from eventhub.checkin.offline.sealing import in_text
from eventhub.checkin.offline.settings import change_offline_settings
from eventhub.checkin.points import DoorQuestion, PointPlan, add_point
from eventhub.checkin.rules import ScanSource, Verdict
from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.tickets.models import Ticket
from eventhub.tickets.queries import code_of, codes_of
from tests.browser.conftest import PHONE, LiveServer, page_in
from tests.browser.test_gate import axe
from tests.factories import (
    both_languages,
    grant,
    make_attendee,
    make_event,
    make_family,
    make_gate,
    make_phone,
    make_user,
)

pytestmark = pytest.mark.browser
WORD = ".gate-card .verdict-word"
SCAN = """codes => {
    for (const code of codes) {
        document.getElementById("code").value = code;
        document.getElementById("scan-form").requestSubmit();
    }
}"""
DECIDED = ("admit", "already_in", "unknown", "unknown", "already_in")
# The page was opened with network and is kept, list and all.
IS_KEPT = """async gate => {
    const shell = await caches.match(`/gate/${gate}/shell`);
    const isListed = /\\d\\d:\\d\\d/.test(document.getElementById("sync").textContent);
    return Boolean(shell && isListed && (await caches.match("/gate/decoder.js")));
}"""


@pytest.fixture
def crew(live_server: LiveServer, now: datetime) -> User:
    with transaction():
        event = make_event(now=now, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=8))
        make_gate(event, "Gate A")
        make_gate(event, "Gate B")
        crew = make_user("crew@example.org", now=now, full_name="Crew Example")
        grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
        make_attendee(event, now=now, full_name="Zoë Quillfeather")
    return crew


def gate_of(name: str) -> str:
    gates = db.session.scalars(select(Gate)).all()
    return next(one.public_id for one in gates if one.name["en"] == name)


def code(name: str) -> str:
    attendee = db.session.scalars(select(Attendee).where(Attendee.full_name == name)).one()
    assert attendee.ticket is not None
    return code_of(attendee.ticket)


def open_kept(page: Page, gate: str) -> None:
    page.goto(f"/gate/{gate}")
    until(lambda: page.evaluate(IS_KEPT, gate))


def until(holds: Callable[[], object], *, seconds: float = 15) -> None:
    """Look again and again; what `wait_for_function` does not do with promises."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def scan(page: Page, *codes: str) -> None:
    page.evaluate(SCAN, list(codes))


def shows(page: Page, word: str) -> None:
    page.wait_for_selector(f'{WORD}:text-is("{word}")', timeout=10_000)


def comes_up(page: Page) -> None:
    """With network again everything is sent. Opened again it need not wait for three good answers first."""
    page.context.set_offline(False)
    page.reload(wait_until="domcontentloaded")
    all_is_sent(page)


def all_is_sent(page: Page) -> None:
    expect(page.locator("#sync")).to_contain_text("Waiting to be sent: 0", timeout=15_000)


def scans() -> list[Scan]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan).order_by(Scan.scanned_at, Scan.id)))


@contextmanager
def phone(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime, **look: object
) -> Iterator[Page]:
    with page_in(browser, live_server, **{"viewport": PHONE, "locale": "en", **look}) as page:
        page.context.add_cookies([live_server.cookie_for(crew, now=now)])
        yield page


def test_without_network_the_phone_decides_starts_again_and_sends_all_later(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime, pictures: Path
) -> None:
    good = code("Zoë Quillfeather")
    flipped = good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:]
    with phone(browser, live_server, crew, now) as page:
        open_kept(page, gate_of("Gate A"))
        page.context.set_offline(True)
        expect(page.locator("#online")).to_have_text("Offline")
        scan(page, good)
        shows(page, "Welcome")
        expect(page.locator(".verdict-name")).to_have_text("Zoë Quillfeather")
        expect(page.locator(".verdict-band")).to_have_text("Saved, will sync")
        page.screenshot(path=pictures / "offline-admit.png")
        scan(page, good)
        shows(page, "Already in")
        expect(page.locator(".gate-card .verdict-detail").last).to_have_text(
            re.compile(r"^since \d\d:\d\d, Gate A$")
        )
        scan(page, "WIFI:S:Example;;")
        shows(page, "Unknown code")
        expect(page.locator("#inside")).to_have_text("1")

        began = time.monotonic()
        page.goto("/gate/")  # where the installed app starts
        expect(page).to_have_url(re.compile(gate_of("Gate A")))
        scan(page, flipped)
        shows(page, "Unknown code")
        assert time.monotonic() - began < 2
        page.keyboard.press("Escape")
        expect(page.locator("#last li")).to_have_count(4)
        expect(page.locator("#inside")).to_have_text("1")
        expect(page.locator("#sync")).to_contain_text("Waiting to be sent: 4")
        page.screenshot(path=pictures / "offline-started.png", full_page=True)

        page.context.set_offline(False)
        expect(page.locator("#online")).to_have_text("Online", timeout=15_000)
        expect(page.locator("#sync")).to_contain_text("Waiting to be sent: 0")
        scan(page, good)  # the kept page had no token for this
        shows(page, "Already in")

        second = page.context.new_page()
        second.goto(page.url)
        expect(second.locator("#sync")).to_have_text(
            "This gate is open in another tab: this one works online only"
        )
        page.close()
        expect(second.locator("#sync")).to_contain_text("Waiting to be sent: 0")
        second.context.set_offline(True)
        second.get_by_role("link", name="Self-service screen").click()
        expect(second.locator("#kiosk-why")).to_have_text("The self-service screen needs the network.")

    stored = scans()
    assert [one.verdict for one in stored] == [Verdict(word) for word in DECIDED]
    assert [one.ticket_id is None for one in stored] == [False, False, True, True, False]
    assert [one.device_at is None for one in stored] == [False] * 4 + [True]
    assert {one.crew_id for one in stored} == {crew.id}
    assert all(now <= one.scanned_at <= clock.now() and one.is_time_trusted for one in stored)


def test_families_questions_and_undoing_need_no_network_either(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime, pictures: Path
) -> None:
    with transaction():
        event = db.session.scalars(select(Event)).one()
        make_family(event, now=now, names=["Fay Family", "Gus Family", "Ida Family"])
        question = DoorQuestion(id="band", text=both_languages("Wristband given"), required=True)
        plan = PointPlan(name=both_languages("Hall"), mode=Mode.REENTRY, questions=[question])
        add_point(event_id=event.id, kind=PointKind.DAY, plan=plan, by="test", now=now)
    with phone(browser, live_server, crew, now, bypass_csp=True) as page:
        open_kept(page, gate_of("Hall"))
        page.context.set_offline(True)
        scan(page, code("Fay Family"))
        shows(page, "Who comes in?")
        page.get_by_label("Fay Family").uncheck()
        page.get_by_label("Ida Family").uncheck()
        page.get_by_role("button", name="Admit").click()
        expect(page.locator(".gate-card [role=alert]")).to_have_text(re.compile("tick the adult too"))
        page.get_by_label("Fay Family").check()
        page.get_by_role("button", name="Admit").click()
        expect(page.locator(".gate-card [role=alert]")).to_have_text(
            re.compile("Tick what has to be checked")
        )
        page.screenshot(path=pictures / "offline-family.png", full_page=True)
        assert axe(page) == []
        page.get_by_label("Wristband given").check()
        page.get_by_role("button", name="Admit").click()
        shows(page, "Welcome")
        expect(page.locator(".gate-card .verdict-detail")).to_have_text("2 of 3 admitted")

        scan(page, code("Zoë Quillfeather"))
        shows(page, "Check first")
        page.get_by_label("Wristband given").check()
        page.get_by_role("button", name="Admit").click()
        shows(page, "Welcome")
        expect(page.locator("#inside")).to_have_text("3")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Undo").first.click()
        page.get_by_label("Reason").fill("Wrong person")
        page.get_by_role("button", name="Undo this scan").click()
        expect(page.locator("#last li").first).to_contain_text("undone")
        expect(page.locator("#inside")).to_have_text("2")
        comes_up(page)

    assert [one.verdict for one in scans()] == [Verdict.ADMIT, Verdict.ADMIT, Verdict.ADMIT, Verdict.UNDONE]
    assert {tuple(one.ticked or ()) for one in scans()[:3]} == {("band",)}
    assert scans()[3].reason == "Wrong person"
    assert inside() == 2


def inside() -> int:
    return db.session.scalar(select(func.count()).where(Presence.is_inside)) or 0


# Every card that was seen, by name, whatever becomes of the page; at one of them it is closed and opened again.
SEE_CARDS = """let last;
new MutationObserver(() => {
    const card = document.querySelector(".gate-card .verdict");
    if (!card || card === last) return;
    last = card;
    const said = ["name", "word"].map((part) => card.querySelector(`.verdict-${part}`).textContent);
    const seen = [...JSON.parse(localStorage.seen ?? "[]"), said];
    localStorage.seen = JSON.stringify(seen);
    if (seen.length === Number(sessionStorage.killAt)) location.reload();
}).observe(document, { childList: true, subtree: true });"""
SEEN = "JSON.parse(localStorage.seen ?? '[]')"


@pytest.mark.slow
@pytest.mark.parametrize(("first", "number", "kills"), [("Gate A", 300, 20), ("Gate B", 20, 0)])
def test_what_two_gates_let_in_apart_is_told_together_whichever_comes_up_first(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime, first: str, number: int, kills: int
) -> None:
    """A tenth of the tickets at both gates; pages are closed in the middle of a burst of scans, and opened again."""
    codes, both = make_guests(number - 1), number // 10
    half = (number + both) // 2
    shares = {"Gate A": codes[:half], "Gate B": codes[half - both :]}
    admitted: list[str] = []
    with (
        phone(browser, live_server, crew, now) as gate_a,
        phone(browser, live_server, crew, now) as gate_b,
    ):
        pages = {"Gate A": gate_a, "Gate B": gate_b}
        for name, page in pages.items():
            page.context.add_init_script(SEE_CARDS)
            open_kept(page, gate_of(name))
            page.context.set_offline(True)
            admitted += scan_all(page, shares[name], kills=kills // 2)
        for name in (first, *(pages.keys() - {first})):
            comes_up(pages[name])

    came = [one for one in scans() if one.verdict is Verdict.ADMIT]
    names = dict(db.session.execute(select(Attendee.ticket_id, Attendee.full_name)).all())
    assert Counter(admitted) <= Counter(names[one.ticket_id] for one in came)
    assert len(came) == number + both
    assert len({one.ticket_id for one in came}) == inside() == number
    conflicts = db.session.scalars(select(ScanConflict)).all()
    assert len(conflicts) == both
    for conflict in conflicts:
        held, late = db.session.get_one(Scan, conflict.first_id), db.session.get_one(Scan, conflict.second_id)
        assert held.ticket_id == late.ticket_id == conflict.ticket_id
        assert held.scanned_at < late.scanned_at
        assert {held.gate_id, late.gate_id} == set(db.session.scalars(select(Gate.id)))


def make_guests(number: int) -> list[str]:
    """More people with tickets; the codes of all."""
    with transaction():
        event = db.session.scalars(select(Event)).one()
        for index in range(number):
            make_attendee(event, now=clock.now(), full_name=f"Guest {index}")
    return list(codes_of(db.session.scalars(select(Ticket)).all()).values())


def scan_all(page: Page, codes: list[str], *, kills: int) -> list[str]:
    """Who was shown as admitted. Who was not shown is scanned again."""
    names, left, interrupted = names_by_code(), codes, 0
    size = len(codes) // max(2 * kills, 1)
    for _ in range(kills):
        burst = left[: 2 * size]
        page.evaluate("number => { sessionStorage.killAt = number }", len(codes) - len(left) + size)
        with page.expect_navigation(wait_until="domcontentloaded"):
            scan(page, *burst)
        seen = {name for name, _word in page.evaluate(SEEN)}
        left = [code for code in left if names[code] not in seen]
        interrupted += burst[-1] in left
    assert interrupted or not kills
    scan(page, *left)
    until(lambda: len(page.evaluate(SEEN)) == len(codes), seconds=30)
    return [name for name, word in page.evaluate(SEEN) if word == "Welcome"]


def names_by_code() -> dict[str, str]:
    tickets = db.session.scalars(select(Ticket)).all()
    named = select(Ticket.number, Attendee.full_name).join(Attendee, Attendee.ticket_id == Ticket.id)
    names = dict(db.session.execute(named).all())
    return {code: names[number] for number, code in codes_of(tickets).items()}


def opened_again(page: Page, *, by_closing: bool) -> Page:
    if not by_closing:
        page.reload(wait_until="domcontentloaded")
        return page
    url, context = page.url, page.context
    page.close()
    page = context.new_page()
    page.goto(url, wait_until="domcontentloaded")
    return page


def test_a_phone_names_nobody_even_to_who_reads_all_that_it_keeps(
    playwright: Playwright, live_server: LiveServer, crew: User, now: datetime, tmp_path: Path
) -> None:
    with transaction():
        event = db.session.scalars(select(Event)).one()
        make_attendee(event, now=now, full_name="Пётр Образцов")
        make_family(event, now=now, names=["Agatha Familyname", "Gustav Familyname"])
    names = db.session.scalars(select(Attendee.full_name)).all()
    context = persistent(playwright, tmp_path / "profile", live_server)
    context.add_cookies([live_server.cookie_for(crew, now=now)])
    page = context.new_page()
    open_kept(page, gate_of("Gate A"))
    assert context.new_cdp_session(page).send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    context.set_offline(True)
    scan(page, code("Zoë Quillfeather"))
    expect(page.locator("#last li bdi")).to_have_text("Zoë Quillfeather")
    scan(page, "WIFI:S:Foreignnetwork;;")
    expect(page.locator("#last li")).to_have_count(2)
    kept = page.evaluate(DUMP)
    context.close()
    raw = b"".join(path.read_bytes() for path in (tmp_path / "profile").rglob("*") if path.is_file())

    lookups = [in_text(lookup) for lookup in db.session.scalars(select(ManifestEntry.lookup))]
    assert [one for one in lookups if one not in kept] == []
    assert gate_of("Gate A").encode() in raw
    told = {part for name in names for part in name.split() if len(part) > 3}  # short ones are in any file
    for part in {*told, "Foreignnetwork"}:
        assert part not in kept
        assert part.encode() not in raw
        assert part.encode("utf-16-le") not in raw


def test_names_are_opened_by_the_pin_and_looked_up_without_network_until_the_page_is_closed(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime
) -> None:
    with transaction():
        event_id = db.session.scalars(select(Event.id)).one()
        change_offline_settings(
            event_id, admits_unlisted=True, new_pin_hash=hash_of("271828"), by="test", now=now
        )
    with phone(browser, live_server, crew, now, bypass_csp=True) as page:
        open_kept(page, gate_of("Gate A"))
        page.get_by_role("button", name="Names without network").click()
        findings = axe(page)
        page.get_by_label("PIN").fill("271829")
        page.get_by_role("button", name="Open the names").click()
        expect(page.get_by_text("This is not the PIN.")).to_be_visible()
        findings += axe(page)
        page.get_by_label("PIN").fill("271828")
        page.get_by_role("button", name="Open the names").click()
        expect(page.locator("#names")).to_contain_text("1 on this phone")

        page.context.set_offline(True)
        page.get_by_label("Search by name").fill("zoe quill")
        findings += axe(page)
        page.locator("#people button").click()
        page.get_by_label("Phone is empty").check()
        page.get_by_role("button", name="Hold to admit").press("Enter")
        page.get_by_role("button", name="Hold to admit").press("Enter")
        shows(page, "Welcome")
        findings += axe(page)
        kept = page.evaluate(DUMP)
        page.reload()
        page.get_by_label("Search by name").fill("zoe quill")
        expect(page.locator("#people button")).to_have_count(0)
        comes_up(page)

    assert findings == []
    assert [part for part in ("Zo\u00eb", "Quillfeather", "quillfeather", "271828") if part in kept] == []
    (admitted,) = scans()
    assert (admitted.verdict, admitted.source, admitted.reason) == (
        Verdict.ADMIT,
        ScanSource.SEARCH,
        "Phone is empty",
    )


def test_a_phone_that_was_ended_keeps_nothing_after_its_next_word_with_the_server(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime
) -> None:
    with transaction():
        device = make_phone(db.session.scalars(select(Event)).one(), now=now)
        link = pairing_path(device)
    with page_in(browser, live_server, viewport=PHONE, locale="en") as page:
        page.goto(link)
        page.get_by_role("button", name="Pair this phone").click()
        open_kept(page, gate_of("Gate A"))
        with transaction():
            revoke(db.session.merge(device), by="test", now=clock.now())
        scan(page, code("Zoë Quillfeather"))
        shows(page, "Not taken")
        expect(page.locator(".gate-card .verdict-detail")).to_contain_text("not paired any more")
        expect(page.locator("#sync .is-warning")).to_have_text("This phone is not paired any more")
        expect(page.locator("#sync")).to_contain_text("No list on this phone yet")
        until(
            lambda: (
                page.evaluate("async () => [...await caches.keys(), ...await indexedDB.databases()].length")
                == 0
            )
        )
        page.context.set_offline(True)
        scan(page, code("Zoë Quillfeather"))
        shows(page, "No answer")

    assert scans() == []


def persistent(playwright: Playwright, folder: Path, live_server: LiveServer) -> BrowserContext:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch_persistent_context(
        folder, executable_path=path, args=args, base_url=live_server.url, locale="en"
    )


DUMP = """async () => {
    const said = [JSON.stringify({ ...localStorage, ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve) => {
            const opening = indexedDB.open(name);
            opening.onsuccess = () => resolve(opening.result);
        });
        for (const store of database.objectStoreNames) {
            const all = database.transaction(store).objectStore(store).getAll();
            await new Promise((resolve) => { all.onsuccess = resolve; });
            said.push(JSON.stringify(all.result));
        }
        database.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            if (/\\/gate\\//.test(request.url)) said.push(await (await cache.match(request)).text());
        }
    }
    return said.join("\\n");
}"""


@pytest.fixture
def delay(live_server: LiveServer) -> Iterator[dict[str, float]]:
    """How many seconds the server thinks about each scan and count."""
    seconds = {"now": 0.0}

    def think() -> None:
        if request.path.endswith(("/scans", "/count")):
            time.sleep(seconds["now"])

    before = live_server.app.before_request_funcs.setdefault(None, [])
    before.insert(0, think)
    yield seconds
    before.remove(think)


def is_post(route: Route) -> bool:
    return route.request.method == "POST"


def test_one_late_answer_makes_the_gate_decide_by_itself_and_three_good_ones_ask_again(
    browser: Browser,
    live_server: LiveServer,
    crew: User,
    now: datetime,
    delay: dict[str, float],
    pictures: Path,
) -> None:
    with transaction():
        make_family(db.session.scalars(select(Event)).one(), now=now, names=["Fay Family", "Gus Family"])
    with phone(browser, live_server, crew, now, service_workers="block") as page:
        page.goto(f"/gate/{gate_of('Gate A')}")
        until(lambda: re.search(r"\d\d:\d\d", page.locator("#sync").inner_text()))
        delay["now"] = 3
        began = time.monotonic()
        scan(page, code("Zoë Quillfeather"))
        shows(page, "Welcome")
        assert time.monotonic() - began < 3
        expect(page.locator(".verdict-band")).to_have_text("Saved, will sync")
        expect(page.locator("#online")).to_have_text("Offline")

        delay["now"] = 0
        page.evaluate("dispatchEvent(new Event('online'))")  # it looks again at once
        expect(page.locator("#online")).to_have_text("Online", timeout=15_000)
        expect(page.locator("#sync")).to_contain_text("Waiting to be sent: 0")

        page.route("**/parties/**", lambda route: route.abort() if is_post(route) else route.fallback())
        scan(page, code("Fay Family"))
        shows(page, "Who comes in?")
        page.get_by_role("button", name="Admit").click()
        shows(page, "Not known")
        page.keyboard.press("Escape")
        page.context.set_offline(True)
        scan(page, code("Fay Family"))
        shows(page, "Not known")
        page.screenshot(path=pictures / "offline-lost.png")
        scan(page, code("Gus Family"))
        shows(page, "Welcome")

    assert [(one.verdict, one.device_at) for one in scans()] == [
        (Verdict.ADMIT, None)
    ]  # the late one was stored


TURN_CLOCK = """ms => {
    const Real = Date;
    window.Date = class extends Real {
        constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + ms); }
        static now() { return Real.now() + ms; }
    };
}"""


def test_a_clock_that_is_set_while_people_stand_in_line_spoils_no_time(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime
) -> None:
    codes, at = make_guests(3), []
    with phone(browser, live_server, crew, now) as page:
        page.add_init_script(f"({TURN_CLOCK})(600_000)")
        open_kept(page, gate_of("Gate A"))
        expect(page.locator("#sync [role=status]")).to_have_text("Clock of this phone is off by 10 min")
        page.context.set_offline(True)
        for number, turned in enumerate([None, 7_200_000, -90_000_000]):
            if turned:
                page.evaluate(TURN_CLOCK, turned)
            at.append(clock.now())
            scan(page, codes[number])
            expect(page.locator("#sync")).to_contain_text(f"Waiting to be sent: {number + 1}")
        page.reload()
        at.append(clock.now())
        scan(page, codes[3])
        expect(page.locator("#sync")).to_contain_text("Waiting to be sent: 4")
        page.context.set_offline(False)
        all_is_sent(page)

    assert [one.verdict for one in scans()] == [Verdict.ADMIT] * 4
    for one, moment in zip(scans(), at, strict=True):
        assert abs(one.scanned_at - moment) < timedelta(seconds=2)
        assert one.is_time_trusted

"""Invoices: made of what is owed, numbered without gaps, never changed, paid by hand, cancelled by a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from hashlib import sha256
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from eventhub.billing.commands import issue
from eventhub.billing.issuers import add_issuer, choose_issuer, copy_issuer, revise_issuer
from eventhub.billing.models import EventIssuer, Invoice, Issuer, Series
from eventhub.billing.queries import find_issuer, list_misnumbered
from eventhub.billing.rules import (
    Billed,
    InvoiceEmptied,
    InvoiceSettled,
    IssuerMissing,
    Letterhead,
    NothingToInvoice,
    PrefixTaken,
    PrefixUsed,
    PrefixWrong,
)
from eventhub.core.errors import IllegalMove, Refusal
from eventhub.db import db, rows_changed, transaction
from eventhub.events.models import Event
from eventhub.handlers import RECIPES
from eventhub.mail.models import Message
from eventhub.registration.commands import cancel as cancel_registration
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.handing_over import Colleague, hand_over
from eventhub.registration.invoicing import commands
from eventhub.registration.invoicing.commands import (
    cancel_by_document,
    make_invoice,
    mark_invoice_paid,
    tell_payer,
)
from eventhub.registration.invoicing.models import Payer
from eventhub.registration.invoicing.personal import forget_invoice, list_forgettable_invoices
from eventhub.registration.invoicing.queries import (
    find_inherited_invoice,
    list_debtors,
    list_with_somebody_gone,
)
from eventhub.registration.invoicing.rules import InnWrong, TaxNumberWrong
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.types import paying
from eventhub.registration.types.models import Payment
from eventhub.registration.types.paying import make_due, mark_paid, waive
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.rules import InvoicedFor, InvoiceStands, Paying, PaymentState, TypeWish
from eventhub.registration.types.taking import renew_debt
from eventhub.subjects.erasing import forget
from eventhub.subjects.holdings import HOLDINGS
from eventhub.subjects.queries import subject_of_registration
from tests.commands.delegations.leading import add, lead, registration_of
from tests.commands.registration.asking import Known, cancel, check_the_books, count, look_again, registered
from tests.commands.registration.parties import a_group
from tests.commands.registration.types import an_issuer, make_type
from tests.factories import both_languages, make_event
from tests.people import at_once

BILLED = Billed(name="Example Works", address="1 Example Street", country="DE", email="bills@example.org")


@pytest.fixture(autouse=True)
def books(app: Flask):
    yield
    check_the_books()
    assert list_misnumbered() == []


@pytest.fixture
def fair(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="fair", capacity=40)


@pytest.fixture
def gala(fair: Event, now: datetime) -> TypeWish:
    with transaction():
        an_issuer(fair, now=now)
    return make_type(fair, "Gala", price=50_000, paying=Paying.INVOICE, now=now)


def a_payer(registration: Registration | Known, *, now: datetime, billed: Billed = BILLED) -> str:
    with transaction():
        mine = get_registration(registration.public_id)
        return tell_payer(billed, registration=mine, language="en", now=now).public_id


def make(event: Event, payer: str, *, now: datetime) -> str:
    with transaction():
        return make_invoice(db.session.get_one(Event, event.id), payer, by="test", now=now).public_id


def the(public_id: str) -> Invoice:
    return db.session.scalars(select(Invoice).where(Invoice.public_id == public_id)).one()


def payment_of(registration: Registration | Known) -> tuple[PaymentState, str | None]:
    look_again()
    payment = find_payment(get_registration(registration.public_id).id)
    assert payment is not None
    return payment.state, payment.reference


def pay_in_cash(one: Known, *, now: datetime) -> None:
    with transaction():
        mark_paid(get_registration(one.public_id), method="cash", reference="R-1", by="test", now=now)


def outcome(event: Event, payer: str, *, now: datetime) -> str:
    return attempt(lambda: make(event, payer, now=now))


def attempt(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_an_invoice_is_made_sent_paid_and_cancelled_and_its_pages_never_change(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    guest = registered("fair", now=now, ticket=gala)
    first = make(fair, a_payer(guest, now=now), now=now)
    pages = the(first).pdf
    with transaction(), pytest.raises(InvoiceStands):
        waive(get_registration(guest.public_id), reason="by mistake", by="test", now=now)
    with transaction():
        mark_invoice_paid(the(first), reference="T-9", by="test", now=now)
    paid = payment_of(guest)
    with transaction():
        document = cancel_by_document(the(first), fair, reason="wrong name", by="test", now=now).public_id
    with transaction(), pytest.raises(InvoiceSettled):
        cancel_by_document(the(first), fair, reason="once more", by="test", now=now)
    look_again()

    assert (the(first).name, the(document).name, the(document).total) == (
        "EX-2027-0001",
        "EX-2027-0002",
        -50_000,
    )
    assert (paid, payment_of(guest)) == ((PaymentState.PAID, "T-9"), (PaymentState.DUE, None))
    assert (the(first).pdf, the(first).digest) == (pages, sha256(pages).hexdigest())
    letters = db.session.scalars(
        select(Message).where(Message.letter.startswith("invoice")).order_by(Message.id)
    )
    sent = [(one.letter, one.to_email, RECIPES["invoice_pdf"](one.attachments[0]).name) for one in letters]
    assert sent == [
        ("invoice", "bills@example.org", "invoice-EX-2027-0001.pdf"),
        ("invoice_cancelled", "bills@example.org", "invoice-EX-2027-0002.pdf"),
    ]


def test_who_paid_in_cash_has_paid_also_when_the_invoice_is_cancelled(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    delegation = lead(fair, now=now, ticket=gala)
    emails = [f"{name}@example.org" for name in ("ada", "bob", "eve")]
    for email in emails:
        add(delegation, email, now=now)
    ada, bob, eve = [Known(registration_of(delegation, email).public_id) for email in emails]
    with transaction():
        mine = db.session.get_one(Delegation, delegation.id)
        payer = tell_payer(BILLED, delegation=mine, language="en", now=now).public_id

    first = make(fair, payer, now=now)
    pay_in_cash(ada, now=now)
    with transaction():
        cancel_by_document(the(first), fair, reason="wrong name", by="test", now=now)
    while_issued = [payment_of(one) for one in (ada, bob, eve)]
    second = make(fair, payer, now=now)
    pay_in_cash(eve, now=now)
    with transaction():
        mark_invoice_paid(the(second), reference="T-9", by="test", now=now)
    with transaction():
        cancel_by_document(the(second), fair, reason="wrong name again", by="test", now=now)

    due, in_cash = (PaymentState.DUE, None), (PaymentState.PAID, "R-1")
    assert (while_issued, the(second).total) == ([in_cash, due, due], 100_000)
    assert [payment_of(one) for one in (ada, bob, eve)] == [in_cash, due, in_cash]


def test_who_takes_a_place_over_inherits_its_invoice_until_it_is_given_up(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    guest = Known(registered("fair", now=now, ticket=gala).public_id)
    made = make(fair, a_payer(guest, now=now), now=now)
    with transaction():
        colleague = Colleague(full_name="Bob Example", email="bob@example.org")
        heir = Known(hand_over(get_registration(guest.public_id), colleague, now=now).public_id)

    def inherited(one: Known) -> str | None:
        look_again()
        found = find_inherited_invoice(get_registration(one.public_id))
        return found.public_id if found else None

    offered = inherited(guest), inherited(heir)
    cancel(heir, now=now)

    assert (offered, inherited(heir)) == ((None, made), None)


def test_a_delegation_has_one_invoice_for_all_who_have_a_place(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    delegation = lead(fair, now=now, ticket=gala)
    for number in range(3):
        add(delegation, f"guest{number}@example.org", now=now)
    with transaction():
        mine = db.session.get_one(Delegation, delegation.id)
        payer = tell_payer(BILLED, delegation=mine, language="ru", now=now).public_id

    invoice = the(make(fair, payer, now=now))

    lines = [(line["text"], line["count"], line["price"]) for line in invoice.content["lines"]]
    assert (lines, invoice.total, invoice.language) == ([("Gala", 3, 50_000)], 150_000, "ru")
    assert (list_debtors(fair.id), list_with_somebody_gone([invoice.id])) == ([], set())


def test_nothing_is_invoiced_that_nobody_owes_or_of_which_nobody_makes_invoices(
    fair: Event, now: datetime
) -> None:
    wish = make_type(fair, "Gala", price=50_000, paying=Paying.INVOICE, now=now)
    guest = registered("fair", now=now, ticket=wish)
    payer = a_payer(guest, now=now)
    before = outcome(fair, payer, now=now)
    with transaction():
        an_issuer(fair, now=now)
    cancel(guest, now=now)

    assert (before, outcome(fair, payer, now=now)) == (IssuerMissing.__name__, NothingToInvoice.__name__)
    assert db.session.scalars(select(Series.last)).all() == []


def a_head(prefix: str) -> Letterhead:
    texts = dict.fromkeys(("name", "address", "bank", "vat_note"), both_languages("Example"))
    return Letterhead(prefix=prefix, **texts)


def test_each_issuer_numbers_for_itself_under_letters_that_no_other_has_and_that_stay(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    with transaction():
        other = make_event(now=now, slug="other", capacity=40)
        an_issuer(other, now=now, prefix="TWO")
        next_year = make_event(now=now, slug="next")
        copy_issuer(fair, next_year, by="test", now=now)
    wish = make_type(other, "Gala", price=50_000, paying=Paying.INVOICE, now=now)
    guests = [registered("fair", now=now, ticket=gala), registered("other", now=now, ticket=wish)]
    made = [
        the(make(event, a_payer(guest, now=now), now=now)).name
        for event, guest in zip((fair, other), guests, strict=True)
    ]

    def renamed(prefix: str) -> str:
        def rename() -> None:
            with transaction():
                chosen = find_issuer(fair.id)
                assert chosen is not None
                revise_issuer(chosen, a_head(prefix), by="test", now=now)

        return attempt(rename)

    def added(prefix: str) -> str:
        def add() -> None:
            with transaction():
                add_issuer(a_head(prefix), by="test", now=now)

        return attempt(add)

    said = [renamed("EX"), renamed("NEW"), added("TWO"), added("lower"), added("X")]
    chosen = find_issuer(next_year.id)
    assert made == ["EX-2027-0001", "TWO-2027-0001"]
    assert said == [
        "done",
        PrefixUsed.__name__,
        PrefixTaken.__name__,
        PrefixWrong.__name__,
        PrefixWrong.__name__,
    ]
    assert chosen is not None
    assert chosen.prefix == "EX"


def test_of_many_who_want_the_same_letters_at_once_one_has_them(
    both: Flask, fair: Event, now: datetime
) -> None:
    def add(_number: int) -> str:
        def new() -> None:
            with transaction():
                add_issuer(a_head("SAME"), by="test", now=now)

        return attempt(new)

    assert Counter(at_once(both, add, times=6)) == {"done": 1, PrefixTaken.__name__: 5}


def test_letters_that_change_while_an_invoice_is_made_are_those_on_it_or_stay(
    both: Flask, fair: Event, gala: TypeWish, now: datetime
) -> None:
    payer = a_payer(registered("fair", now=now, ticket=gala), now=now)
    event_id = fair.id

    def rename() -> None:
        with transaction():
            chosen = find_issuer(event_id)
            assert chosen is not None
            revise_issuer(chosen, a_head("NEW"), by="test", now=now)

    def one_of_both(number: int) -> str:
        return attempt(rename) if number else outcome(fair, payer, now=now)

    said = at_once(both, one_of_both, times=2)

    look_again()
    chosen, made = find_issuer(event_id), db.session.scalars(select(Invoice)).one()
    assert chosen is not None
    assert (made.issuer, chosen.prefix) in {("NEW", "NEW"), ("EX", "EX")}
    assert said == ["done", "done" if made.issuer == "NEW" else PrefixUsed.__name__]
    assert list_misnumbered() == []


@pytest.mark.parametrize(
    ("country", "number", "refusal"),
    [
        ("RU", "7707083894", InnWrong),
        ("RU", "500100732259", None),
        ("DE", "DE 1?", TaxNumberWrong),
        ("DE", "", None),
    ],
)
def test_tax_numbers_are_judged_kindly(
    fair: Event, gala: TypeWish, now: datetime, country: str, number: str, refusal: type[Refusal] | None
) -> None:
    guest = registered("fair", now=now, ticket=gala)
    billed = Billed(**{**vars(BILLED), "country": country, "tax_number": number})
    said: type[Refusal] | None = None
    try:
        a_payer(guest, now=now, billed=billed)
    except Refusal as why:
        said = type(why)

    assert said is refusal


def test_twenty_at_once_get_twenty_numbers_without_a_gap_and_no_debt_two_invoices(
    both: Flask, fair: Event, gala: TypeWish, now: datetime
) -> None:
    guests = [registered("fair", f"guest{number}@example.org", now=now, ticket=gala) for number in range(10)]
    payers = [a_payer(guest, now=now) for guest in guests]

    results = at_once(both, lambda number: outcome(fair, payers[number // 2], now=now), times=20)

    look_again()
    numbers = sorted(db.session.scalars(select(Invoice.number)))
    assert Counter(results) == {"done": 10, NothingToInvoice.__name__: 10}
    assert numbers == list(range(1, 11))


def test_reading_the_last_number_and_writing_the_next_would_give_one_twice(
    postgresql_app: Flask, app: Flask, now: datetime
) -> None:
    """The control: were it as good, the race above would prove nothing."""
    with postgresql_app.app_context():
        with transaction():
            db.session.add(Series(issuer="control", year=2027, last=1))

        def unguarded(_number: int) -> int:
            with transaction():
                row = db.session.get_one(Series, ("control", 2027))
                number = row.last + 1
                sleep(0.02)
                row.last = number
            return number

        given = at_once(postgresql_app, unguarded, times=10)
        with transaction():
            db.session.delete(db.session.get_one(Series, ("control", 2027)))

    assert len(set(given)) < len(given)


def test_two_who_tell_the_same_at_once_are_both_heard(both: Flask, fair: Event, now: datetime) -> None:
    guest, event_id = Known(registered("fair", now=now).public_id), fair.id
    with transaction():
        issuer_id = an_issuer(fair, now=now).id
        db.session.execute(delete(EventIssuer))

    def tell(number: int) -> str:
        def say_who_makes_it() -> None:
            with transaction():
                issuer = db.session.get_one(Issuer, issuer_id)
                choose_issuer(db.session.get_one(Event, event_id), issuer, by="test", now=now)

        return attempt(say_who_makes_it if number % 2 else lambda: a_payer(guest, now=now))

    assert at_once(both, tell, times=8) == ["done"] * 8
    assert (count(Payer), count(EventIssuer)) == (1, 1)


def beside(app: Flask, deed: Callable[[], str]) -> Future[str]:
    """Done by somebody else in the middle of our transaction; after it, where one writes at a time."""

    def alone() -> str:
        with app.app_context():
            return deed()

    other = ThreadPoolExecutor(1).submit(alone)
    wait([other], timeout=2 if db.engine.dialect.name == "postgresql" else 0)
    return other


@pytest.mark.parametrize("deed", ["grows", "cancels"])
def test_an_invoice_asks_for_what_is_owed_when_it_is_made(
    both: Flask, fair: Event, gala: TypeWish, now: datetime, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    delegation = lead(fair, now=now, ticket=gala)
    for number in range(3):
        add(delegation, f"guest{number}@example.org", now=now)
    with transaction():
        mine = db.session.get_one(Delegation, delegation.id)
        payer = tell_payer(BILLED, delegation=mine, language="en", now=now).public_id
    others, guest = list[Future[str]](), Known(registration_of(delegation, "guest1@example.org").public_id)

    def change() -> None:
        with transaction():
            mine = get_registration(guest.public_id)
            if deed == "grows":
                renew_debt(mine.id, old=1, new=2)
            else:
                cancel_registration(mine, by="holder", now=now)

    def between(*args: Any, **facts: Any) -> Invoice:
        made = issue(*args, **facts)
        others.append(beside(both, lambda: attempt(change)))
        return made

    monkeypatch.setattr(commands, "issue", between)
    made = outcome(fair, payer, now=now)
    became = others[0].result(10)
    look_again()
    asked = sum(db.session.scalars(select(Payment.amount).where(Payment.invoice_id.is_not(None))))

    is_first = db.engine.dialect.name == "postgresql"  # else they waited for the invoice
    later = {"cancels": "done", "grows": InvoicedFor.__name__}[deed]
    assert (made, became) == ((NothingToInvoice.__name__, "done") if is_first else ("done", later))
    assert sum(db.session.scalars(select(Invoice.total))) == asked


def waive_beside_an_invoice(
    app: Flask, event: Event, wish: TypeWish, monkeypatch: pytest.MonkeyPatch, *, step: str, now: datetime
) -> tuple[str, str, bool]:
    """What became of waiving, of the invoice that is made before this step of it, and whether both were done."""
    guest = Known(registered("fair", now=now, ticket=wish).public_id)
    payer, there, others = a_payer(guest, now=now), event.id, list[Future[str]]()
    rest: Callable[..., None] = waive_unguarded if step == "_move" else getattr(paying, step)

    def between(*args: Any, **facts: Any) -> None:
        others.append(beside(app, lambda: outcome(db.session.get_one(Event, there), payer, now=now)))
        rest(*args, **facts)

    monkeypatch.setattr(paying, step, between)
    try:
        with transaction():
            waive(get_registration(guest.public_id), reason="a guest of honour", by="test", now=now)
        said = "waived"
    except Refusal as refusal:
        said = type(refusal).__name__
    made = others[0].result(10)
    look_again()
    payment = db.session.scalars(select(Payment)).one()
    return said, made, payment.state is PaymentState.WAIVED and payment.invoice_id is not None


def waive_unguarded(registration: Registration, new: PaymentState, **facts: Any) -> None:
    """By a statement that asks for the state alone."""
    values = {name: facts[name] for name in ("reason", "decided_at", "decided_by")}
    ours = (Payment.registration_id == registration.id, Payment.state == PaymentState.DUE)
    rows_changed(update(Payment).where(*ours).values(state=new, **values))


def test_what_is_invoiced_at_the_same_moment_is_not_waived(
    both: Flask, fair: Event, gala: TypeWish, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    became = waive_beside_an_invoice(both, fair, gala, monkeypatch, step="check_move", now=now)

    one_after_the_other = {
        "sqlite": ("waived", NothingToInvoice.__name__, False),
        "postgresql": (IllegalMove.__name__, "done", False),
    }
    assert became == one_after_the_other[db.engine.dialect.name]


def test_looking_for_the_invoice_first_would_waive_what_is_invoiced(
    both: Flask, fair: Event, gala: TypeWish, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: on a database with many writers; where one writes, it can't."""
    became = waive_beside_an_invoice(both, fair, gala, monkeypatch, step="_move", now=now)

    assert became[2] == (db.engine.dialect.name == "postgresql")


def test_erasure_keeps_the_invoice_for_its_five_years_and_nothing_else(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    guest = registered("fair", now=now, ticket=gala)
    make(fair, a_payer(guest, now=now), now=now)
    subject = subject_of_registration(get_registration(guest.public_id))
    told = {one.name: one.export(subject, now) for one in HOLDINGS if one.name in ("billing", "invoices")}
    with transaction():
        forget(subject, now=now)
    look_again()
    kept = db.session.scalars(select(Invoice)).one()
    name = kept.content["billed"]["name"]
    due = list_forgettable_invoices(ended_before=fair.ends_at - timedelta(seconds=1), limit=9)
    with transaction():
        forget_invoice(list_forgettable_invoices(ended_before=fair.ends_at, limit=9)[0])
    look_again()
    kept = db.session.scalars(select(Invoice)).one()

    assert (told["billing"][0]["email"], told["invoices"][0]["number"]) == (
        "bills@example.org",
        "EX-2027-0001",
    )
    assert (db.session.scalars(select(Payer)).all(), name, due) == ([], "Example Works", [])
    assert (kept.content, kept.pdf, kept.number, kept.total) == ({}, b"", 1, 50_000)


def test_an_invoice_that_was_made_is_sent_whatever_becomes_of_the_registration(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    guest = registered("fair", now=now, ticket=gala)
    make(fair, a_payer(guest, now=now), now=now)

    cancel(guest, now=now)

    states = select(Message.state).where(Message.letter == "invoice")
    assert [str(state) for state in db.session.scalars(states)] == ["queued"]


def test_an_invoice_whose_time_is_over_is_neither_cancelled_nor_paid(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    guest = registered("fair", now=now, ticket=gala)
    invoice = make(fair, a_payer(guest, now=now), now=now)
    with transaction():
        forget_invoice(the(invoice).id)

    with pytest.raises(InvoiceEmptied), transaction():
        cancel_by_document(
            the(invoice), db.session.get_one(Event, fair.id), reason="wrong", by="test", now=now
        )
    with pytest.raises(InvoiceEmptied), transaction():
        mark_invoice_paid(the(invoice), reference="", by="test", now=now)


def test_a_group_may_owe_more_than_a_small_number_holds(fair: Event, now: datetime) -> None:
    dear = make_type(fair, "Dear", price=999_999_999, paying=Paying.INVOICE, most=9, now=now)
    with transaction():
        an_issuer(fair, now=now)
        db.session.get_one(Event, fair.id).takes_school_groups = True

    group = registered("fair", now=now, ticket=dear, party=a_group(3))
    invoice = make(fair, a_payer(group, now=now), now=now)

    assert the(invoice).total == 4 * 999_999_999


def test_what_a_paid_invoice_settled_is_not_made_due_by_hand(
    fair: Event, gala: TypeWish, now: datetime
) -> None:
    guest = registered("fair", now=now, ticket=gala)
    invoice = make(fair, a_payer(guest, now=now), now=now)
    pay_in_cash(guest, now=now)
    with transaction():
        make_due(get_registration(guest.public_id), by="test", now=now)
        mark_invoice_paid(the(invoice), reference="", by="test", now=now)

    with pytest.raises(InvoiceStands), transaction():
        make_due(get_registration(guest.public_id), by="test", now=now)
    assert payment_of(guest) == (PaymentState.PAID, the(invoice).name)

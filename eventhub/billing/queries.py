"""Reads about invoices: who makes them, which there are, and whether their numbers are without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import defer

from eventhub.billing.models import EventIssuer, Invoice, Issuer, Series
from eventhub.billing.rules import document_name
from eventhub.core.errors import NotFound
from eventhub.core.names import spellings
from eventhub.db import db

PAGE = 50


def find_issuer(event_id: int, *, is_locked: bool = False) -> Issuer | None:
    """Who makes the invoices of an event; None until an organiser chose."""
    query = select(Issuer).join(EventIssuer, EventIssuer.issuer_id == Issuer.id)
    query = query.where(EventIssuer.event_id == event_id).execution_options(populate_existing=True)
    return db.session.scalars(query.with_for_update(of=Issuer) if is_locked else query).one_or_none()


def list_issuers() -> Sequence[Issuer]:
    """All of them by their prefixes, the retired ones last."""
    order = (Issuer.retired_at.is_not(None), Issuer.prefix)
    return db.session.scalars(select(Issuer).order_by(*order)).all()


def list_offered_issuers(event_id: int) -> Sequence[Issuer]:
    """Of whom this event can choose, by their prefixes: the one that it has, and all that are not retired."""
    has = select(EventIssuer.issuer_id).where(EventIssuer.event_id == event_id)
    offered = or_(Issuer.retired_at.is_(None), Issuer.id.in_(has))
    return db.session.scalars(select(Issuer).where(offered).order_by(Issuer.prefix)).all()


def count_events_of(issuer: Issuer) -> int:
    """How many events have chosen this issuer."""
    query = select(func.count()).select_from(EventIssuer).where(EventIssuer.issuer_id == issuer.id)
    return db.session.scalar(query) or 0


def get_issuer(public_id: str) -> Issuer:
    """Raises NotFound."""
    found = db.session.scalars(select(Issuer).where(Issuer.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, kw_only=True)
class InvoicePage:
    """Some documents of an event, the newest first. `cancelled` are the names of those that they cancel, by their ids;
    `count` is how many fit in all."""

    documents: Sequence[Invoice]
    cancelled: Mapping[int, str]
    count: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


def page_of_invoices(event_id: int, *, text: str, page: int) -> InvoicePage:
    """Those that have each word of the text in their number or in the name of who pays; the last page for one that is
    too high. Three statements."""
    fits = [Invoice.event_id == event_id, *(_has(word) for word in text.split())]
    count = db.session.scalar(select(func.count()).select_from(Invoice).where(*fits)) or 0
    page = min(page, max(1, -(-count // PAGE)))
    query = select(Invoice).where(*fits).order_by(Invoice.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    documents = db.session.scalars(query.options(defer(Invoice.pdf))).all()
    ids = [one.cancels_id for one in documents if one.cancels_id is not None]
    names = select(Invoice.id, Invoice.issuer, Invoice.year, Invoice.number).where(Invoice.id.in_(ids))
    cancelled = {row.id: document_name(row.issuer, row.year, row.number) for row in db.session.execute(names)}
    return InvoicePage(documents=documents, cancelled=cancelled, count=count, page=page)


def _has(word: str) -> ColumnElement[bool]:
    return or_(*(Invoice.search_key.contains(one, autoescape=True) for one in spellings(word)))


def list_invoices_of(subject: tuple[str, str]) -> Sequence[Invoice]:
    """Those of one registration or delegation, the oldest first, without their pages."""
    ours = (Invoice.subject_kind == subject[0], Invoice.subject_id == subject[1])
    query = select(Invoice).where(*ours).order_by(Invoice.id)
    return db.session.scalars(query.options(defer(Invoice.pdf))).all()


def get_invoice(event_id: int, public_id: str) -> Invoice:
    """Raises NotFound, for those of other events too."""
    query = select(Invoice).where(Invoice.event_id == event_id, Invoice.public_id == public_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_invoice_of(subject: tuple[str, str], public_id: str) -> Invoice:
    """Raises NotFound, for those of others too."""
    ours = (Invoice.subject_kind == subject[0], Invoice.subject_id == subject[1])
    found = db.session.scalars(select(Invoice).where(*ours, Invoice.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def invoice_pdf(public_id: str) -> tuple[str, bytes]:
    """The number of an invoice and its pages. Raises NotFound."""
    found = db.session.scalars(select(Invoice).where(Invoice.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound()
    return found.name, found.pdf


@dataclass(frozen=True)
class Misnumbered:
    """A year of an issuer whose numbers do not go with its invoices, or an invoice that is not what was printed."""

    issuer: str
    year: int
    why: str


def list_misnumbered() -> list[Misnumbered]:
    """None is the only good answer."""
    rows = db.session.execute(
        select(
            Series.issuer,
            Series.year,
            Series.last,
            func.count(Invoice.id),
            func.coalesce(func.min(Invoice.number), 0),
            func.coalesce(func.max(Invoice.number), 0),
        )
        .outerjoin(Invoice, (Invoice.issuer == Series.issuer) & (Invoice.year == Series.year))
        .group_by(Series.issuer, Series.year, Series.last)
        .order_by(Series.issuer, Series.year)
    )
    gaps = [
        Misnumbered(row[0], row[1], "gap") for row in rows if not row[2] == row[3] == row[5] or row[4] != 1
    ]
    pages = db.session.execute(
        select(Invoice.issuer, Invoice.year, Invoice.pdf, Invoice.digest)
        .order_by(Invoice.id)
        .execution_options(yield_per=50)
    )
    changed = [
        Misnumbered(row.issuer, row.year, "pages changed")
        for row in pages
        if sha256(row.pdf).hexdigest() != row.digest
    ]
    return gaps + changed

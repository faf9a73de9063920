"""What one demo conference costs, who makes its invoices, and three guests who pay by them."""

from __future__ import annotations

from datetime import datetime, timedelta

from eventhub.billing.issuers import add_issuer, choose_issuer
from eventhub.billing.rules import Billed, Letterhead
from eventhub.demo.shapes import both
from eventhub.events.models import Event
from eventhub.registration.invoicing.commands import make_invoice, mark_invoice_paid, tell_payer
from eventhub.registration.invoicing.queries import list_debtors
from eventhub.registration.types.editing import Counting, add_type
from eventhub.registration.types.rules import Paying, TypeContent

EVENT = "digital-engineering"
ISSUER = Letterhead(
    prefix="DEMO",
    name=both("Example Institute of Conferences", "Примерный институт конференций"),
    address=both("1 Example Street, 000000 Exampletown", "000000, г. Примерск, Примерная улица, 1"),
    bank=both(
        "Example Bank, account 00000000000000000000, BIC 000000000",
        "Примерный банк, счёт 00000000000000000000, БИК 000000000",
    ),
    vat_note=both("No value-added tax.", "Без НДС."),
    tax_number="0000000000",
)
_FREE = TypeContent(name=both("Speaker or partner", "Докладчик или партнёр"), badge_colour="orange")
_PAID = TypeContent(name=both("Participant", "Участник"), price=300_000, paying=Paying.INVOICE)
# One has paid, one has an invoice to pay, and one has none yet.
PAYERS = (
    Billed(name="Muster Maschinenbau", address="Musterweg 1\n00000 Musterstadt", country="DE", email="bills@muster.example.org"),
    Billed(name="Ejemplo Robótica", address="Calle Ejemplo 2\n00000 Ejemplo", country="ES", email="bills@ejemplo.example.org"),
    Billed(name="Malli Works", address="Mallikatu 3\n00000 Malli", country="FI", email="bills@malli.example.org", reference="PO-0003"),
)  # fmt: skip


def offer_tickets(event: Event, *, by: str, now: datetime) -> list[str]:
    """The public ids of the ticket that is paid and of the one that is not."""
    choose_issuer(event, add_issuer(ISSUER, by=by, now=now), by=by, now=now)
    return [add_type(event, one, Counting(), by=by, now=now).public_id for one in (_PAID, _FREE)]


def ask_for_money(event: Event, *, by: str, now: datetime) -> None:
    """In the hours before now."""
    told_at = now - timedelta(hours=6)
    payers = [
        tell_payer(billed, registration=debtor.registration, language="en", now=told_at)
        for billed, debtor in zip(PAYERS, list_debtors(event.id), strict=True)
    ]
    invoices = [
        make_invoice(event, payer.public_id, by=by, now=now - timedelta(hours=5)) for payer in payers[:2]
    ]
    mark_invoice_paid(invoices[0], reference="T-0001", by=by, now=now - timedelta(hours=1))

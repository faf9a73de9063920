"""Letters to many: who gets them, who is left out, and taking back what has not left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from eventhub.audit import AuditEntry
from eventhub.core.errors import IllegalMove, NotFound
from eventhub.db import db, transaction
from eventhub.handlers import HANDLERS
from eventhub.mail.envelope import Sender
from eventhub.mail.own_text import ForeignLink
from eventhub.mail.placeholders import PlaceholderUnknown
from eventhub.mail.postmen import Memory
from eventhub.mail.sending import PostOffice, send_due_letters
from eventhub.mailings.commands import discard_mailing, post_mailing, revise_mailing, write_letters
from eventhub.mailings.models import Mailing
from eventhub.mailings.queries import get_mailing, list_mailings, whom_it_reaches
from eventhub.mailings.rules import LeftOut, MailingState, NobodyToWriteTo, NothingToSay, NothingToWithdraw
from eventhub.registration.commands import cancel
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from tests import smtp
from tests.commands.mailings.writing import (
    SUBJECT,
    TEXT,
    MailingAsk,
    a_draft,
    address,
    again,
    an_event,
    claim,
    messages,
    post,
    posted,
    readers,
    states,
    withdraw,
    work,
)
from tests.factories import make_attendee
from tests.people import at_once

MINUTE = timedelta(seconds=60)


def ids(*names: str) -> tuple[str, ...]:
    query = select(Registration.public_id).where(Registration.email.in_([address(name) for name in names]))
    return tuple(db.session.scalars(query))


def test_everybody_of_the_chosen_states_gets_it_in_their_language(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event("Ada", "Bob", now=now)
    with transaction():
        db.session.execute(
            update(Registration).where(Registration.email == "bob@example.org").values(language="ru")
        )

    mailing = posted(event, now=now)

    ada, bob = messages()
    assert (ada.subject, bob.subject) == ("News of Seminar on testing", "Новости: Seminar on testing")
    assert ("Dear Ada, the room changed." in ada.text, "Bob, аудитория изменилась." in bob.html) == (
        True,
        True,
    )
    assert (mailing.state, mailing.posted, mailing.left_out) == (MailingState.POSTED, 2, {})
    assert {message.next_attempt_at for message in messages()} == {now + MINUTE}


def test_a_text_in_one_language_goes_to_all(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now)

    posted(event, now=now, subject={"ru": "Новости"}, text={"ru": "Привет."})

    assert messages()[0].subject == "Новости"


def test_nothing_leaves_within_a_minute_and_all_after_it(both: Flask, app: Flask, now: datetime) -> None:
    posted(an_event("Ada", "Bob", now=now), now=now)

    work("send_letters", at=now + MINUTE - timedelta(seconds=1))
    assert Memory.delivered == []
    work("send_letters", at=now + MINUTE)

    assert [mail["To"].addresses[0].addr_spec for mail in Memory.delivered] == [
        "ada@example.org",
        "bob@example.org",
    ]


def test_what_is_withdrawn_in_time_never_leaves(both: Flask, app: Flask, now: datetime) -> None:
    mailing = posted(an_event("Ada", "Bob", now=now), now=now)

    assert withdraw(mailing, now=now) == 2

    work("send_letters", at=now + timedelta(days=1))
    assert (Memory.delivered, states()) == ([], ["cancelled", "cancelled"])
    assert (again(mailing).state, again(mailing).withdrawn) == (MailingState.WITHDRAWN, 2)


def test_what_is_being_sent_leaves_and_the_rest_is_withdrawn(both: Flask, app: Flask, now: datetime) -> None:
    mailing = posted(an_event(*(f"Guest{number}" for number in range(23)), now=now), now=now)
    claimed = claim(at=now + MINUTE)

    assert withdraw(mailing, now=now + MINUTE) == 23 - len(claimed) == 3

    assert states() == ["queued"] * 20 + ["cancelled"] * 3
    assert again(mailing).withdrawn == 3


def test_what_has_left_can_not_be_withdrawn(both: Flask, app: Flask, now: datetime) -> None:
    mailing = posted(an_event("Ada", now=now), now=now)
    work("send_letters", at=now + MINUTE)

    with pytest.raises(NothingToWithdraw):
        withdraw(mailing, now=now + MINUTE)

    assert (again(mailing).state, states()) == (MailingState.POSTED, ["sent"])


def test_over_a_real_server_the_undone_letter_never_leaves_and_the_other_one_does(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event("Ada", "Bob", now=now)
    undone = posted(event, now=now, subject={"en": "Undone"}, text={"en": "Text"})
    posted(event, now=now, subject={"en": "Kept"}, text={"en": "Text"})
    event_id, undone_id = event.id, undone.public_id
    sender = Sender(address="EventHub <no-reply@eventhub.example>", host="eventhub.example")
    mailroom = smtp.Mailroom()

    with smtp.running(mailroom) as url:
        office = PostOffice(mail_url=url, sender=sender, recipes={})
        with time_machine.travel(now + timedelta(seconds=30), tick=False):
            assert send_due_letters(office) == 0
            withdraw(get_mailing(event_id, undone_id), now=now + timedelta(seconds=30))
        with time_machine.travel(now + MINUTE, tick=False):
            assert send_due_letters(office) == 2
        with time_machine.travel(now + timedelta(days=2), tick=False):
            assert send_due_letters(office) == 0

    assert [mail["Subject"] for mail in mailroom.arrived] == ["Kept", "Kept"]


def test_one_bad_address_stops_nobody(both: Flask, app: Flask, now: datetime) -> None:
    posted(an_event("Ada", "Bob", "Cyd", now=now), now=now)
    mailroom = smtp.Mailroom(at_recipient=lambda to: "550 unknown" if to == "bob@example.org" else None)
    sender = Sender(address="EventHub <no-reply@eventhub.example>", host="eventhub.example")

    with smtp.running(mailroom) as url, time_machine.travel(now + MINUTE, tick=False):
        send_due_letters(PostOffice(mail_url=url, sender=sender, recipes={}))

    assert (mailroom.recipients, states()) == (
        ["ada@example.org", "cyd@example.org"],
        ["sent", "parked", "sent"],
    )


def test_a_registration_that_can_not_be_written_to_stops_nobody(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event("Ada", "Bob", now=now)
    with transaction():
        broken = db.session.scalars(select(Attendee).where(Attendee.full_name == "Ada")).one()
        db.session.delete(broken)

    mailing = posted(event, now=now)

    assert (readers(), mailing.left_out) == (["bob@example.org"], {"unwritable": 1})


def test_a_letter_of_ones_own_goes_before_one_to_many(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now)
    posted(event, now=now)
    an_event("Late", now=now)
    with transaction():
        cancel(get_registration(ids("Late")[0]), by="holder", now=now + timedelta(hours=1))

    assert claim(at=now + timedelta(hours=1)) == ["registration_cancelled", "mailing"]


def test_who_is_left_out_and_why(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", "Bob", "Cyd", now=now)
    with transaction():
        make_attendee(event, now=now, full_name="Gone", state=RegistrationState.CANCELLED)
        make_attendee(event, now=now, full_name="Erased", removed_at=now)
    first = posted(event, now=now, chosen=ids("Ada"))
    everybody = tuple(db.session.scalars(select(Registration.public_id)))

    reached = whom_it_reaches(a_draft(event, now=now, chosen=everybody))

    assert first.posted == 1
    assert reached.readers == ids("Bob", "Cyd")
    assert reached.left_out == {LeftOut.HAS_IT: 1, LeftOut.ENDED: 1, LeftOut.ERASED: 1}


def test_who_had_it_withdrawn_may_get_it_later(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now)
    withdraw(posted(event, now=now), now=now)

    assert posted(event, now=now).posted == 1


def test_people_of_other_events_are_never_reached(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now)
    an_event("Bob", now=now)

    assert posted(event, now=now, chosen=ids("Ada", "Bob")).posted == 1
    assert readers() == ["ada@example.org"]


def test_who_cancels_between_preview_and_sending_gets_nothing(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", "Bob", now=now)
    mailing = a_draft(event, now=now)
    letters = write_letters(mailing, event, now=now)
    with transaction():
        cancel(get_registration(ids("Bob")[0]), by="holder", now=now)

    with transaction():
        post_mailing(mailing, letters, by="organiser", now=now)

    assert readers("mailing") == ["ada@example.org"]


def test_sent_twice_at_once_it_goes_once(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", "Bob", now=now)
    mailing = a_draft(event, now=now)
    event_id, public_id = event.id, mailing.public_id

    def one(_number: int) -> bool:
        mine = get_mailing(event_id, public_id)
        letters = write_letters(mine, db.session.merge(event), now=now)
        try:
            with transaction():
                post_mailing(mine, letters, by="organiser", now=now)
        except IllegalMove:
            return False
        return True

    assert sorted(at_once(app, one, times=4)) == [False, False, False, True]
    assert sorted(readers()) == ["ada@example.org", "bob@example.org"]


def test_withdrawn_and_sent_at_once_each_letter_does_one_of_both(
    both: Flask, app: Flask, now: datetime
) -> None:
    mailing = posted(an_event(*(f"Guest{number}" for number in range(60)), now=now), now=now)
    event_id, public_id = mailing.event_id, mailing.public_id

    with time_machine.travel(now + MINUTE, tick=False):

        def one(number: int) -> int:
            if number:
                HANDLERS["send_letters"](now)
                return 0
            try:
                return withdraw(get_mailing(event_id, public_id), now=now)
            except NothingToWithdraw:
                return 0

        withdrawn = sum(at_once(app, one, times=3))
        HANDLERS["send_letters"](now)

    assert (states().count("cancelled"), states().count("sent")) == (withdrawn, 60 - withdrawn)
    assert len(Memory.delivered) == 60 - withdrawn


def test_a_draft_is_changed_and_discarded(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now)
    mailing = a_draft(event, now=now)
    old = write_letters(mailing, event, now=now)
    with transaction():
        revise_mailing(mailing, MailingAsk(subject={"en": "New"}, text={"en": "Text"}, states=("confirmed",)))
    assert again(mailing).subject == {"en": "New"}
    with pytest.raises(IllegalMove), transaction():
        post_mailing(mailing, old, by="organiser", now=now)

    with transaction():
        discard_mailing(mailing)

    with pytest.raises(IllegalMove):
        post(again(mailing), event, now=now)
    assert (list_mailings(event.id), messages()) == ([], [])


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"subject": {}, "text": {}}, NothingToSay),
        ({"text": {"en": "Only"}, "subject": {"ru": "Only"}}, NothingToSay),
        ({"states": ()}, NobodyToWriteTo),
        ({"text": {**TEXT, "ru": "{event.__init__}"}}, PlaceholderUnknown),
        ({"text": {**TEXT, "ru": "www.evil.example"}}, ForeignLink),
        ({"subject": {**SUBJECT, "en": "{7*7}"}}, PlaceholderUnknown),
    ],
)
def test_what_can_not_be_sent_is_no_draft(
    both: Flask, app: Flask, now: datetime, changes: dict[str, object], refusal: type[Exception]
) -> None:
    event = an_event("Ada", now=now)

    with pytest.raises(refusal):
        a_draft(event, now=now, **changes)

    assert list_mailings(event.id) == []


def test_a_letter_to_nobody_is_refused_and_stays_a_draft(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now=now)
    mailing = a_draft(event, now=now)

    with pytest.raises(NobodyToWriteTo):
        post(mailing, event, now=now)

    assert again(mailing).state is MailingState.DRAFT


def test_another_events_letter_is_not_there(app: Flask, now: datetime) -> None:
    mailing = a_draft(an_event("Ada", now=now), now=now)
    other = an_event("Bob", now=now)

    with pytest.raises(NotFound):
        get_mailing(other.id, mailing.public_id)


def test_sending_and_withdrawing_are_audited(both: Flask, app: Flask, now: datetime) -> None:
    withdraw(posted(an_event("Ada", now=now), now=now), now=now)

    query = select(AuditEntry.action, AuditEntry.actor).where(AuditEntry.subject_kind == "mailing")
    assert db.session.execute(query.order_by(AuditEntry.id)).all() == [
        ("mailing.posted", "organiser"),
        ("mailing.withdrawn", "organiser"),
    ]
    assert db.session.scalar(select(Mailing.author)) == "organiser"

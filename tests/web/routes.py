"""The reviewed table: who may call which route. A route without a line here is red.

A line is `endpoint: to(path, who)`; a page of event A is `to("/organiser/events/{event_a}", RUNS_A)`. In paths stand
`{event_a}` (its name in addresses), `{session_a}`, `{gate_a}`, `{point_a}` (of check-in), `{phone_a}`, `{scan_a}`,
`{letter_a}`, `{crew_a}`, `{person_a}`, `{ticket_a}`, `{job_a}`, `{room_a}`, `{section_a}`, `{type_a}`, `{place_a}`,
`{payer_a}`, `{invoice_a}`, `{form_section_a}`, `{question_a}`, `{mailing_a}`, `{party_a}` (a family's ticket),
`{passing_a}` (its way in), `{admitted_a}` and `{walked_in_a}` (scans that let somebody in),
`{printing_a}` (of a badge), `{organisation_a}` (in the directory), `{issuer_a}` (of invoices),
`{request_a}` (somebody's about their data) and `{mark}` (the caller's own sign-in). Whoever is not named is sent to
sign in (a guest) or finds nothing there (404).
"""

from __future__ import annotations

from dataclasses import dataclass

GUEST, PERSON = "guest", "signed-in person"
CREW_A, CREW_B = "crew of A", "crew of B"
PHONE_A, PHONE_B = "phone of A", "phone of B"
CHIEF_A = "supervisor's phone of A"
ORGANISER_A, ORGANISER_B = "organiser of A", "organiser of B"
OFFICE, ADMIN = "office manager", "administrator"
OFFICER = "data-protection officer"

RUNS_EVERY_EVENT = frozenset({OFFICE, ADMIN})
RUNS_A = RUNS_EVERY_EVENT | {ORGANISER_A}
RUNS_AN_EVENT = RUNS_A | {ORGANISER_B}
SUPERVISES_A = RUNS_A | {CHIEF_A}
WORKS_AT_A = RUNS_A | {CREW_A, PHONE_A, CHIEF_A}
WORKS_AT_A_DOOR = RUNS_AN_EVENT | {CREW_A, CREW_B, PHONE_A, PHONE_B, CHIEF_A}
ANSWERS_FOR_DATA = frozenset({OFFICER, ADMIN})
PHONES = frozenset({PHONE_A, PHONE_B, CHIEF_A})
SIGNED_IN = WORKS_AT_A_DOOR - PHONES | {PERSON, OFFICER}
EVERYONE = SIGNED_IN | PHONES | {GUEST}


@dataclass(frozen=True)
class Line:
    """One route: an address to call, and who is let in."""

    path: str
    may: frozenset[str]
    is_json: bool
    reads_cookies: bool


def to(
    path: str, may: frozenset[str] = EVERYONE, *, is_json: bool = False, reads_cookies: bool = True
) -> Line:
    """By default everyone, which means: everyone gets the same status. `is_json`: the route takes JSON only.

    One that does not read cookies takes the token of a machine in its header, and no form's.
    """
    return Line(path, may, is_json, reads_cookies)


ROUTES = {
    "account.ask": to("/account/sign-in"),
    "account.ask_password": to("/account/sign-in/password"),
    "account.by_link": to("/account/sign-in/unknown"),
    "account.end": to("/account/sign-out", SIGNED_IN),
    "account.end_one": to("/account/sign-ins/{mark}/end", SIGNED_IN),
    "account.end_others": to("/account/sign-ins/end-others", SIGNED_IN),
    "account.enter_code": to("/account/sign-in/sent"),
    "account.index": to("/account", SIGNED_IN),
    "account.leave": to("/account/sign-out", SIGNED_IN),
    "account.list_own": to("/account/sign-ins", SIGNED_IN),
    "account.ask_about_data": to("/account/privacy/ask", SIGNED_IN),
    "account.erase_data": to("/account/privacy/erase", SIGNED_IN),
    "account.export_data": to("/account/privacy/export", SIGNED_IN),
    "account.privacy": to("/account/privacy", SIGNED_IN),
    "account.remove_password": to("/account/password/remove", SIGNED_IN),
    "account.save": to("/account/details", SIGNED_IN),
    "account.sent": to("/account/sign-in/sent"),
    "account.set_new_password": to("/account/password", SIGNED_IN),
    "account.sign_in": to("/account/sign-in"),
    "account.use_link": to("/account/sign-in/unknown"),
    "account.use_password": to("/account/sign-in/password"),
    "billing.edit": to("/registrations/unknown/unknown/billing"),
    "billing.invoice": to("/registrations/unknown/unknown/invoices/unknown"),
    "calendars.all_events": to("/calendar/events.ics"),
    "calendars.event": to("/events/{event_a}/event.ics"),
    "calendars.of_kind": to("/calendar/seminars.ics"),
    "calendars.of_series": to("/calendar/series/unknown.ics"),
    "completing.edit": to("/registrations/unknown/unknown/complete"),
    "completing.store": to("/registrations/unknown/unknown/complete"),
    "conferences.index": to("/conferences"),
    # A delegation's address holds its secret; without the right one nobody finds it.
    "delegations.accept": to("/delegations/unknown/invitation/unknown"),
    "delegations.add": to("/delegations/unknown/unknown/people/new"),
    "delegations.billing": to("/delegations/unknown/unknown/billing"),
    "delegations.check": to("/delegations/unknown/unknown/sheets/unknown"),
    "delegations.confirm": to("/delegations/unknown/confirm/unknown"),
    "delegations.correct": to("/delegations/unknown/unknown/people/unknown/correct"),
    "delegations.empty_xlsx": to("/delegations/unknown/unknown/empty.xlsx"),
    "delegations.import_sheet": to("/delegations/unknown/unknown/sheets/unknown/import"),
    "delegations.invoice": to("/delegations/unknown/unknown/invoices/unknown"),
    "delegations.many": to("/delegations/unknown/unknown/people/many"),
    "delegations.mistakes": to("/delegations/unknown/unknown/sheets/unknown/mistakes.xlsx"),
    "delegations.new": to("/events/{event_a}/delegation"),
    "delegations.people_xlsx": to("/delegations/unknown/unknown/people.xlsx"),
    "delegations.remind": to("/delegations/unknown/unknown/remind"),
    "delegations.remove": to("/delegations/unknown/unknown/people/unknown/remove"),
    "delegations.replace": to("/delegations/unknown/unknown/people/unknown/replace"),
    "delegations.sent": to("/events/{event_a}/delegation/sent"),
    "delegations.show": to("/delegations/unknown/unknown"),
    "delegations.ticket": to("/delegations/unknown/unknown/ticket"),
    "fablab_picnic.index": to("/fablab-picnik"),
    "gate.app_manifest": to("/gate/app.webmanifest", WORKS_AT_A_DOOR),
    "gate.badge": to("/gate/{gate_a}/badges/{admitted_a}", WORKS_AT_A),
    "gate.badge_pdf": to("/gate/{gate_a}/badges/{admitted_a}/{printing_a}/badge.pdf", WORKS_AT_A),
    "gate.badge_picture": to("/gate/{gate_a}/badges/{admitted_a}/badge.svg", WORKS_AT_A),
    "gate.print_badge": to("/gate/{gate_a}/badges/{admitted_a}", WORKS_AT_A),
    "gate.printed_badge": to("/gate/{gate_a}/badges/{admitted_a}/{printing_a}", WORKS_AT_A),
    "gate.bring_in": to("/gate/events/{event_a}/inside/undo", SUPERVISES_A),
    "gate.count": to("/gate/{gate_a}/count", WORKS_AT_A),
    "gate.decoder": to("/gate/decoder.js", WORKS_AT_A_DOOR),
    "gate.index": to("/gate", WORKS_AT_A_DOOR),
    "gate.inside": to("/gate/events/{event_a}/inside", SUPERVISES_A),
    "gate.keeper": to("/gate/sw.js", WORKS_AT_A_DOOR),
    "gate.let_out": to("/gate/events/{event_a}/inside", SUPERVISES_A),
    "gate.kiosk": to("/gate/{gate_a}/kiosk", WORKS_AT_A),
    "gate.kiosk_exit": to("/gate/{gate_a}/kiosk/leave", WORKS_AT_A),
    "gate.kiosk_form": to("/gate/{gate_a}/kiosk/register", WORKS_AT_A),
    "gate.leave_kiosk": to("/gate/{gate_a}/kiosk/leave", WORKS_AT_A),
    "gate.register_at_kiosk": to("/gate/{gate_a}/kiosk/register", WORKS_AT_A),
    "gate.registered_at_kiosk": to("/gate/{gate_a}/kiosk/registered/{walked_in_a}", WORKS_AT_A),
    "gate.names": to("/gate/{gate_a}/names", WORKS_AT_A),
    "gate.key_of_the_names": to("/gate/{gate_a}/names/key", WORKS_AT_A, is_json=True),
    "gate.live": to("/gate/events/{event_a}/live", SUPERVISES_A),
    "gate.manifest": to("/gate/{gate_a}/manifest", WORKS_AT_A),
    "gate.new": to("/gate/events/{event_a}", RUNS_A),
    "gate.party": to("/gate/{gate_a}/parties/{party_a}/entry", WORKS_AT_A),
    "gate.pass_party": to("/gate/{gate_a}/parties/{party_a}/entry", WORKS_AT_A),
    "gate.passed": to("/gate/{gate_a}/parties/{party_a}/entry/{passing_a}", WORKS_AT_A),
    "gate.ready": to("/gate/{gate_a}/ready", WORKS_AT_A),
    "gate.register_walk_in": to("/gate/{gate_a}/walk-in", WORKS_AT_A),
    "gate.walk_in_form": to("/gate/{gate_a}/walk-in", WORKS_AT_A),
    "gate.walked_in": to("/gate/{gate_a}/walk-in/{walked_in_a}", WORKS_AT_A),
    "gate.people": to("/gate/{gate_a}/people", WORKS_AT_A),
    "gate.scan": to("/gate/{gate_a}/scans", WORKS_AT_A, is_json=True),
    "gate.shell": to("/gate/{gate_a}/shell", WORKS_AT_A),
    "gate.show": to("/gate/{gate_a}", WORKS_AT_A),
    "gate.start": to("/gate/", WORKS_AT_A_DOOR),
    "gate.submit": to("/gate/{gate_a}", WORKS_AT_A),
    "gate.sync": to("/gate/{gate_a}/sync", WORKS_AT_A, is_json=True),
    "gate.take_back": to("/gate/{gate_a}/scans/{scan_a}", WORKS_AT_A),
    "gate.undo_scan": to("/gate/{gate_a}/scans/{scan_a}/undo", WORKS_AT_A, is_json=True),
    "gate.verdict": to("/gate/{gate_a}/scans/{scan_a}", WORKS_AT_A),
    "health.alive": to("/healthz"),
    # The token is the secret; without it nobody finds the figures.
    "health.metrics": to("/metrics"),
    "health.ready": to("/readyz"),
    "health.robots": to("/robots.txt"),
    "health.security": to("/.well-known/security.txt"),
    "consent_texts.edit": to("/organiser/privacy/texts/{purpose_a}", ANSWERS_FOR_DATA),
    "consent_texts.index": to("/organiser/privacy/texts", ANSWERS_FOR_DATA),
    "invitations.edit": to("/registrations/unknown/unknown/invitation"),
    "invitations.refuse": to("/registrations/unknown/unknown/invitation/decline"),
    "organisations.change": to("/organiser/organisations/{organisation_a}/spelling", RUNS_EVERY_EVENT),
    "organisations.import_csv": to("/organiser/organisations/import", RUNS_EVERY_EVENT),
    "organisations.index": to("/organiser/organisations", RUNS_EVERY_EVENT),
    "organisations.show": to("/organiser/organisations/{organisation_a}", RUNS_EVERY_EVENT),
    "organisations.typed": to("/organiser/organisations/typed", RUNS_EVERY_EVENT),
    "officer.answer": to("/organiser/privacy/{request_a}/answer", ANSWERS_FOR_DATA),
    "officer.erase": to("/organiser/privacy/{request_a}/erase", ANSWERS_FOR_DATA),
    "officer.extend": to("/organiser/privacy/{request_a}/extend", ANSWERS_FOR_DATA),
    "officer.index": to("/organiser/privacy", ANSWERS_FOR_DATA),
    "officer.new": to("/organiser/privacy/new", ANSWERS_FOR_DATA),
    "officer.show": to("/organiser/privacy/{request_a}", ANSWERS_FOR_DATA),
    "organiser.archive": to("/organiser/events/{event_a}/archive", RUNS_A),
    "organiser.badge": to("/organiser/events/{event_a}/people/{person_a}/tickets/{ticket_a}/badge", RUNS_A),
    "organiser.badge_picture": to(
        "/organiser/events/{event_a}/people/{person_a}/tickets/{ticket_a}/badge.svg", RUNS_A
    ),
    "organiser.badge_printing": to("/organiser/events/{event_a}/badges/{printing_a}", RUNS_A),
    "organiser.badges": to("/organiser/events/{event_a}/badges", RUNS_A),
    "organiser.badges_on_arrival": to("/organiser/events/{event_a}/badges/arrival", RUNS_A),
    "organiser.badges_pdf": to("/organiser/events/{event_a}/badges/{printing_a}/badges.pdf", RUNS_A),
    "organiser.badges_preview": to("/organiser/events/{event_a}/badges/preview.png?printed=any", RUNS_A),
    "organiser.begin_own_form": to("/organiser/events/{event_a}/form/begin/empty", RUNS_A),
    "organiser.bulk": to("/organiser/events/{event_a}/people/bulk", RUNS_A),
    "organiser.bulk_job": to("/organiser/events/{event_a}/people/bulk/{job_a}", RUNS_A),
    "organiser.cancel": to("/organiser/events/{event_a}/cancel", RUNS_A),
    "organiser.approve_person_again": to(
        "/organiser/events/{event_a}/people/{person_a}/approve-again", RUNS_A
    ),
    "organiser.approve_person": to("/organiser/events/{event_a}/people/{person_a}/approve", RUNS_A),
    "organiser.approve_requests": to("/organiser/events/{event_a}/requests/approve", RUNS_A),
    "organiser.cancel_registration": to("/organiser/events/{event_a}/people/{person_a}/cancel", RUNS_A),
    "organiser.change_form_section": to(
        "/organiser/events/{event_a}/form/sections/{form_section_a}/up", RUNS_A
    ),
    "organiser.change_question": to("/organiser/events/{event_a}/form/questions/{question_a}/up", RUNS_A),
    "organiser.change_session": to("/organiser/events/{event_a}/programme/{session_a}/cancel", RUNS_A),
    "organiser.clone": to("/organiser/events/{event_a}/clone", RUNS_EVERY_EVENT),
    "organiser.crew": to("/organiser/events/{event_a}/crew", RUNS_A),
    "organiser.delegations": to("/organiser/events/{event_a}/delegations", RUNS_A),
    "organiser.discard": to("/organiser/events/{event_a}/letters/mailings/{mailing_a}/discard", RUNS_A),
    "organiser.door": to("/organiser/events/{event_a}/door", RUNS_A),
    "organiser.drop_view": to("/organiser/events/{event_a}/people/views/remove", RUNS_A),
    "organiser.edit": to("/organiser/events/{event_a}/edit", RUNS_A),
    "organiser.edit_mailing": to("/organiser/events/{event_a}/letters/mailings/{mailing_a}/edit", RUNS_A),
    "organiser.edit_session": to("/organiser/events/{event_a}/programme/{session_a}", RUNS_A),
    "organiser.end_crew": to("/organiser/events/{event_a}/crew/{crew_a}/end", RUNS_A),
    "organiser.form": to("/organiser/events/{event_a}/form", RUNS_A),
    "organiser.form_section": to("/organiser/events/{event_a}/form/sections/{form_section_a}", RUNS_A),
    "organiser.gate": to("/organiser/events/{event_a}/door/{gate_a}", RUNS_A),
    "organiser.index": to("/organiser/", RUNS_AN_EVENT),
    "organiser.keep_view": to("/organiser/events/{event_a}/people/views", RUNS_A),
    "organiser.letter": to("/organiser/events/{event_a}/letters/{letter_a}", RUNS_A),
    "organiser.letter_page": to("/organiser/events/{event_a}/letters/{letter_a}/page", RUNS_A),
    "organiser.letter_text": to("/organiser/events/{event_a}/letters/texts/reminder", RUNS_A),
    "organiser.letter_texts": to("/organiser/events/{event_a}/letters/texts", RUNS_A),
    "organiser.letters": to("/organiser/events/{event_a}/letters", RUNS_A),
    "organiser.mailing": to("/organiser/events/{event_a}/letters/mailings/{mailing_a}", RUNS_A),
    "organiser.mailings": to("/organiser/events/{event_a}/letters/mailings", RUNS_A),
    "organiser.move": to("/organiser/events/{event_a}/programme/sections/{section_a}/up", RUNS_A),
    "organiser.new": to("/organiser/events/new", RUNS_EVERY_EVENT),
    "organiser.new_question": to(
        "/organiser/events/{event_a}/form/questions/new?kind=date&section={form_section_a}", RUNS_A
    ),
    "organiser.new_mailing": to("/organiser/events/{event_a}/letters/mailings/new", RUNS_A),
    "organiser.new_session": to("/organiser/events/{event_a}/programme/new", RUNS_A),
    "organiser.open_sealed": to(
        "/organiser/events/{event_a}/people/{person_a}/answers/{sealed_a}/open", RUNS_A
    ),
    "organiser.sent_file": to("/organiser/events/{event_a}/people/{person_a}/files/nothing", frozenset()),
    "organiser.note": to("/organiser/events/{event_a}/people/{person_a}/notes", RUNS_A),
    "organiser.people": to("/organiser/events/{event_a}/people", RUNS_A),
    "organiser.look_at_requests": to("/organiser/events/{event_a}/requests", RUNS_A),
    "organiser.offer_person": to("/organiser/events/{event_a}/people/{person_a}/offer", RUNS_A),
    "organiser.reject_person": to("/organiser/events/{event_a}/people/{person_a}/reject", RUNS_A),
    "organiser.reject_requests": to("/organiser/events/{event_a}/requests/reject", RUNS_A),
    "organiser.requests": to("/organiser/events/{event_a}/requests", RUNS_A),
    "organiser.people_csv": to("/organiser/events/{event_a}/people.csv", RUNS_A),
    "organiser.people_paper": to("/organiser/events/{event_a}/people/paper", RUNS_A),
    "organiser.people_xlsx": to("/organiser/events/{event_a}/people.xlsx", RUNS_A),
    "organiser.person": to("/organiser/events/{event_a}/people/{person_a}", RUNS_A),
    "organiser.preview_form": to("/organiser/events/{event_a}/form/preview/en", RUNS_A),
    "organiser.programme": to("/organiser/events/{event_a}/programme", RUNS_A),
    "organiser.public_list": to("/organiser/events/{event_a}/people/public-list", RUNS_A),
    "organiser.publish_event": to("/organiser/events/{event_a}/publish", RUNS_A),
    "organiser.question": to("/organiser/events/{event_a}/form/questions/{question_a}", RUNS_A),
    "organiser.put_tag": to("/organiser/events/{event_a}/people/{person_a}/tags", RUNS_A),
    "organiser.reissue": to(
        "/organiser/events/{event_a}/people/{person_a}/tickets/{ticket_a}/reissue", RUNS_A
    ),
    "organiser.reminders": to("/organiser/events/{event_a}/letters/reminders", RUNS_A),
    "organiser.reset_letter_text": to("/organiser/events/{event_a}/letters/texts/reminder/reset", RUNS_A),
    "organiser.room": to("/organiser/events/{event_a}/rooms/{room_a}", RUNS_A),
    "organiser.rooms": to("/organiser/events/{event_a}/rooms", RUNS_A),
    "organiser.section": to("/organiser/events/{event_a}/programme/sections/{section_a}", RUNS_A),
    "organiser.sections": to("/organiser/events/{event_a}/programme/sections", RUNS_A),
    "organiser.send_again": to("/organiser/events/{event_a}/letters/{letter_a}/resend", RUNS_A),
    "organiser.send_mailing": to("/organiser/events/{event_a}/letters/mailings/{mailing_a}/send", RUNS_A),
    "organiser.series": to("/organiser/events/{event_a}/series", RUNS_A),
    "organiser.offer_seat": to(
        "/organiser/events/{event_a}/programme/{session_a}/line/{person_a}/offer", RUNS_A
    ),
    "organiser.session_line": to("/organiser/events/{event_a}/programme/{session_a}/line", RUNS_A),
    "organiser.show": to("/organiser/events/{event_a}", RUNS_A),
    "organiser.take_tag": to("/organiser/events/{event_a}/people/{person_a}/tags/remove", RUNS_A),
    "organiser.undo_mailing": to("/organiser/events/{event_a}/letters/mailings/{mailing_a}/undo", RUNS_A),
    "organiser.change_place": to("/organiser/events/{event_a}/places/{place_a}/release", RUNS_A),
    "organiser.change_type": to("/organiser/events/{event_a}/tickets/{type_a}/up", RUNS_A),
    "organiser.edit_type": to("/organiser/events/{event_a}/tickets/{type_a}", RUNS_A),
    "organiser.let_in": to("/organiser/events/{event_a}/people/{person_a}/let-in", RUNS_A),
    "organiser.new_place": to("/organiser/events/{event_a}/places/new", RUNS_A),
    # The address of a QR code holds its secret; without the right one nobody finds it.
    "pairing.ask": to("/gate/pair/unknown/unknown"),
    "pairing.confirm": to("/gate/pair/unknown/unknown"),
    "organiser.attendance": to("/organiser/events/{event_a}/attendance", RUNS_A),
    "organiser.attendance_sheet": to("/organiser/events/{event_a}/attendance.csv", RUNS_A),
    "organiser.person_attendance": to("/organiser/events/{event_a}/attendance/{ticket_a}", RUNS_A),
    "organiser.change_phone": to("/organiser/events/{event_a}/door/phones/{phone_a}/revoke", RUNS_A),
    "organiser.phone": to("/organiser/events/{event_a}/door/phones/{phone_a}", RUNS_A),
    "organiser.phone_code": to("/organiser/events/{event_a}/door/phones/{phone_a}/code.svg", RUNS_A),
    "organiser.phones": to("/organiser/events/{event_a}/door/phones", RUNS_A),
    "organiser.offline": to("/organiser/events/{event_a}/door/offline", RUNS_A),
    "organiser.new_point": to("/organiser/events/{event_a}/door/points/new", RUNS_A),
    "organiser.point": to("/organiser/events/{event_a}/door/points/{point_a}", RUNS_A),
    "organiser.points_of_sessions": to("/organiser/events/{event_a}/door/points", RUNS_A),
    "organiser.new_type": to("/organiser/events/{event_a}/tickets/new", RUNS_A),
    "organiser.cancel_invoice": to("/organiser/events/{event_a}/payments/{invoice_a}/cancel", RUNS_A),
    "organiser.invoice": to("/organiser/events/{event_a}/payments/make/{payer_a}", RUNS_A),
    "organiser.invoice_document": to("/organiser/events/{event_a}/payments/{invoice_a}.pdf", RUNS_A),
    "organiser.issuers": to("/organiser/issuers", RUNS_EVERY_EVENT),
    "organiser.new_issuer": to("/organiser/issuers/new", RUNS_EVERY_EVENT),
    "organiser.edit_issuer": to("/organiser/issuers/{issuer_a}", RUNS_EVERY_EVENT),
    "organiser.change_issuer": to("/organiser/issuers/{issuer_a}/retire", RUNS_EVERY_EVENT),
    "organiser.issuer": to("/organiser/events/{event_a}/payments/issuer", RUNS_A),
    "organiser.payments": to("/organiser/events/{event_a}/payments", RUNS_A),
    "organiser.settle_invoice": to("/organiser/events/{event_a}/payments/{invoice_a}/paid", RUNS_A),
    "organiser.payment": to("/organiser/events/{event_a}/people/{person_a}/payment", RUNS_A),
    "organiser.payment_due": to("/organiser/events/{event_a}/people/{person_a}/payment/due", RUNS_A),
    "organiser.place": to("/organiser/events/{event_a}/places/{place_a}", RUNS_A),
    "organiser.places": to("/organiser/events/{event_a}/places", RUNS_A),
    "organiser.ticket_types": to("/organiser/events/{event_a}/tickets", RUNS_A),
    "organiser.waive_payment": to("/organiser/events/{event_a}/people/{person_a}/payment/waive", RUNS_A),
    "organiser.venue": to("/organiser/events/{event_a}/venue", RUNS_A),
    "organiser.void": to("/organiser/events/{event_a}/people/{person_a}/tickets/{ticket_a}/void", RUNS_A),
    "organiser.write_to": to("/organiser/events/{event_a}/people/{person_a}/letter", RUNS_A),
    # As the registration's own address.
    "own_data.ask": to("/registrations/unknown/unknown/privacy/ask"),
    "own_data.ask_to_withdraw": to("/registrations/unknown/unknown/privacy/consents/photo/withdraw"),
    "own_data.erase": to("/registrations/unknown/unknown/privacy/erase"),
    "own_data.export": to("/registrations/unknown/unknown/privacy/export"),
    "own_data.give": to("/registrations/unknown/unknown/privacy/consents/photo/give"),
    "own_data.show": to("/registrations/unknown/unknown/privacy"),
    "own_data.withdraw": to("/registrations/unknown/unknown/privacy/consents/photo/withdraw"),
    # As the registration's own address.
    "parties.change": to("/registrations/unknown/unknown/party"),
    "parties.create": to("/events/{event_a}/register/family"),
    "parties.edit": to("/registrations/unknown/unknown/party"),
    "parties.new": to("/events/{event_a}/register/group"),
    "public.accessibility": to("/accessibility"),
    "public.consent": to("/privacy/unknown/1"),
    "public.cover": to("/events/{event_a}/cover.svg"),
    "public.cover_picture": to("/events/{event_a}/cover.png"),
    "public.help": to("/help"),
    "public.home": to("/"),
    "public.privacy": to("/privacy"),
    "public.show": to("/events/{event_a}"),
    "handing_over.ask_colleague": to("/registrations/unknown/take-over/unknown"),
    "handing_over.ask_for_colleague": to("/registrations/unknown/unknown/hand-over"),
    "handing_over.decline": to("/registrations/unknown/take-over/unknown/decline"),
    "handing_over.give": to("/registrations/unknown/unknown/hand-over"),
    "handing_over.take": to("/registrations/unknown/take-over/unknown"),
    # The link of a question holds its secret too.
    "reconfirming.answer": to("/registrations/unknown/reconfirm/unknown"),
    "reconfirming.ask": to("/registrations/unknown/reconfirm/unknown"),
    # A registration's address holds its secret; without the right one nobody finds it.
    "offers.answer_offer": to("/registrations/unknown/offer/unknown"),
    "offers.ask_about_offer": to("/registrations/unknown/offer/unknown"),
    "session_lines.answer_seat": to("/registrations/unknown/sessions/unknown/unknown"),
    "session_lines.ask_about_seat": to("/registrations/unknown/sessions/unknown/unknown"),
    "session_lines.store_wishes": to("/registrations/unknown/unknown/wait"),
    "session_lines.wishes": to("/registrations/unknown/unknown/wait"),
    "registrations.ask_to_cancel": to("/registrations/unknown/unknown/cancel"),
    "registering.ask_to_confirm": to("/registrations/unknown/confirm/unknown"),
    "registrations.cancel": to("/registrations/unknown/unknown/cancel"),
    "registrations.change": to("/registrations/unknown/unknown/change"),
    "registering.confirm": to("/registrations/unknown/confirm/unknown"),
    "registering.create": to("/events/{event_a}/register"),
    "registrations.edit": to("/registrations/unknown/unknown/change"),
    "registering.new": to("/events/{event_a}/register"),
    "registering.sent": to("/events/{event_a}/register/sent"),
    "registrations.own_file": to("/registrations/unknown/unknown/files/nothing"),
    "registrations.show": to("/registrations/unknown/unknown"),
    "schools.summer": to("/summer-schools"),
    "schools.winter": to("/winter-schools"),
    "science_week.index": to("/week-of-science"),
    "seminars.index": to("/seminars"),
    "seminars.series": to("/seminars/series/unknown"),
    # A ticket's code is its secret.
    "tickets.apple_pass": to("/t/unknown/ticket.pkpass"),
    "tickets.from_qr": to("/T/UNKNOWN"),
    "tickets.google_pass": to("/t/unknown/google-wallet"),
    "tickets.pdf": to("/t/unknown/ticket.pdf"),
    "tickets.png": to("/t/unknown/qr.png"),
    "tickets.show": to("/t/unknown"),
    "tickets.svg": to("/t/unknown/qr.svg"),
    "tickets.worker": to("/t/sw.js"),
    # A pass's token is its secret; until an installation has Apple's keys nothing is there.
    "wallet.list_changed": to("/wallet/v1/devices/phone/registrations/pass.unknown"),
    "wallet.log": to("/wallet/v1/log", reads_cookies=False),
    "wallet.register": to("/wallet/v1/devices/phone/registrations/pass.unknown/unknown", reads_cookies=False),
    "wallet.show": to("/wallet/v1/passes/pass.unknown/unknown"),
    "wallet.unregister": to(
        "/wallet/v1/devices/phone/registrations/pass.unknown/unknown", reads_cookies=False
    ),
}

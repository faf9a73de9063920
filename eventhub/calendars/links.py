"""Addresses that hand a feed or one entry to a calendar program, everything percent-encoded.

Google takes the feed as webcal://, Outlook only as https://; both forms are what these services take today.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit

from eventhub.calendars.entries import AllDay, Entry
from eventhub.calendars.lines import plain_line, plain_text, utc

OUTLOOK_LIVE = "https://outlook.live.com"
OUTLOOK_OFFICE = "https://outlook.office.com"
# Long addresses are refused by the services and would fill the page; the rest is one click away.
_DETAILS_LENGTH = 300


def webcal(feed_url: str) -> str:
    """For Apple Calendar, Outlook on the desktop and Thunderbird; webcals:// opens nothing there."""
    parts = urlsplit(feed_url)
    return parts._replace(scheme="webcal").geturl()


def google_subscribe(feed_url: str) -> str:
    return "https://calendar.google.com/calendar/r?" + _query(cid=webcal(feed_url))


def outlook_subscribe(feed_url: str, *, name: str, host: str = OUTLOOK_LIVE) -> str:
    return f"{host}/calendar/0/addfromweb?" + _query(url=feed_url, name=plain_line(name))


def google_add(entry: Entry) -> str:
    starts, ends = _times(entry, day="%Y%m%d", moment="%Y%m%dT%H%M%SZ")
    zone = {} if isinstance(entry.when, AllDay) else {"ctz": entry.when.tzid}
    return "https://calendar.google.com/calendar/render?" + _query(
        action="TEMPLATE",
        text=plain_line(entry.summary),
        dates=f"{starts}/{ends}",
        details=_details(entry),
        location=plain_line(entry.location),
        **zone,
    )


def outlook_add(entry: Entry, *, host: str = OUTLOOK_LIVE) -> str:
    starts, ends = _times(entry, day="%Y-%m-%d", moment="%Y-%m-%dT%H:%M:%SZ")
    whole_days = {"allday": "true"} if isinstance(entry.when, AllDay) else {}
    return f"{host}/calendar/0/deeplink/compose?" + _query(
        path="/calendar/action/compose",
        rru="addevent",
        subject=plain_line(entry.summary),
        startdt=starts,
        enddt=ends,
        body=_details(entry),
        location=plain_line(entry.location),
        **whole_days,
    )


def _times(entry: Entry, *, day: str, moment: str) -> tuple[str, str]:
    """Start and end, each in its form for strftime; whole days end on the day after."""
    if isinstance(entry.when, AllDay):
        after = entry.when.last_on + timedelta(days=1)
        return entry.when.first_on.strftime(day), after.strftime(day)
    starts, ends = utc(entry.when.starts_at).dt, utc(entry.when.ends_at).dt
    return starts.strftime(moment), ends.strftime(moment)


def _details(entry: Entry) -> str:
    description = plain_text(entry.description)
    if len(description) > _DETAILS_LENGTH:
        description = description[:_DETAILS_LENGTH].rstrip() + "…"
    return "\n\n".join(part for part in (description, entry.url) if part)


def _query(**values: str) -> str:
    return urlencode(values, quote_via=quote, safe="")

"""Addresses that hand a feed or one entry to a calendar program, everything percent-encoded.

Google takes the feed as webcal://, Outlook only as https://; both forms are what these services take today.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit

from eventhub.calendars.entries import AllDay, Entry
from eventhub.calendars.lines import day, plain_line, plain_text, utc

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
    starts, ends = _google_times(entry)
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
    starts, ends = _outlook_times(entry)
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


def _google_times(entry: Entry) -> tuple[str, str]:
    if isinstance(entry.when, AllDay):
        return day(entry.when.first_on), day(entry.when.last_on + timedelta(days=1))
    return utc(entry.when.starts_at), utc(entry.when.ends_at)


def _outlook_times(entry: Entry) -> tuple[str, str]:
    if isinstance(entry.when, AllDay):
        return entry.when.first_on.isoformat(), (entry.when.last_on + timedelta(days=1)).isoformat()
    starts, ends = (utc(moment) for moment in (entry.when.starts_at, entry.when.ends_at))
    return _extended(starts), _extended(ends)


def _extended(basic: str) -> str:
    """20270714T080000Z as 2027-07-14T08:00:00Z."""
    return f"{basic[:4]}-{basic[4:6]}-{basic[6:11]}:{basic[11:13]}:{basic[13:]}"


def _details(entry: Entry) -> str:
    description = plain_text(entry.description)
    if len(description) > _DETAILS_LENGTH:
        description = description[:_DETAILS_LENGTH].rstrip() + "…"
    return "\n\n".join(part for part in (description, entry.url) if part)


def _query(**values: str) -> str:
    return urlencode(values, quote_via=quote, safe="")

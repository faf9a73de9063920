"""After signing in one stays on this site, whatever the address said."""

from __future__ import annotations

import pytest

from eventhub.web.next import safe_next

GOOD = [
    "/",
    "/account",
    "/events/seminar-1",
    "/events/seminar-1?lang=ru&page=2",
    "/?text=a%2Fb%2F%2Fc",
    "/organiser/events/a?",
    "/account#details",
    "/?next=https://evil.example",
    "/seminars?text=семинар",
    "/a:b@c",
]
BAD = [
    None,
    "",
    " ",
    "account",
    "evil.example",
    "?next=/",
    "#",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2f..",
    "//evil.example@ours.example",
    "//127.0.0.1",
    "//[::1]/",
    "//3232235777",
    "/\\evil.example",
    "/\\/evil.example",
    "\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "//\\evil.example",
    "/events\\..\\x",
    "/%2Fevil.example",
    "/%2fevil.example",
    "/%5Cevil.example",
    "/%5cevil.example",
    "/%252Fevil.example",
    "/%255Cevil.example",
    "/%25252Fevil.example",
    "/%2F%2Fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/a//b",
    "/\tevil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/\r\nSet-Cookie:a=b",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d%0aSet-Cookie:a=b",
    "/%00evil.example",
    "/\x00/evil.example",
    "/\x1f/evil.example",
    " //evil.example",
    "/ /evil.example",
    "/\u2028/evil.example",
    "/\u2029/evil.example",
    "/\u00a0/evil.example",
    "/\u200b/evil.example",
    "/\u202e/evil.example",
    "/\ufeff/evil.example",
    "/%e2%80%ae/evil.example",
    "https://evil.example",
    "http://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "HTTPS://evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "javascript://ours.example/%0aalert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://evil.example",
    "mailto:a@evil.example",
    "blob:https://evil.example/1",
    "@evil.example",
    "ours.example@evil.example",
    ".evil.example",
    "/" + "a" * 1000,
]


@pytest.mark.parametrize("address", GOOD)
def test_a_page_of_ours_is_kept(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize("address", BAD)
def test_what_could_lead_away_is_dropped(address: str | None) -> None:
    assert safe_next(address) is None

"""Content lines: what is cleaned, escaped, encoded and folded."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event, Timezone, vDatetime, vGeo, vText

from eventhub.calendars.lines import (
    Point,
    Text,
    categories,
    fold,
    mail_address,
    plain_line,
    plain_text,
    utc,
    web_address,
    write,
)

ONE_LINE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n"), max_size=400)


def content(value):
    """What stands on a short line after the name."""
    [_, line, _] = write(Event({"X": value}))
    return line.decode().removeprefix("X")[1:].removesuffix("\r\n")


@settings(deadline=None)
@given(ONE_LINE)
def test_folded_lines_have_75_octets_at_most_and_whole_characters(line):
    physical = fold(line).split(b"\r\n")

    assert physical.pop() == b""
    assert [piece for piece in physical if len(piece) > 75] == []
    assert "".join([physical[0].decode(), *(piece[1:].decode() for piece in physical[1:])]) == line
    assert [piece[:1] for piece in physical[1:] if piece[:1] != b" "] == []


@pytest.mark.parametrize(
    ("line", "lengths"), [("a" * 75, [75]), ("a" * 76, [75, 2]), ("я" * 75, [74, 75, 3])]
)
def test_a_line_is_folded_only_when_it_has_to_be(line, lengths):
    assert [len(piece) for piece in fold(line).split(b"\r\n")[:-1]] == lengths


@pytest.mark.parametrize("before", range(70, 78))
def test_a_fold_never_cuts_an_escape_in_two(before):
    physical = fold("a" * before + "\\n" * 60 + "\\\\" * 60).split(b"\r\n")

    assert [piece for piece in physical if (len(piece) - len(piece.rstrip(b"\\"))) % 2] == []


@pytest.mark.parametrize("line", ["a\nb", "a\rb", "a\r\nb", "\n"])
def test_a_line_break_inside_a_line_is_refused(line):
    with pytest.raises(ValueError, match="line break"):
        fold(line)


def test_text_escapes_backslash_semicolon_comma_and_newline_and_nothing_else():
    assert content(Text("a\\b;c,d\ne:f\"g'h^i")) == "a\\\\b\\;c\\,d\\ne:f\"g'h^i"


def test_text_that_looks_escaped_is_kept_as_it_was_typed():
    assert content(Text("C:\\New \\, \\n")) == "C:\\\\New \\\\\\, \\\\n"


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\v", "\f", "\x1e", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_break_becomes_one_newline(line_break):
    assert plain_text(f"a{line_break}b") == "a\nb"
    assert plain_line(f"a{line_break}b") == "a b"


@pytest.mark.parametrize(
    "unwanted", ["\0", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ufeff", "\uffff", "\ud800"]
)
def test_what_is_no_text_is_dropped(unwanted):
    assert plain_text(f"a{unwanted}b") == "ab"


def test_joiners_direction_marks_and_accents_stay():
    name = "می\u200cخواهم 👩\u200d🚀 \u200f(ا) Nguyễn"

    assert plain_text(name) == name


def test_a_parameter_is_quoted_without_quotes_inside():
    address = mail_address("office@hub.example", name='The "A"; B, C: ^n\nD')

    assert content(address) == "CN=\"The 'A'; B, C: ^^n D\":mailto:office@hub.example"


def test_a_parameter_that_ends_in_a_backslash_hides_no_address():
    address = mail_address("office@hub.example", name="A\\")

    event = Calendar.from_ical(b"".join(write(Event(ORGANIZER=address))))

    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:office@hub.example", "A\\")


def test_categories_keep_what_was_typed():
    assert content(categories(["C:\\New", "a,b"])) == "C:\\\\New,a\\,b"


def test_a_point_has_six_decimals_however_near_to_zero():
    assert content(Point((0.00001, -60.5))) == "0.000010;-60.500000"


def test_icalendar_still_needs_our_subclasses():
    """Once one of these fails, a subclass of ours can go."""
    assert vText("C:\\New").to_ical() == b"C:\\new"
    assert vGeo((0.00001, 0)).to_ical() == "1e-05;0.0"
    assert vDatetime(datetime(2027, 1, 1, tzinfo=ZoneInfo("Atlantic/Reykjavik"))).to_ical()[-1:] == b"Z"
    spring = Timezone.from_tzid("Europe/Berlin").daylight[0]
    assert spring["DTSTART"].dt.hour == 3


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("https://hub.example/a b", "https://hub.example/a%20b"),
        ("https://hub.example/ё?q=1&r=%20#x", "https://hub.example/%D1%91?q=1&r=%20#x"),
        ("https://hub.example/\r\nX:1", "https://hub.example/%0D%0AX:1"),
        ('http://hub.example/"<>^`{|}', "http://hub.example/%22%3C%3E%5E%60%7B%7C%7D"),
    ],
)
def test_a_web_address_is_percent_encoded(typed, written):
    assert web_address(typed) == written


@pytest.mark.parametrize(
    "typed", ["", "/events/a", "//hub.example/a", "javascript:alert(1)", "data:,x", "https:///a"]
)
def test_an_address_that_is_not_absolute_http_is_refused(typed):
    with pytest.raises(ValueError, match="absolute"):
        web_address(typed)


def test_a_mail_address_becomes_a_mailto_address():
    assert mail_address("office+a&b@hub.example", name="Office") == "mailto:office+a%26b@hub.example"


@pytest.mark.parametrize("typed", ["", "office", "a@b@c", "a b@c", "a@b\r\nX:1", "a@b\0"])
def test_what_is_not_one_mailbox_is_refused(typed):
    with pytest.raises(ValueError, match="mailbox"):
        mail_address(typed, name="Office")


def test_dates_and_times_are_written_in_their_basic_form():
    moscow = datetime.fromisoformat("2027-07-14T11:00:00+03:00")

    assert content(utc(moscow)) == "20270714T080000Z"
    assert content(utc(datetime(2027, 1, 2, 3, 4, 5, 678, tzinfo=UTC))) == "20270102T030405Z"


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="without zone"):
        utc(datetime(2027, 1, 1))

"""Blanks and bounds: nothing outside them is ever classed inside."""

# ruff: noqa: RUF001 - look-alike letters are what these tests are about

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.domain import ReplyClass
from service.replies.bounds import breaches
from service.replies.classify import classify
from service.replies.filling import Filled, Span, fill, values_for
from service.replies.names import first_name, person_named
from service.replies.normal import clusters, normal_form, normal_with_origins
from service.replies.pack import Blank, Forbid, Pack
from service.replies.packs import read_pack
from service.replies.slots import PieceKind
from service.replies.undress import undressed

PACK = """
format = 1
pack = "test"
serial = 1
title = "Test"
risk = "routine"
from = 2026-01-01
until = 2027-12-31
author = "Content team"
[fallback]
first_name = "there"
branch = "the shop"
sign_off = "The team"
[[item]]
id = "wait"
when = { stars = [1, 3] }
variants = [
  "Hi {first_name}, that was too long. We have since [fix]. {sign_off}",
  "We have since [fix]. Come and see. [ps] {sign_off}",
  "Thank you for telling us, {first_name}.\\n\\n{sign_off}, {branch}" ]
[item.blank.fix]
hint = "what you changed since"
max = 40
forbid = ["link", "phone", "email", "money", "name", "newline"]
[item.blank.ps]
hint = "one more line"
max = 20
empty = true
forbid = ["newline"]
"""


@dataclass(frozen=True)
class Shop:
    """A branch with the facts a reply may use."""

    code: str = "north"
    name: str = "Northside Kitchen"
    brand: str = "Northside"
    region: str = ""
    city: str | None = None
    tz: str = "UTC"
    language: str = "en"
    vertical: str = "restaurant"
    phone: str | None = None
    contact: str | None = None
    sign_off: str | None = "Sam, manager"


def the_pack() -> Pack:
    return read_pack(PACK.encode())


def filled(variant: int = 0, author: str | None = "Maria G.", shop: Shop | None = None) -> Filled:
    pack = the_pack()
    item = pack.items[0]
    return fill(item, item.variants[variant], values_for(shop or Shop(), author, pack))


BLANK = the_pack().items[0].blank["fix"]
APPROVED = "Hi Maria, that was too long. We have since {}. Sam, manager"


def test_a_reply_shows_its_blank_by_its_hint_and_says_where_each_piece_stands() -> None:
    reply = filled()
    assert reply.text == APPROVED.format("[what you changed since]")
    pieces = [(span.kind.value, span.name, reply.text[span.start : span.end]) for span in reply.spans]
    assert pieces == [
        ("locked", "", "Hi "),
        ("placeholder", "first_name", "Maria"),
        ("locked", "", ", that was too long. We have since "),
        ("blank", "fix", "[what you changed since]"),
        ("locked", "", ". "),
        ("placeholder", "sign_off", "Sam, manager"),
    ]


@pytest.mark.parametrize(
    "typed", ["added a second host", "retrained on Friday nights", "put 2 more people on"]
)
def test_what_stays_within_its_bounds_is_within_bounds(typed: str) -> None:
    classed = classify(filled(), APPROVED.format(typed))
    assert (classed.reply_class, classed.departures) == (ReplyClass.WITHIN_BOUNDS, ())
    assert classed.values == {"fix": typed}


OUTSIDE = {
    "a link": [
        "see www.example.com",
        "see example.com",
        "look at example․com",
        "see https //x",
        "example 。com",
    ],
    "a link by look": [
        "example dot com",
        "on wwwexample",
        "www-example",
        "see eхample.com",
        "visit ｅｘａｍｐｌｅ．ｃｏｍ",
        "sorry.see below",
    ],
    "a phone": [
        "call 555 123 4567",
        "ring 5️⃣5️⃣5️⃣1️⃣2️⃣3️⃣",
        "ring ５５５１２３４",
        "five five five one two three",
        "dial ➊➋➌➍➎➏",
    ],
    "an e-mail": ["write to sam@example", "write to sam＠home", "sam at gmail"],
    "money": [
        "gave you £5 back",
        "10% off",
        "offer a refund",
        "gave a refund-slip",
        "gave apartrefund",
        "a re\u200dfund",
        "a free dessert",
        "ﬁve dollars",
        "a re\u00adfund",
        "€",
    ],
    "a name": ["spoke with Maria", "moved maria to days", "spoke with Xiomara", "asked ＭＡＲＩＡ"],
    "a line break": ["fixed it\nall", "fixed it\u2028all", "fixed it\rall", "fixed\x0bit"],
    "length": ["x" * 41, "e\u0301" * 41, "👍🏽" * 41, "a" + "\u0301" * 700],
    "nothing": ["", " ", "\u200b", "\ufeff"],
    "the hint": [
        "[what you changed since]",
        "what you changed since",
        "[fix]",
        "changed [this]",
        "{first_name}",
    ],
    "hidden": [
        "fixed\u202eti",
        "fixed\u2066it",
        "a\u00adb",
        "tag\U000e0061",
        "\u115f",
        "a\ue000",
        "ok\u200d",
        "a\u200cb",
        "\u2800",
        "fi\ufe0fxed",
        "fixed\ufe00",
        "a\U00016fe4b",
    ],
    "marks": ["\u0301fixed", "\ufe0ffixed", "e\u0301\u0302\u0303\u0304\u0305"],
    "alphabets": ["fіxed it", "исправили", "תיקנו", "ʀᴇꜰᴜɴᴅ given", "🅵🅸🆇🅴🅳", "🇫🇮🇽", "сазһ"],
    "spaces": ["fixed\u2003it", "fixed\tit", "fixed\u3000it"],
}


@pytest.mark.parametrize("typed", [typed for cases in OUTSIDE.values() for typed in cases])
def test_what_is_outside_its_bounds_is_off_the_pack(typed: str) -> None:
    classed = classify(filled(), APPROVED.format(typed))
    assert classed.reply_class is ReplyClass.OFF_PACK
    assert classed.departures


@pytest.mark.parametrize(
    "final",
    [
        "Hi Maria, that was too long. We have since fixed it.\u00a0Sam, manager\r\n",
        "  Hi Maria, that was\u200b too long. We have since fixed it. Sam, manager \n\n",
    ],
)
def test_what_a_text_box_does_by_itself_is_forgiven(final: str) -> None:
    assert classify(filled(), final).reply_class is ReplyClass.WITHIN_BOUNDS


@pytest.mark.parametrize(
    "final",
    [
        "Hi Maria, that was not too long. We have since fixed it. Sam, manager",
        "Hi Mаria, that was too long. We have since fixed it. Sam, manager",
        "Hi Maria, that was too long. We have since fixed it. Sam, manager!",
        "\u202eHi Maria, that was too long. We have since fixed it. Sam, manager",
        "hi Maria, that was too long. We have since fixed it. Sam, manager",
        "Hi there, that was too long. We have since fixed it. Sam, manager",
        "Hi Maria, that was too long.  We have since fixed it. Sam, manager",
        "",
        "[what you changed since]",
        "x" * 30_000,
    ],
)
def test_a_changed_approved_word_is_off_the_pack(final: str) -> None:
    classed = classify(filled(), final)
    assert classed.reply_class is ReplyClass.OFF_PACK
    assert classed.departures


def test_a_departure_is_shown_where_it_stands_in_the_text_as_it_was_given() -> None:
    final = "Hi Maria,\r\n\r\nthat was horrid. We have since fixed it. Sam, manager"
    departures = classify(filled(), final).departures
    assert any(final[d.start : d.end] in "\r\n\r\nthat was horrid" for d in departures)
    breach = "Hi Maria, that was too long. We have since\u00a0offered £5. Sam, manager"
    (departure,) = classify(filled(), breach).departures
    assert (breach[departure.start : departure.end], departure.blank) == ("offered £5", "fix")


def test_a_reply_without_blanks_is_verbatim_or_off_the_pack() -> None:
    reply = filled(2)
    assert classify(reply, reply.text).reply_class is ReplyClass.VERBATIM
    assert classify(reply, reply.text.replace("\n\n", "\r\n")).reply_class is ReplyClass.VERBATIM
    assert classify(reply, reply.text + " Call me").reply_class is ReplyClass.OFF_PACK


CHOICES = ("added a host", "hired a cook", "trained everybody again")


def closed(empty: bool = False) -> Filled:
    """The same reply with a closed list in its blank."""
    bounds = 'max = 40\nforbid = ["link", "phone", "email", "money", "name", "newline"]'
    listed = f"choices = {list(CHOICES)}\nempty = {str(empty).lower()}".replace("'", '"')
    pack = read_pack(PACK.replace(bounds, listed).encode())
    return fill(pack.items[0], pack.items[0].variants[0], values_for(Shop(), "Maria G.", pack))


@pytest.mark.parametrize("choice", CHOICES)
def test_a_closed_blank_takes_each_of_its_choices(choice: str) -> None:
    classed = classify(closed(), APPROVED.format(choice))
    assert (classed.reply_class, classed.values) == (ReplyClass.WITHIN_BOUNDS, {"fix": choice})


@given(
    st.one_of(
        st.text(max_size=40),
        st.tuples(st.sampled_from(CHOICES), st.text(max_size=3)).map("".join),
        st.tuples(st.text(max_size=3), st.sampled_from(CHOICES)).map("".join),
        st.sampled_from(CHOICES).map(str.upper),
    )
)
@example("")
@example("added a hоst")
@example("[what you changed since]")
@example("added a host. We have since hired a cook")
@settings(max_examples=200)
def test_a_closed_blank_takes_nothing_but_its_choices(typed: str) -> None:
    classed = classify(closed(), APPROVED.format(typed))
    is_choice = normal_form(APPROVED.format(typed)) in {APPROVED.format(choice) for choice in CHOICES}
    assert classed.reply_class is (ReplyClass.WITHIN_BOUNDS if is_choice else ReplyClass.OFF_PACK)
    assert bool(classed.departures) is not is_choice


def test_a_closed_blank_stays_empty_only_where_it_may() -> None:
    left_out = APPROVED.format("").replace("since .", "since.")
    assert classify(closed(), left_out).reply_class is ReplyClass.OFF_PACK
    bare = APPROVED.format("")
    assert classify(closed(), bare).departures[0].why == "is empty"
    assert classify(closed(empty=True), bare).reply_class is ReplyClass.WITHIN_BOUNDS


@pytest.mark.parametrize(
    "final",
    [
        "We have since fixed it. Come and see. Sam, manager",
        "We have since fixed it. Come and see.  Sam, manager",
        "We have since fixed it. Come and see. Soon! Sam, manager",
    ],
)
def test_a_blank_that_may_stay_empty_takes_its_space_along(final: str) -> None:
    assert classify(filled(1), final).reply_class is ReplyClass.WITHIN_BOUNDS


def test_a_blank_ends_where_the_approved_words_after_it_first_appear() -> None:
    final = "We have since fixed it. Come and see. Or. Come and see. Sam, manager"
    classed = classify(filled(1), final)
    assert classed.values == {"fix": "fixed it", "ps": "Or. Come and see."}


@given(st.text(max_size=60))
@example("a. Come and see. b")
@example("\u0301x")
@example("x\u1100")
@settings(max_examples=400)
def test_nothing_outside_the_bounds_is_ever_classed_inside(typed: str) -> None:
    reply = filled()
    final = APPROVED.format(typed)
    classed = classify(reply, final)
    assert classed.reply_class in (ReplyClass.WITHIN_BOUNDS, ReplyClass.OFF_PACK)
    if classed.reply_class is ReplyClass.OFF_PACK:
        assert classed.departures
        return
    assert classed.values is not None
    value = classed.values["fix"]
    assert normal_form(final) == APPROVED.format(value)
    assert value and clusters(value) <= 40
    assert not set(value) & set("@€$£%[]{}\n\r\u2028")
    assert all(
        unicodedata.category(char) not in ("Cf", "Cc", "Co", "Cn", "Cs") or char in "\u200c\u200d"
        for char in value
    )
    assert sum(char.isdigit() for char in value) < 6 or any(char.isalpha() for char in value)
    assert not unicodedata.category(value[0]).startswith("M")


@given(st.text(alphabet="abc .[]{}\u0301\u202e\n", max_size=200))
@settings(max_examples=300)
def test_any_text_is_classed_and_only_the_approved_words_pass(final: str) -> None:
    for variant in range(3):
        assert classify(filled(variant), final).reply_class is ReplyClass.OFF_PACK


DRESSED = st.text(
    alphabet=st.sampled_from(
        "aе5\u0665\uff15 .,\n\r\t\u00a0\u200b\u200d\ufe0f\u0301\u202e\u2066\u00ad@€%[]{}😀👍🏽🇩ᴀ🅰"
    ),
    max_size=50,
)


@given(DRESSED, st.integers(1, 50))
@settings(max_examples=300)
def test_no_dress_brings_anything_inside(typed: str, most: int) -> None:
    reply = with_blank(most)
    classed = classify(reply, reply.text.replace("[it]", typed))
    if classed.reply_class is ReplyClass.OFF_PACK:
        return
    value = (classed.values or {})["it"]
    assert normal_form(typed) == normal_form(value) and 0 < clusters(value) <= most
    assert set(value) <= set("a5\u0665\uff15 .,\u0301\u200d\ufe0f😀👍🏽é\u00e1")
    assert not re.search(r"[^\s\d😀👍🏽]\ufe0f", value)
    assert sum(map(str.isdigit, value)) < 6 or "a" in value or any(mark in value for mark in "😀👍á")


def with_blank(most: int = 40, text: str = "🇩🇪 We [it]. Yours") -> Filled:
    """A reply with one bounded blank; a flag of its own stands beside it."""
    start, end = text.index("[it]"), text.index("[it]") + 4
    blank = Blank(hint="it", max=most, forbid=tuple(Forbid))
    spans = (
        Span(PieceKind.LOCKED, "", 0, start),
        Span(PieceKind.BLANK, "it", start, end),
        Span(PieceKind.LOCKED, "", end, len(text)),
    )
    return Filled(text, spans, {"it": blank})


@pytest.mark.parametrize("typed", ["gave a ʀᴇꜰᴜɴᴅ", "gave 🅼🅾🅽🅴🆈", "🇫🇷"])
def test_a_flag_among_the_approved_words_lets_no_odd_letter_in(typed: str) -> None:
    reply = with_blank()
    assert classify(reply, reply.text.replace("[it]", typed)).reply_class is ReplyClass.OFF_PACK


@pytest.mark.parametrize("text", ["[it] we did", "So we [it]", "Again. [it]. Again. And again"])
def test_a_blank_may_stand_at_an_edge_or_beside_words_that_come_twice(text: str) -> None:
    reply = with_blank(text=text)
    assert classify(reply, text.replace("[it]", "fixed the door")).reply_class is ReplyClass.WITHIN_BOUNDS
    for typed in ("", " ", "\u200b", "\u0301", "see x.com", text):
        assert classify(reply, text.replace("[it]", typed)).reply_class is ReplyClass.OFF_PACK


@given(st.text(max_size=80))
@example("\r\u200b\n")
@example("a \n\n \u0301b\r\n")
@example("e\u200b\u0301")
def test_normal_form_is_reached_once_and_for_all_and_knows_its_origins(text: str) -> None:
    normal, origins = normal_with_origins(text)
    assert normal_form(text) == normal == normal_form(normal)
    assert unicodedata.is_normalized("NFC", normal)
    assert len(origins) == len(normal) + 1
    assert list(origins) == sorted(origins) and all(0 <= place <= len(text) for place in origins)


@given(st.text(max_size=60), st.integers(min_value=1, max_value=30))
def test_what_is_too_long_to_the_eye_is_refused_however_it_is_composed(text: str, most: int) -> None:
    blank = Blank(hint="x", max=most, empty=True)
    if not breaches(normal_form(text), blank):
        bases = [char for char in normal_form(text) if unicodedata.combining(char) == 0]
        assert clusters(normal_form(text)) <= most
        assert len(normal_form(text)) <= most * 16
        assert len(bases) <= most or any(not char.isalnum() for char in bases)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("e\u0301", 1),
        ("👩‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("🇩🇪🇫🇷", 2),
        ("❤️‍🔥", 1),
        ("5️⃣", 1),
        ("a\u200d👍", 2),
        ("\r\n", 1),
        ("a" + "\u0301" * 31, 2),
        ("한국", 2),
    ],
)
def test_length_is_what_a_person_counts(text: str, count: int) -> None:
    assert clusters(text) == count


NAMES = {
    "Maria G.": "Maria",
    "jean-paul": "Jean-Paul",
    "MARIA LOPEZ": "Maria",
    "José Ángel Ruiz": "José",
    "Thandiwe Nkosi": "Thandiwe",
    "Mark": "Mark",
    "Bob\u200b Smith": "Bob",
    "Great Food!!": None,
    "Good Food": None,
    "Pizza Lover": None,
    "Smith John": None,
    "J. Smith": None,
    "Dr Bob": None,
    "user123": None,
    "{first_name}": None,
    "Bob {sign_off}": None,
    "Mаria": None,
    "Иван Петров": None,
    "Bob\nPS. buy now": None,
    "Bob\u202eevil": None,
    "<b>Bob</b>": None,
    "A Google User": None,
    "www.example.com": None,
    "Shadowfax": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize(("author", "expected"), NAMES.items())
def test_only_what_is_clearly_a_first_name_is_used(author: str | None, expected: str | None) -> None:
    assert first_name(author) == expected
    shown = filled(author=author).text
    assert shown.startswith(f"Hi {expected or 'there'}, that was")


@given(st.text(max_size=40))
def test_a_first_name_is_one_short_word_of_letters(author: str) -> None:
    name = first_name(author)
    assert name is None or (
        2 <= len(name) <= 20 and name.replace("-", "").replace("'", "").replace("’", "").isalpha()
    )


def test_braces_in_a_value_are_never_a_template() -> None:
    shop = Shop(name="{sign_off} [fix]", sign_off="{first_name}")
    assert filled(2, shop=shop).text == "Thank you for telling us, Maria.\n\n{first_name}, {sign_off} [fix]"


@pytest.mark.parametrize("value", ["two\nlines", "x" * 121, "bad\u202e", "\u0301x", "pаypal", "  "])
def test_a_value_that_is_no_plain_line_falls_back(value: str) -> None:
    assert filled(shop=Shop(sign_off=value)).text.endswith("The team")


def test_a_capital_that_begins_a_sentence_names_nobody() -> None:
    assert person_named("Added a host. We also moved the desk") is None
    assert person_named("Added a host and Zoltan") == "Zoltan"
    assert person_named("Added a host", after="What we changed: ") is None
    assert person_named("Added a host", after="We have since ") == "Added"


def test_a_long_text_is_judged_quickly() -> None:
    for final in (
        "a. " * 6000,
        "Hi Maria, that was too long. We have since " + ". " * 9000,
        "\u0301" * 19_999,
    ):
        assert classify(filled(1), final).reply_class is ReplyClass.OFF_PACK


@pytest.mark.parametrize(
    "heap", ["😀", "👩\u200d", "\u0315\u0316", ". Come and see. ", "\u00a0\n", "\u1100\u1161", "\u202e"]
)
def test_a_heap_of_anything_is_judged_in_no_time(heap: str) -> None:
    began = time.process_time()
    for variant in range(3):
        final = "We have since " + (heap * 20_000)[:19_900] + ". Sam, manager"
        assert classify(filled(variant), final).reply_class is ReplyClass.OFF_PACK
    assert time.process_time() - began < 5


def test_a_vast_approved_text_is_not_compared_letter_by_letter() -> None:
    reply = Filled("x " * 50_000, (), {})
    (departure,) = classify(reply, "y" * 19_000).departures
    assert (departure.start, departure.end) == (0, 19_000)


@pytest.mark.parametrize(
    "dressed", ["ｒｅｆｕｎｄ", "r\u00ade\u200bfund", "ʀᴇꜰᴜɴᴅ", "🅡🅔🅕🅤🅝🅓", "rеfυnd", "ré̱fünd", "REFUND"]
)
def test_whatever_letters_are_dressed_as_they_say_the_same(dressed: str) -> None:
    assert undressed(dressed) == "refund"

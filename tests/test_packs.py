"""Reading a pack: every problem at once, with file and line; and the packs that are shipped."""

# ruff: noqa: E501, RUF001 - sentences are compared whole, and look-alike letters are what some of them are about

from __future__ import annotations

import gc
import hashlib
import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.approval.stored import remembered
from service.domain import Flag, Kind, Topic
from service.errors import PackError
from service.replies.lines import LineIndex
from service.replies.pack import (
    VERTICALS,
    Blank,
    CaseStep,
    Forbid,
    NotFor,
    Pack,
    Placeholder,
    Risk,
    Scope,
    When,
)
from service.replies.packs import MOST_BYTES, read_pack
from service.replies.slots import PieceKind, pieces_of

GOOD = """\
format = 1
pack = "northside-restaurant"
serial = 7
title = "Restaurant replies, spring"
risk = "routine"
scope = { brand = ["Northside"], region = [], branch = [], site = [], language = ["en"], vertical = ["restaurant"] }
from = 2027-01-01
until = 2027-12-31
author = "Content team"
changes = "Softer second variant of the wait apology."
[fallback]
first_name = "there"
sign_off = "The team"
[[item]]
id = "wait-apology"
tone = "warm"
when = { stars = [1, 3], points10 = [0, 5], recommends = false, kind = ["review", "recommendation"], \
topics = ["wait"], flags = [] }
not_for = { topics = ["billing"], flags = ["staff_named"] }
variants = [
  "Hi {first_name}, that was too long a wait, and I am sorry. We have since [fix]. {sign_off}",
  "{first_name}, you should not have waited like that. I have read your words to the team, and [fix]. {sign_off}",
  "I am sorry about the wait, {first_name}. What we changed: [fix]. I hope we may try again. {sign_off}" ]
[item.blank.fix]
hint = "what you changed since"
max = 120
empty = false
forbid = ["link", "phone", "email", "money", "name", "newline"]
"""


def problems(source: str | bytes) -> list[str]:
    body = source.encode() if isinstance(source, str) else source
    with pytest.raises(PackError) as caught:
        read_pack(body, "p/pack.toml")
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def changed(was: str, now: str) -> str:
    assert was in GOOD
    return GOOD.replace(was, now)


def test_a_pack_reads_as_it_is_written() -> None:
    pack = read_pack(GOOD.encode())
    assert (pack.name, pack.serial, pack.risk, pack.author) == (
        "northside-restaurant",
        7,
        Risk.ROUTINE,
        "Content team",
    )
    assert (pack.effective_from, pack.until) == (date(2027, 1, 1), date(2027, 12, 31))
    assert pack.scope.brand == ("Northside",) and pack.scope.site == ()
    (item,) = pack.items
    assert item.when.stars == (1, 3) and item.when.points10 == (0, 5) and item.when.recommends is False
    assert item.when.kind == (Kind.REVIEW, Kind.RECOMMENDATION) and item.when.topics == (Topic.WAIT,)
    assert item.not_for.topics == (Topic.BILLING,) and item.not_for.flags == (Flag.STAFF_NAMED,)
    assert item.blank["fix"].max == 120 and Forbid.NAME in item.blank["fix"].forbid
    assert [piece.kind for piece in item.variants[0].pieces if piece.kind is not PieceKind.LOCKED] == [
        PieceKind.PLACEHOLDER,
        PieceKind.BLANK,
        PieceKind.PLACEHOLDER,
    ]


def test_a_version_is_the_hash_of_the_exact_bytes() -> None:
    body = GOOD.encode()
    assert read_pack(body).sha256 == hashlib.sha256(body).digest()
    assert read_pack(body + b"\n").sha256 != read_pack(body).sha256


def test_dates_cover_both_their_ends() -> None:
    pack = read_pack(GOOD.encode())
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1)]
    assert [pack.in_force(day) for day in days] == [False, True, True, False]


ONE_PROBLEM = {
    'risk = "routine"': (
        'risk = "low"',
        "5: unknown risk 'low'; known: 'routine', 'sensitive' or 'regulated'",
    ),
    "format = 1": ("format = 2", "1: 'format' must be 1; this version reads no other"),
    "serial = 7": ('serial = "7"', "3: 'serial' must be a whole number, without quotes"),
    "until = 2027-12-31": ("until = 2026-12-31", "8: 'until' (2026-12-31) lies before 'from' (2027-01-01)"),
    "from = 2027-01-01": (
        'from = "2027-01-01"',
        "7: 'from' must be a date such as 2027-01-01, without quotes",
    ),
    'title = "Restaurant replies, spring"': ('titel = "x"', "1: 'title' is missing"),
    'sign_off = "The team"\n': (
        "",
        "19: item wait-apology: variant 1 uses {sign_off}, which has no fallback",
    ),
    'first_name = "there"': ('first_name = "{there"', "12: fallback: 'first_name' holds '{'"),
    "stars = [1, 3]": (
        "stars = [3, 1]",
        "17: item wait-apology: stars: must be [lowest, highest] within 1 and 5",
    ),
    "points10 = [0, 5]": (
        "points10 = [0, 11]",
        "17: item wait-apology: points10: must be [lowest, highest] within 0 and 10",
    ),
    'topics = ["wait"]': (
        'topics = ["weight"]',
        "17: item wait-apology: unknown topic 'weight'; known: 'wait', ",
    ),
    "flags = [] }": (
        'flags = ["unsafe"] }',
        "17: item wait-apology: unknown flag 'unsafe'; known: 'safety', ",
    ),
    'not_for = { topics = ["billing"]': (
        'not_for = { topic = ["billing"]',
        "18: item wait-apology: unknown key 'topic'",
    ),
    "We have since [fix]. {sign_off}": (
        "We have since [fix][why]. {sign_off}",
        "20: item wait-apology: variant 1 has the blank [why], which is not declared",
    ),
    "and [fix]. {sign_off}": (
        "and [fix], [fix].",
        "21: item wait-apology: variant 2 uses the blank [fix] twice",
    ),
    "I am sorry about the wait, {first_name}.": (
        "I am sorry about the wait, {name}.",
        "22: item wait-apology: variant 3 has the unknown placeholder {name}; known: first_name, branch,",
    ),
    "[item.blank.fix]": (
        '[item.blank.more]\nhint = "x"\nmax = 3\n[item.blank.fix]',
        "23: item wait-apology: the blank 'more' is declared but no variant uses it",
    ),
    "max = 120": ("max = 0", "25: item wait-apology: 'max' must be at least 1"),
    'forbid = ["link",': (
        'forbid = ["links",',
        "27: item wait-apology: unknown forbid 'links'; known: 'link', ",
    ),
    "What we changed: [fix].": (
        "What we changed: [fix.",
        "22: item wait-apology: variant 3 has a stray '['",
    ),
    "that was too long a wait": (
        "that was tоo long a wait",
        "20: item wait-apology: variant 1 mixes alphabets within the word 'tоo'",
    ),
    "and I am sorry. We": (
        "and I am sorry.\u202e We",
        "20: item wait-apology: variant 1 holds the invisible character U+202E",
    ),
    "I hope we may try again": (
        "I hope we may\u00a0try again",
        "22: item wait-apology: variant 3 is not in normal form",
    ),
    'vertical = ["restaurant"]': (
        'vertical = ["dentist"]',
        "6: vertical: unknown vertical 'dentist'; known: ",
    ),
    'language = ["en"]': (
        'language = ["English"]',
        "6: 'language' must be a language code such as en or en-GB",
    ),
    'author = "Content team"': ('author = " "', "9: 'author' is empty"),
}


@pytest.mark.parametrize("was", ONE_PROBLEM)
def test_a_problem_is_named_with_its_file_and_line(was: str) -> None:
    now, expected = ONE_PROBLEM[was]
    said = problems(changed(was, now))
    assert any(line.startswith(f"p/pack.toml:{expected}") for line in said), said


def test_every_problem_is_told_at_once() -> None:
    broken = GOOD
    for was, (now, _) in ONE_PROBLEM.items():
        if was in broken:
            broken = broken.replace(was, now)
    assert len(problems(broken)) >= len(ONE_PROBLEM) - 3


def test_too_few_or_equal_variants_are_told() -> None:
    item = '[[item]]\nid = "b"\nwhen = { stars = [5, 5] }\nvariants = ["Thanks!", "Thanks!"]\n'
    assert problems(GOOD + item) == [
        "p/pack.toml:31: item b: has 2 variants; at least 3",
        "p/pack.toml:31: item b: two variants are the same",
    ]


def test_an_id_used_twice_is_told_where_it_comes_back() -> None:
    item = '[[item]]\nid = "wait-apology"\nwhen = { stars = [5, 5] }\nvariants = ["a", "b", "c"]\n'
    assert problems(GOOD + item) == ["p/pack.toml:29: item wait-apology: this id is used more than once"]


def test_an_item_that_answers_everything_is_refused() -> None:
    item = '[[item]]\nid = "b"\nwhen = {}\nvariants = ["a", "b", "c"]\n'
    assert problems(GOOD + item) == [
        "p/pack.toml:30: item b: 'when' names nothing, so it would answer every review"
    ]


def test_a_pack_for_health_branches_has_closed_blanks_only() -> None:
    said = problems(changed('vertical = ["restaurant"]', 'vertical = ["dental"]'))
    assert said == [
        "p/pack.toml:23: item wait-apology: the blank 'fix' has no choices: "
        "free words could confirm who is a patient"
    ]
    closed = GOOD[: GOOD.index("max = 120")] + 'choices = ["added a host", "hired a cook"]\n'
    assert read_pack(closed.replace('"restaurant"]', '"dental"]').encode()).items[0].blank["fix"].choices


CLOSED = {
    'choices = ["a", "b"]\nmax = 3': "fix: has 'choices', which stand in the place of 'max' and 'forbid'",
    'choices = ["a", "b"]\nforbid = ["link"]': "fix: has 'choices', which stand in the place of 'max'",
    'choices = ["a"]': "fix: has 1 choices; at least 2",
    "choices = []": "fix: needs 'max' (free words), or 'choices' (a closed list)",
    'choices = ["a", ""]': "'choices' is empty",
    'choices = ["a", "a"]': "the blank 'fix' has the same choice twice",
    'choices = ["a", "b [c]"]': "the blank 'fix' has a fault in choice 2: it holds '['",
    'choices = ["a", "b\\nc"]': "the blank 'fix' has a fault in choice 2: it holds '\\n'",
    'choices = ["a", "\u0301b"]': "choice 2: it begins with a mark",
    'choices = ["a", "b\u00a0c"]': "choice 2: it is not in normal form",
    'choices = ["a", "What you changed since"]': "choice 2: it reads like the hint",
}


@pytest.mark.parametrize("lines", CLOSED)
def test_what_is_wrong_with_a_closed_blank_is_told(lines: str) -> None:
    said = "\n".join(problems(GOOD[: GOOD.index("max = 120")] + lines + "\n"))
    assert CLOSED[lines] in said
    assert "item wait-apology: " in said


def test_a_closed_blank_that_may_stay_empty_needs_one_choice_alone() -> None:
    source = GOOD[: GOOD.index("max = 120")] + 'choices = ["added a host"]\nempty = true\n'
    assert read_pack(source.encode()).items[0].blank["fix"].longest == len("added a host")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"a = 1\nb = = 2\n", ":2: is not TOML: Invalid value"),
        (b'a = "x\n', ":1: is not TOML: "),
        (b"a = 1\na = 2\n", ":2: is not TOML: Cannot overwrite a value"),
        (b"a = 1\nb = \xff\n", ":2: is not UTF-8 from here"),
        (b"a = 1\nb = 2\r\n", ":2: has Windows line ends"),
        (b"\xef\xbb\xbfformat = 1\n", ":1: begins with a byte order mark"),
        (b"x=" + b"[" * 100_000, ":0: is nested too deeply"),
        (b"#" * (MOST_BYTES + 1), ":0: is larger than 4,000,000 bytes"),
        (b"", ":1: 'format' is missing"),
        (b"item = 3\nfallback = []\nscope = 1\n", ":1: 'item' must be a list"),
        (b"item = [1]\n", ":1: 'item' must be a table"),
    ],
)
def test_what_is_no_pack_at_all_says_so(source: bytes, expected: str) -> None:
    assert any(expected in line for line in problems(source))


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-9, 99), st.sampled_from(["x", "[a]", "{b}", "wait", ""])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)


def written(value: object) -> str:
    """``value`` as TOML writes it within a line; what TOML has no word for becomes a number."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(inner)}" for key, inner in value.items()) + " }"
    return str(value) if isinstance(value, int) else "0"


LINES = [line for line in GOOD.splitlines() if " = " in line and not line.startswith(("variants", "  "))]


@given(st.sampled_from(LINES), VALUES)
@settings(max_examples=200)
def test_any_value_in_any_place_is_taken_or_told(line: str, value: object) -> None:
    key = line.split(" = ", maxsplit=1)[0]
    source = GOOD.replace(line, f"{key} = {written(value)}")
    try:
        read_pack(source.encode(), "p")
    except PackError as error:
        at = source.splitlines().index(f"{key} = {written(value)}") + 1
        assert at in {problem.line for problem in error.problems} or "item wait" in str(error), error


def test_lines_are_found_for_tables_keys_and_elements() -> None:
    source = (
        'a = 1\nb = { c = [\n  "x", # [not = this]\n  "y" ], "d e" = 2 }\n\n[t.u]\nv = """\n[no]\nx = 1"""\n'
        "w = '''it's'''\n[[n]]\nk = 1\n[[n]]\nk = 2\n[n.m]\nz = 2027-01-01 10:00:00\n[[n.o]]\n[[n.o]]\nq = 1\n"
    )
    index = LineIndex(source)
    expected = {
        ("a",): 1,
        ("b", "c"): 2,
        ("b", "c", 0): 3,
        ("b", "c", 1): 4,
        ("b", "d e"): 4,
        ("t", "u"): 6,
        ("t", "u", "v"): 7,
        ("t", "u", "w"): 10,
        ("n", 0): 11,
        ("n", 0, "k"): 12,
        ("n", 1, "k"): 14,
        ("n", 1, "m", "z"): 16,
        ("n", 1, "o", 1, "q"): 19,
        ("n", 1, "nowhere", "at", "all"): 13,
        ("nowhere",): 1,
    }
    assert {path: index.of(path) for path in expected} == expected


def test_slots_are_cut_and_nothing_is_lost() -> None:
    source = "Hi {first_name}, [fix] and {city}"
    joined = "".join(
        {PieceKind.LOCKED: "%s", PieceKind.PLACEHOLDER: "{%s}", PieceKind.BLANK: "[%s]"}[piece.kind]
        % piece.text
        for piece in pieces_of(source)
    )
    assert joined == source


@pytest.mark.large
def test_two_thousand_items_cost_little_more_than_parsing_and_are_remembered() -> None:
    item = GOOD[GOOD.index("[[item]]") :]
    many = "".join(item.replace("wait-apology", f"wait-{place}") for place in range(1999))
    body = (GOOD + many).encode()
    parsing = _taken(lambda: tomllib.loads(body.decode()))
    assert len(read_pack(body).items) == 2000
    assert _taken(lambda: read_pack(body)) < 6 * parsing  # parsing takes an eighth of a second
    remembered(body)
    assert _taken(lambda: remembered(body)) < parsing / 10


def _taken(work: Callable[[], object]) -> float:
    """The shorter of two, in CPU time: other tests' garbage is not counted."""
    gc.collect()
    taken = []
    for _ in range(2):
        began = process_time()
        work()
        taken.append(process_time() - began)
    return min(taken)


README = (Path(__file__).resolve().parents[1] / "templates_local" / "README.md").read_text("utf-8")


def test_the_example_in_the_readme_is_a_pack() -> None:
    example = README.split("```toml\n")[1].split("```")[0]
    pack = read_pack(example.encode())
    assert pack.items[0].when.text is True


def test_the_readme_knows_every_word_of_the_format() -> None:
    told = set(re.findall(r"`([a-z0-9_]+)`", README))
    fields = {field.alias or name for name, field in Pack.model_fields.items()} - {"item"}
    parts = {name for part in (Scope, When, NotFor, Blank) for name in part.model_fields}
    sets = (Topic, Flag, Kind, Risk, Forbid, Placeholder, CaseStep)
    closed = {value for closed_set in sets for value in closed_set}
    assert told >= fields | parts | closed | VERTICALS | {"variants", "when", "not_for"}

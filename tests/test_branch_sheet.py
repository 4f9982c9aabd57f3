"""Tables of branches: columns by their names in four languages, every problem by its row, twice is once."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.db import Database
from service.errors import FileUnreadable
from service.models import Branch, Listing
from service.sources.branch_columns import NAMES, columns_of, header_of, meant
from service.sources.sheet import written
from service.watch import branch_sheet, listings
from service.watch.branch_sheet import Known, Plan, read

DEFAULTS = {"tz": "UTC", "language": "en", "vertical": "general"}
YELP = "https://www.yelp.com/biz/{}"
HEAD = ("Branch", "City", "Time zone", "Yelp", "Google")


def a_plan(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD, known: Known | None = None) -> Plan:
    return read(written([head, *rows]), known or Known(), DEFAULTS)


@pytest.mark.parametrize(
    "head",
    [
        ("Branch", "City", "Time zone", "Language", "Trade", "Opening hours", "Listing"),
        ("Sucursal", "Ciudad", "Zona horaria", "Idioma", "Sector", "Horario", "Enlace"),
        ("Magasin", "Ville", "Fuseau horaire", "Langue", "Métier", "Horaires", "Lien"),
        ("Filiale", "Stadt", "Zeitzone", "Sprache", "Branche", "Öffnungszeiten", "Seite"),
        ("store_name", "CITY", "timeZone", "lang", "Business type", "Hours", "Page URL"),
    ],
)
def test_columns_are_found_by_their_names_in_four_languages(head: tuple[str, ...]) -> None:
    assert list(columns_of(head)) == ["name", "city", "tz", "language", "vertical", "hours", "url"]


def test_no_name_of_a_column_means_two_things() -> None:
    words = [
        " ".join(word.split())
        for names in NAMES.values()
        for word in set(names.replace("\n", " ").split(","))
    ]
    doubled = {word for word in words if words.count(word) > 1}
    assert doubled - {"telephone", "team"} == set()
    assert meant("Team") == "staff"


def test_titles_may_stand_above_the_row_of_names() -> None:
    assert header_of([("Our shops",), ("as of May", ""), ("Branch", "City")]) == 2
    assert header_of([("a", "b"), ("c", "d")]) is None


def test_a_row_says_a_branch_and_its_pages() -> None:
    plan = a_plan(
        ("North", "Leeds", "Europe/London", YELP.format("north"), "https://www.google.com/maps?cid=1234567")
    )
    (line,) = plan.lines
    assert line.problems == ()
    assert line.facts is not None
    assert (line.facts.city, line.facts.tz, line.facts.language) == ("Leeds", "Europe/London", "en")
    assert [page.site for page in line.pages] == ["yelp", "google_maps"]
    assert (len(plan.new_branches), len(plan.new_pages)) == (1, 2)


def test_a_second_row_of_a_branch_adds_a_page_and_contradicts_nothing() -> None:
    plan = a_plan(
        ("North", "Leeds", "Europe/London", YELP.format("north"), ""),
        ("north", "", "", YELP.format("north-2"), ""),
        ("North", "Hull", "", YELP.format("north-3"), ""),
    )
    assert [line.problems for line in plan.lines] == [
        (),
        (),
        ("City: row 2 says something else of this branch.",),
    ]
    assert (len(plan.new_branches), len(plan.new_pages)) == (1, 2)
    assert plan.new_branches[0].city == "Leeds"


def test_every_problem_of_every_row_is_told() -> None:
    plan = a_plan(
        ("", "Leeds", "", "", ""),
        ("North", "Leeds", "Leeds time", "north", "https://www.yelp.com/search?find_desc=cake"),
        ("East", "", "", YELP.format("east"), ""),
        ("West", "", "", YELP.format("east"), ""),
        ("South", "", "", YELP.format("taken"), ""),
        ("Lane", "", "", "https://local.yahoo.com/info-12345-lane", ""),
        known=Known(frozenset({"mill"}), {("yelp", "taken"): "mill"}),
    )
    told = {line.number: line.problems for line in plan.bad}
    assert told[2] == ("Branch: Say what the branch is called.",)
    assert [problem.split(":")[0] for problem in told[3]] == ["Time zone", "Page", "Page"]
    assert told[5] == ("Page: row 4 names it for another branch.",)
    assert told[6] == ("Page: it is watched already, for another branch.",)
    assert "Add the listing there" in told[7][0]
    assert [line.number for line in plan.good] == [4]


def test_what_is_there_already_is_no_news() -> None:
    known = Known(frozenset({"north"}), {("yelp", "north"): "north"})
    plan = a_plan(("North", "Leeds", "", YELP.format("north"), ""), known=known)
    assert plan.bad == []
    assert (plan.new_branches, plan.new_pages) == ([], [])


def test_columns_that_nobody_knows_are_named() -> None:
    plan = a_plan(("North", "x"), head=("Branch", "Floor space"))
    assert plan.unread == ["Floor space"]
    assert plan.read_as == [("Branch", "Branch")]


@pytest.mark.parametrize("body", [b"", b"\x00" * 99])
def test_what_is_no_table_of_branches_is_told(body: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read(body, Known(), DEFAULTS)


def test_where_no_column_names_the_branches_nothing_is_read_until_a_person_says_which() -> None:
    body = written([("Nickname", "Where", "Web"), ("North", "Leeds", YELP.format("north"))])
    plan = read(body, Known(), DEFAULTS)
    assert (plan.names_branches, plan.lines) == (False, ())
    told = read(body, Known(), DEFAULTS, {"name": (0,), "city": (1,), "url": (2, 9)})
    assert told.read_as == [("Branch", "Nickname"), ("City", "Where"), ("Page", "Web")]
    (line,) = told.good
    assert line.facts is not None
    assert (line.facts.name, line.facts.city, [page.site for page in line.pages]) == (
        *("North", "Leeds"),
        ["yelp"],
    )


def test_what_a_person_says_of_a_column_counts_before_its_name() -> None:
    body = written([("Branch", "City", "Real name"), ("17", "Leeds", "North")])
    plan = read(body, Known(), DEFAULTS, {"name": (2,)})
    assert [line.facts and line.facts.name for line in plan.good] == ["North"]
    assert plan.unread == ["Branch", "City"]


def test_storing_twice_is_storing_once(database: Database, now: datetime) -> None:
    plan = a_plan(("North", "", "", YELP.format("north"), ""), ("South", "", "", YELP.format("south"), ""))
    for _ in range(2):
        with database.transaction() as session:
            branch_sheet.store(session, plan, now)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Branch)) == 2
        assert session.scalar(select(func.count()).select_from(Listing)) == 2
        assert branch_sheet.known(session).pages == {("yelp", "north"): "north", ("yelp", "south"): "south"}
        assert session.scalars(select(Listing)).first().next_look_at == now  # type: ignore[union-attr]


def test_a_page_that_was_removed_is_watched_again(database: Database, now: datetime) -> None:
    plan = a_plan(("North", "", "", YELP.format("north"), ""))
    with database.transaction() as session:
        branch_sheet.store(session, plan, now)
        listings.remove(session, 1, now)
    with database.transaction() as session:
        again = read(
            written([HEAD, ("North", "", "", YELP.format("north"), "")]),
            branch_sheet.known(session),
            DEFAULTS,
        )
        branch_sheet.store(session, again, now)
    with database.reading() as session:
        listing = session.get_one(Listing, 1)
        assert (listing.active, listing.removed_at) == (True, None)


@pytest.mark.large
def test_ten_thousand_rows_are_read() -> None:
    rows = [(f"Branch {n}", "Leeds", "Europe/London", YELP.format(f"b-{n}"), "") for n in range(10_000)]
    assert len(a_plan(*rows).good) == 10_000


# What can come out of a table: no zero byte, and no half of a character.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=5, max_size=5).map(tuple), max_size=6))
def test_whatever_stands_in_a_row_is_kept_or_told(rows: list[tuple[str, ...]]) -> None:
    plan = a_plan(("North", "", "", "", ""), *rows)
    assert len(plan.good) + len(plan.bad) == len(plan.lines)
    assert all(line.facts is not None for line in plan.good)

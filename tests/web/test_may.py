"""Every address of the desk, walked as every role, as a neighbour, and as nobody.

The table is written out, apart from the code's own: an address that is new fails until somebody has said here
what each of them is answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Question
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import browser
from tests.web.reading import form_token

ALL = "alert_only viewer branch area approver legal admin"
"""Roles for the whole installation."""

READERS = "viewer branch area approver legal admin here"
ACTORS = "branch area admin here"
WHOLE = "area admin"

TABLE = {
    # where a place is named, "here" is the manager of that branch, and "neighbour" of another
    "alerts.alerts": f"{READERS} neighbour",
    "alerts.rung": f"{READERS} neighbour",
    "inbox.arrived": f"{READERS} neighbour",
    "health.health": f"{READERS} neighbour",
    "inbox.inbox": f"{READERS} neighbour",
    "review.review": READERS,
    "health.look_now": ACTORS,
    "mentions.read": ACTORS,
    "answering.copied": ACTORS,
    "answering.here": ACTORS,
    "answering.said": ACTORS,
    "handling.acted": ACTORS,
    "wrong.said": ACTORS,
    "cases.acted": ACTORS,
    "asking.asked": f"{ACTORS} approver",
    "questions.questions": f"{ACTORS} neighbour",
    "questions.answered": ACTORS,
    "begin.begin": "admin",
    "begin.branch": "admin",
    "begin.channel": "admin",
    "begin.listing": "admin",
    "branch_import.form": WHOLE,
    "branch_import.keep": WHOLE,
    "branch_import.look": WHOLE,
    "branch_import.rejected": WHOLE,
    "branches.all_of_them": f"{READERS} neighbour",
    "branches.one": READERS,
    "branches.form": WHOLE,
    "branches.own_address": WHOLE,
    "branches.make": WHOLE,
    "branches.edit": WHOLE,
    "branches.change": WHOLE,
    "listings.form": WHOLE,
    "listings.add": WHOLE,
    "listings.one": READERS,
    "listings.ask_to_pause": WHOLE,
    "listings.ask_to_remove": WHOLE,
    "listings.pause": WHOLE,
    "listings.remove": WHOLE,
    "listings.resume": WHOLE,
    "bringing.hub": WHOLE,
    "bringing.file_form": WHOLE,
    "bringing.take_file": WHOLE,
    "paste.form": WHOLE,
    "paste.keep": WHOLE,
    "paste.look": WHOLE,
    "runs.end": WHOLE,
    "runs.one": WHOLE,
    "runs.progress": WHOLE,
    "runs.rejected": WHOLE,
    "runs.resume": WHOLE,
    "runs.settle": WHOLE,
    "runs.stop": WHOLE,
    "upload.form": WHOLE,
    "upload.reading": WHOLE,
    "feeds.add": WHOLE,
    "feeds.ask_to_remove": WHOLE,
    "feeds.feeds": WHOLE,
    "feeds.remove": WHOLE,
    "reports.reports": f"{READERS} neighbour",
    "reports.table": f"{READERS} neighbour",
    "channels.add": WHOLE,
    "channels.ask_to_remove": WHOLE,
    "channels.channels": WHOLE,
    "channels.pause": WHOLE,
    "channels.remove": WHOLE,
    "channels.resume": WHOLE,
    "channels.test": WHOLE,
    "channels.weekly": WHOLE,
    "rules.add": WHOLE,
    "rules.change": WHOLE,
    "rules.move": WHOLE,
    "rules.new": WHOLE,
    "rules.one": WHOLE,
    "rules.remove": WHOLE,
    "mailboxes.mailboxes": WHOLE,
    "mails.aside": WHOLE,
    "mails.forget": WHOLE,
    "mails.one": WHOLE,
    "mails.place": WHOLE,
    "mails.shapes": WHOLE,
    "mails.teach": WHOLE,
    "mails.withdraw": WHOLE,
    "settings.backup": "admin",
    "settings.chain": "approver legal admin",
    "settings.kept": "admin",
    "settings.second": "admin",
    "settings.settings": "admin",
    "hooks.add": "admin",
    "hooks.again": "admin",
    "hooks.ask_to_remove": "admin",
    "hooks.change": "admin",
    "hooks.hooks": "admin",
    "hooks.one": "admin",
    "hooks.pause": "admin",
    "hooks.remove": "admin",
    "hooks.resume": "admin",
    "hooks.rotate": "admin",
    "hooks.test": "admin",
    "people.ask_to_leave": "admin",
    "people.give": "admin",
    "people.invite": "admin",
    "people.leave": "admin",
    "people.link": "admin",
    "people.one": "admin",
    "people.people": "admin",
    "people.withdraw": "admin",
    "resetting.reset": "admin",
    "mailbox_add.add": "admin",
    "mailbox_add.add_hook": "admin",
    "mailbox_add.ask_to_remove": "admin",
    "mailbox_add.form": "admin",
    "mailbox_add.hook_form": "admin",
    "mailbox_add.remove": "admin",
    "mailbox_sign_in.form": "admin",
    "mailbox_sign_in.returned": "admin",
    "clean.end_demo": "admin",
    "packs.packs": f"{READERS} neighbour",
    "pack.pack": f"{READERS} neighbour",
    "pack.exact": f"{READERS} neighbour",
    "pack.printed": f"{READERS} neighbour",
    "asked_words.asked": "approver legal",
    "asked_words.give": "approver legal",
    "asked_words.one": "approver legal",
    "asked_words.recall": "approver legal admin",
    "asked_words.refuse": "approver legal",
    "drafts.edit": "approver admin",
    "drafts.typed": "approver admin",
    "pair.approve": f"{READERS} neighbour",
    "pair.deny": f"{READERS} neighbour",
    "pair.form": f"{READERS} neighbour",
    "pair.typed": f"{READERS} neighbour",
    "paired.automatic": f"{READERS} neighbour",
    "paired.browsers": f"{READERS} neighbour",
    "paired.capture": "admin",
    "paired.end": f"{READERS} neighbour",
    "paired.end_all": f"{READERS} neighbour",
    "paired.extension": f"{READERS} neighbour",
    "put_right.put_right": f"{READERS} neighbour",
    "swept.sweep": f"{READERS} neighbour",
    "withdrawing.ask": "approver legal admin",
    "withdrawing.recall": "approver legal admin",
    "signing_packs.sign": "approver legal",
    "signing_packs.send_back": "approver legal",
    "signing_packs.submit": "approver admin",
    "phone.phone": f"{ALL} here neighbour",
    "phone.remove": f"{ALL} here neighbour",
    "phone.ring_here": f"{ALL} here neighbour",
    "phone.test": f"{ALL} here neighbour",
    "factors.add": f"{ALL} here neighbour",
    "factors.factors": f"{ALL} here neighbour",
    "factors.prove": f"{ALL} here neighbour",
    "factors.recovery": f"{ALL} here neighbour",
    "factors.remove": f"{ALL} here neighbour",
    "factors.set_up": f"{ALL} here neighbour",
    "factors.turn_off": f"{ALL} here neighbour",
    "factors.turn_on": f"{ALL} here neighbour",
    "you.you": f"{ALL} here neighbour",
    "you.end": f"{ALL} here neighbour",
    "you.end_others": f"{ALL} here neighbour",
    "you.language": f"{ALL} here neighbour",
    "you.password": f"{ALL} here neighbour",
    "you.pin": f"{ALL} here neighbour",
}

OPEN = {
    # the way in
    *("first_account.form", "first_account.make", "sign_in.again", "sign_in.ask_for_link", "sign_in.by_link"),
    *("sign_in.by_password", "sign_in.form", "sign_in.link", "sign_in.sign_out"),
    *("second.by_code", "second.by_passkey"),
    # each proves its caller itself, or has nothing to hide
    *(
        "static",
        "healthz.healthz",
        "inbound_mail.posted",
        "installed.manifest",
        "installed.offline",
        "installed.worker",
        "packfeed.statement",
        "packfeed.pack",
        "packfeed.receipt",
    ),
    *("letters.leave", "letters.left", "letters.one_listing", "letters.one_review"),
    *("letters.one_answer", "letters.copy", "letters.copied", "letters.told"),
}

PEOPLE: dict[str, tuple[Role, ScopeKind, str]] = {
    **{role.value: (role, ScopeKind.ALL, "") for role in Role},
    "here": (Role.BRANCH, ScopeKind.BRANCH, "harbour"),
    "neighbour": (Role.BRANCH, ScopeKind.BRANCH, "mill"),
}


@dataclass(frozen=True, slots=True)
class Town:
    """A desk with something of one branch on it, and people who are signed in."""

    app: Flask
    browsers: dict[str, FlaskClient]
    listing: int
    review: int
    mention: int
    question: int


@pytest.fixture
def town(app: Flask, sqlite_database: Database, now: datetime) -> Town:
    rows, people = Rows(sqlite_database, now), People(sqlite_database, now)
    listing = rows.listing(rows.branch("Harbour Street", code="harbour"))
    rows.listing(rows.branch("Old Mill", code="mill"))
    rows.source(listing, health="ok")
    review = rows.review(listing)
    mention = rows.mention(listing, title="A walk along the harbour", due_claim_at=now)
    rows.alert(review, listing)
    payload = {"item": {}, "route": "mail", "candidates": [review], "at": now.isoformat()}
    payload |= {"proven": True, "past": False}
    question = rows.add(
        Question(kind="twins", dedupe_key="x", listing_id=listing, asked_at=now, payload=payload)
    )
    people.owner()
    browsers = {name: browser(app, people, people.person(name, *what)) for name, what in PEOPLE.items()}
    return Town(app, browsers, listing, review, mention, question)


def addresses(app: Flask) -> list[tuple[str, str, Rule]]:
    """Every address with each of its methods; the API asks no role of a session: ``test_api`` walks it."""
    asked = ("GET", "POST")
    return [
        (rule.endpoint, method, rule)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("api.")
        for method in asked
        if method in (rule.methods or ())
    ]


def path_of(town: Town, endpoint: str, rule: Rule) -> str:
    known = {
        "listing_id": town.listing,
        "review_id": town.mention if endpoint.startswith("mentions") else town.review,
        "number": town.question if endpoint.startswith("questions") else 99,
        "act": "add" if endpoint.startswith("cases") else "claim",
        "run_id": 99,
        "branch_id": 1,
    }
    numbered = re.sub(r"<int:(\w+)>", lambda found: str(known.get(found[1], 99)), rule.rule)
    return re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda found: str(known.get(found[1], "x")), numbered)


def refused(client: FlaskClient, path: str, method: str) -> bool:
    """Whether the gate refuses it. A form without its token gets as far as its own refusal."""
    answer = client.open(path, method=method)
    return answer.status_code == 403 and "Not yours to do" in answer.text


def test_every_address_is_in_the_table(app: Flask) -> None:
    """A new screen must be looked at here before anybody gets there."""
    assert {endpoint for endpoint, _, _ in addresses(app)} == set(TABLE) | OPEN


@pytest.mark.large
def test_every_address_answers_those_it_may_and_refuses_the_others(town: Town) -> None:
    wrong = []
    for endpoint, method, rule in addresses(town.app):
        if endpoint in OPEN:
            continue
        path, allowed = path_of(town, endpoint, rule), set(TABLE[endpoint].split())
        for name, client in town.browsers.items():
            if refused(client, path, method) == (name in allowed):
                wrong.append((endpoint, method, name))
    assert wrong == []


def test_nobody_gets_past_the_door(town: Town) -> None:
    got_in = []
    for endpoint, method, rule in addresses(town.app):
        if endpoint in OPEN:
            continue
        answer = town.app.test_client().open(path_of(town, endpoint, rule), method=method)
        led = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
        if not (led if method == "GET" else answer.status_code == 401):
            got_in.append((endpoint, method, answer.status_code))
    assert got_in == []


def test_an_address_that_nobody_thought_of_opens_to_nobody(town: Town) -> None:
    town.app.add_url_rule("/new", "new", lambda: "hello")
    assert refused(town.browsers["admin"], "/new", "GET")
    assert town.app.test_client().get("/new").status_code == 303


def test_no_address_is_an_address_of_nobodys(town: Town) -> None:
    assert town.app.test_client().get("/nowhere").status_code == 404
    assert town.browsers["viewer"].get("/nowhere").status_code == 404


def test_lists_hold_what_a_person_may_read_and_nothing_else(town: Town) -> None:
    for path, told in (
        ("/", "Marta K."),
        ("/", "Harbour Street"),
        ("/?state=mentions", "A walk along the harbour"),
        ("/alerts", "Harbour Street"),
        ("/health", "Harbour Street"),
        ("/questions", "Is this a review we know?"),
        ("/branches", "Harbour Street"),
    ):
        for name in ("here", "branch", "admin"):
            assert told in town.browsers[name].get(path).text, (path, name)
        assert told not in town.browsers["neighbour"].get(path).text, path
    assert "Old Mill" in town.browsers["neighbour"].get("/health").text
    assert "Old Mill" not in town.browsers["here"].get("/health").text


def test_figures_count_what_a_person_may_read(town: Town) -> None:
    def told(name: str) -> list[str]:
        return re.findall(r"<strong>(\d+)</strong>", town.browsers[name].get("/").text)

    assert told("here") == told("admin") != told("neighbour")
    assert told("neighbour") == ["0"]


@pytest.mark.parametrize(
    ("name", "looks", "reads", "brings"),
    [
        ("viewer", False, False, False),
        ("here", True, True, False),
        ("area", True, True, True),
        ("approver", False, False, False),
    ],
)
def test_screens_hide_what_a_person_may_not_do(
    town: Town, name: str, looks: bool, reads: bool, brings: bool
) -> None:
    page = town.browsers[name].get("/health").text
    assert ("Look now" in page) == looks
    assert ('href="/bring"' in page) == brings
    assert ("I have read it" in town.browsers[name].get(f"/reviews/{town.mention}").text) == reads


def test_who_is_only_told_of_things_is_shown_no_way_into_lists(town: Town) -> None:
    page = town.browsers["alert_only"].get("/you").text
    assert 'href="/alerts"' not in page
    assert "told only" in page


def test_whoever_acts_is_named(town: Town, sqlite_database: Database) -> None:
    client = town.browsers["here"]
    token = form_token(client.get("/questions"))
    client.post(f"/questions/{town.question}", data={"form_token": token, "choice": str(town.review)})
    with sqlite_database.reading() as session:
        assert session.get_one(Question, town.question).answered_by == "here"

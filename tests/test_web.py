"""The desk: what each screen shows, who may reach it, and that nobody's words ever act."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import TestResponse

from service.approval.folder import add_folder
from service.db import Database
from service.demo.signers import sign_all
from service.domain import HELD_FLAGS, EventKind, Health, Outcome, ReviewState, Route, Urgency
from service.installation import demo_since
from service.models import Channel, Listing
from service.people.links import Links, Purpose
from service.settings import CHECKOUT, Settings, the_secret
from service.web import words
from service.web.app import create_app
from service.web.gate import Visit, closed_because, is_loopback
from service.web.shown import pieces, safe_link
from service.web.strip import drawn
from tests.desk_rows import Rows, triage

HERE = Visit(remote="127.0.0.1", host="127.0.0.1", proxied=False)
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def app(settings: Settings, sqlite_database: Database, now: datetime) -> Flask:
    return create_app(settings, sqlite_database, lambda: now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def rows(sqlite_database: Database, now: datetime) -> Rows:
    return Rows(sqlite_database, now)


@pytest.fixture
def shop(rows: Rows) -> int:
    """One listing of one branch."""
    return rows.listing(rows.branch("Harbour Street", code="harbour"))


@pytest.fixture
def links(settings: Settings) -> Links:
    return Links(the_secret(settings), settings.public_url)


def form_token(page: TestResponse) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found, "the page has no form"
    return found[1]


def names_in_order(page: TestResponse) -> list[str]:
    return re.findall(r'<a href="/reviews/\d+"><bdi>([^<]*)</bdi>', page.text)


# Who may reach the desk


def test_the_desk_opens_to_this_machine(settings: Settings) -> None:
    assert closed_because(settings, HERE) is None
    assert closed_because(settings, Visit("::1", "localhost", proxied=False)) is None


@pytest.mark.parametrize(
    "visit",
    [
        Visit("192.168.4.7", "127.0.0.1", proxied=False),
        Visit("127.0.0.1", "desk.example.com", proxied=False),
        Visit("127.0.0.1", "127.0.0.1", proxied=True),
        Visit("", "127.0.0.1", proxied=False),
        Visit("2001:db8::1", "localhost", proxied=False),
    ],
)
def test_the_desk_is_closed_to_others(settings: Settings, visit: Visit) -> None:
    assert closed_because(settings, visit)


@pytest.mark.parametrize("published", [{"host": "0.0.0.0"}, {"url": "https://bell.example.com"}])
def test_the_desk_is_closed_as_soon_as_others_could_reach_it(published: dict[str, str]) -> None:
    assert closed_because(Settings(**published), HERE)  # type: ignore[arg-type]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_a_proxy_is_noticed_and_its_word_is_not_taken(client: FlaskClient, header: str) -> None:
    answer = client.get("/", headers={header: "127.0.0.1"})
    assert answer.status_code == 403
    assert "proxy" in answer.text


def test_a_closed_desk_says_why_and_still_opens_links_from_alerts(
    sqlite_database: Database, tmp_path: Path, now: datetime, rows: Rows, shop: int
) -> None:
    settings = Settings(data=tmp_path, url="https://bell.example.com")
    client = create_app(settings, sqlite_database, lambda: now).test_client()
    token = Links(the_secret(settings), settings.public_url).token(Purpose.REVIEW, rows.review(shop), now)
    outside = {"base_url": "https://bell.example.com", "environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    refused = client.get("/", **outside)  # type: ignore[arg-type]
    assert refused.status_code == 403
    assert "published as https://bell.example.com" in refused.text
    with client.get("/static/desk.css", **outside) as style:  # type: ignore[arg-type]
        assert style.status_code == 200
    assert client.get("/healthz", **outside).status_code == 200  # type: ignore[arg-type]
    letter = client.get(f"/r/{token}", **outside)  # type: ignore[arg-type]
    assert letter.status_code == 200
    assert "Marta K." in letter.text


@pytest.mark.parametrize("path", ["/", "/alerts", "/health", "/read", "/reviews/1", "/nowhere"])
def test_no_screen_opens_from_another_machine(client: FlaskClient, path: str) -> None:
    assert client.get(path, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403


def test_every_route_is_either_closed_to_others_or_known_to_be_open(app: Flask) -> None:
    """A new screen must be looked at here before it is open to the world."""
    client = app.test_client()
    opened = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        method = "POST" if rule.methods and "GET" not in rule.methods else "GET"
        answer = client.open(path, method=method, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
        if answer.status_code != 403:
            opened.add(rule.endpoint)
    letters = {f"letters.{name}" for name in ("one_review", "one_listing", "leave", "left")}
    assert opened == {"static", "healthz.healthz"} | letters


def test_another_host_name_is_refused_before_anything_is_read(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "SHOPBELL_URL" in answer.text


def test_a_health_check_may_come_under_any_name(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"Host": "10.1.2.3:8080"}).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "localhost"])
def test_loopback_is_this_machine_in_every_notation(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["", "0.0.0.0", "10.0.0.1", "::ffff:10.0.0.1", "localhost.evil.example"])
def test_what_is_not_loopback_is_not_this_machine(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize("path", ["/", "/read", "/healthz", "/static/desk.css", "/nowhere", "/r/x"])
def test_every_answer_is_sealed(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_with_peoples_words_are_not_kept_by_browsers(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"
    with client.get("/static/desk.css") as style:
        assert "max-age" in style.headers["Cache-Control"]


def test_no_template_carries_script_or_style_of_its_own() -> None:
    folder = Path(__file__).resolve().parents[1] / "service" / "web" / "templates"
    for template in folder.glob("*.html"):
        markup = template.read_text(encoding="utf-8")
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|\|\s*safe|javascript:", markup), template


# Forms


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    assert client.post("/demo/end").status_code == 403
    with rows.database.reading() as session:
        assert demo_since(session) is not None


def test_a_token_from_another_browser_is_refused(app: Flask, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    mine, theirs = app.test_client(), app.test_client()
    mine.get("/read")
    token = form_token(theirs.get("/read"))
    assert mine.post("/demo/end", data={"form_token": token}).status_code == 403


def test_a_form_sent_by_another_site_is_refused(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    token = form_token(client.get("/"))
    answer = client.post("/demo/end", data={"form_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_form_with_its_token_acts_and_leads_on(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    token = form_token(client.get("/"))
    answer = client.post("/demo/end", data={"form_token": token}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    with rows.database.reading() as session:
        assert demo_since(session) is None


def test_the_forms_cookie_is_for_our_pages_alone(client: FlaskClient) -> None:
    cookie = client.get("/read").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


# The inbox


def test_the_most_urgent_comes_first_and_what_nobody_judged_is_not_hidden(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    soon, later = rows.now + timedelta(hours=1), rows.now + timedelta(hours=9)
    rows.review(shop, author="Calm", urgency="low")
    rows.review(shop, author="Later", urgency="high", due_public_at=later)
    rows.review(shop, author="Soon", urgency="high", due_public_at=soon)
    rows.review(shop, author="Unjudged", urgency=None, triage=None)
    rows.review(shop, author="Held", urgency="held")
    page = client.get("/")
    assert names_in_order(page) == ["Held", "Unjudged", "Soon", "Later", "Calm"]
    assert "Not judged" in page.text


def test_the_inbox_says_what_a_manager_must_know(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.review(
        shop,
        urgency="held",
        due_claim_at=rows.now + timedelta(minutes=42),
        triage=triage("held", ["illness"], "illness: 'were ill'"),
    )
    page = client.get("/").text
    for told in (
        "Harbour Street",
        "tablenotes.example",
        "2 of 5 stars",
        "42 minutes left",
        "We waited forty",
    ):
        assert told in page
    assert "Held: illness" in page
    assert "illness: &#39;were ill&#39;" in page


def test_overdue_is_said_in_words(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.review(shop, due_public_at=rows.now - timedelta(hours=3))
    page = client.get("/").text
    assert "3 hours overdue" in page
    assert "<strong>1</strong>overdue" in page


@pytest.mark.parametrize(
    ("facts", "shelf"),
    [
        ({}, "open"),
        ({"state": "vanished"}, "open"),
        ({"baseline": True}, "past"),
        ({"state": "answered"}, "answered"),
        ({"state": "closed"}, "ended"),
        ({"removed_at": datetime(2026, 11, 22, 8, tzinfo=UTC)}, "ended"),
    ],
)
def test_every_review_lies_on_one_shelf(
    client: FlaskClient, rows: Rows, shop: int, facts: dict[str, object], shelf: str
) -> None:
    rows.review(shop, **facts)
    held = [
        name
        for name in ("open", "past", "answered", "ended")
        if names_in_order(client.get(f"/?state={name}"))
    ]
    assert held == [shelf]
    assert names_in_order(client.get("/?state=all")) == ["Marta K."]


def test_a_snoozed_review_sleeps_until_its_hour(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.review(shop, author="Sleeps", snoozed_until=rows.now + timedelta(hours=1))
    rows.review(shop, author="Woke", snoozed_until=rows.now - timedelta(hours=1))
    assert names_in_order(client.get("/")) == ["Woke"]


def test_erased_words_are_nowhere(client: FlaskClient, rows: Rows, shop: int) -> None:
    erased = rows.review(shop, author="Gone", erased_at=rows.now)
    for shelf in ("open", "past", "answered", "ended", "all"):
        assert names_in_order(client.get(f"/?state={shelf}")) == []
    assert client.get(f"/reviews/{erased}").status_code == 404


def test_the_inbox_is_filtered_by_branch_and_site(client: FlaskClient, rows: Rows, shop: int) -> None:
    other = rows.listing(rows.branch("Kornmarkt", code="korn"), "ortsgespraech.example")
    rows.review(shop, author="Here")
    rows.review(other, author="There")
    assert names_in_order(client.get("/?branch=korn")) == ["There"]
    assert names_in_order(client.get("/?site=tablenotes.example")) == ["Here"]
    assert names_in_order(client.get("/?branch=korn&site=tablenotes.example")) == []


def test_a_long_inbox_has_pages_that_keep_the_filter(client: FlaskClient, rows: Rows, shop: int) -> None:
    for number in range(30):
        rows.review(shop, author=f"Guest {number}")
    first, second = client.get("/?branch=harbour"), client.get("/?branch=harbour&page=2")
    assert (len(names_in_order(first)), len(names_in_order(second))) == (25, 5)
    assert 'href="/?branch=harbour&amp;page=2"' in first.text
    assert not set(names_in_order(first)) & set(names_in_order(second))


@pytest.mark.parametrize(
    "query", ["page=0", "page=-3", "page=x", "page=9999999999999", "state=what", "live=maybe"]
)
def test_a_strange_address_shows_the_inbox(client: FlaskClient, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 200


def test_the_page_renews_itself_only_when_asked(client: FlaskClient, rows: Rows, shop: int) -> None:
    assert "Refresh" not in client.get("/").headers
    live = client.get("/?live=1")
    assert live.headers["Refresh"] == "10"
    assert "Hold it still" in live.text


def test_an_empty_installation_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "shopbell add https://" in page
    assert "shopbell demo" in page


def test_an_empty_inbox_is_not_called_peace(client: FlaskClient, shop: int) -> None:
    page = client.get("/").text
    assert "Nothing needs a reply" in page
    assert "not the same as silence" in page


# One review


def test_a_review_shows_its_history_and_who_told_us_what(client: FlaskClient, rows: Rows, shop: int) -> None:
    review = rows.review(
        shop,
        text="It was fine after all.",
        provenance={
            "text": ["page", rows.now.isoformat(), None],
            "posted": ["page", rows.now.isoformat(), "day"],
        },
    )
    rows.version(review, 1, "It was awful.", seen_at=rows.now - timedelta(hours=4))
    rows.version(review, 2, "It was fine after all.", "Thank you!", seen_at=rows.now - timedelta(hours=1))
    page = client.get(f"/reviews/{review}").text
    assert "Words, owner&#39;s reply</strong>" in page or "Words, owner&#39;s reply changed" in page
    assert "It was awful." in page
    assert "public page (to the day)" in page
    assert page.index("1 hour ago") < page.index("First heard")


def test_a_review_without_words_says_so(client: FlaskClient, rows: Rows, shop: int) -> None:
    review = rows.review(shop, text=None)
    assert "A rating without words." in client.get(f"/reviews/{review}").text


def test_the_past_is_marked_and_nothing_of_it_is_due(client: FlaskClient, rows: Rows, shop: int) -> None:
    review = rows.review(shop, baseline=True, due_public_at=rows.now - timedelta(days=40))
    page = client.get(f"/reviews/{review}").text
    assert "from before we listened" in page
    assert "overdue" not in page


def test_an_unjudged_review_says_not_judged(client: FlaskClient, rows: Rows, shop: int) -> None:
    review = rows.review(shop, urgency=None, triage=None)
    page = client.get(f"/reviews/{review}").text
    assert "Not judged" in page
    assert "it may be anything" in page


def test_flags_that_nobody_judged_are_not_called_none(client: FlaskClient, rows: Rows, shop: int) -> None:
    review = rows.review(shop, triage=triage() | {"flags": None, "topics": []})
    page = client.get(f"/reviews/{review}").text
    assert "<dt>Flags</dt><dd>not judged</dd>" in page
    assert "<dt>Topics</dt><dd>not judged</dd>" in page


def test_where_no_reply_fits_the_page_says_why_and_offers_nothing(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    page = client.get(f"/reviews/{rows.review(shop)}").text
    assert "No reply is suggested" in page
    assert "<textarea" not in page


@pytest.fixture
def approved(rows: Rows) -> None:
    """The packs that ship, signed by two people."""
    with rows.database.transaction() as session:
        sign_all(session, CHECKOUT, rows.now)


@pytest.fixture
def restaurant(rows: Rows) -> int:
    return rows.listing(rows.branch("Harbour Street", vertical="restaurant", sign_off="Dana and the team"))


@pytest.mark.usefixtures("approved")
def test_a_fitting_reply_is_shown_with_its_blank_and_its_reasons(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    page = client.get(f"/reviews/{rows.review(restaurant)}").text
    assert "An approved reply" in page
    assert re.search(r'<mark class="blank"><span class="only-read">Blank for you to fill: </span>\[', page)
    assert '<span class="filled">Marta</span>' in page
    assert "topic wait: &#39;forty minutes&#39;" in page
    assert re.search(r"Pack [a-z-]+, serial \d+, item [a-z-]+, variant \d", page)


@pytest.mark.usefixtures("approved")
def test_a_held_review_gets_a_holding_reply_and_nothing_else(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    held = rows.review(restaurant, urgency="held", triage=triage("held", ["illness"], "flag illness: 'ill'"))
    page = client.get(f"/reviews/{held}").text
    assert page.count('class="reply-text"') >= 1
    assert set(re.findall(r"Pack ([a-z-]+), serial", page)) == {"holding-en"}


def test_a_pack_nobody_signed_is_never_shown(client: FlaskClient, rows: Rows, restaurant: int) -> None:
    with rows.database.transaction() as session:
        add_folder(session, CHECKOUT / "templates_local", rows.now)
    page = client.get(f"/reviews/{rows.review(restaurant)}").text
    assert "no pack is approved here" in page
    assert "reply-text" not in page


@pytest.mark.usefixtures("approved")
def test_the_page_offers_what_the_alert_offered_even_after_others_rang(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    def offered(review: int) -> tuple[str, str]:
        found = re.search(
            r"Pack ([a-z-]+), .*?, item ([a-z-]+), variant (\d)", client.get(f"/reviews/{review}").text
        )
        assert found
        return found[0], found[3]

    first, second = rows.review(restaurant), rows.review(restaurant)
    before = offered(first)
    pack, item = re.findall(r"(?:Pack|item) ([a-z-]+)", before[0])
    hint = {"pack": pack, "item": item, "variant": int(before[1])}
    rows.alert(first, restaurant, posting_hint=hint)
    assert offered(first) == before
    assert offered(second) != before
    rows.alert(second, restaurant, posting_hint=hint | {"variant": 3})
    assert offered(first) == before


@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"reply_text": "Thank you!"}, "answered already"),
        ({"removed_at": datetime(2026, 11, 22, 8, tzinfo=UTC)}, "no longer on the site"),
        ({"triage": None, "urgency": None}, "not judged yet"),
    ],
)
def test_nothing_is_offered_where_nothing_is_to_be_said(
    client: FlaskClient, rows: Rows, restaurant: int, facts: dict[str, object], why: str
) -> None:
    page = client.get(f"/reviews/{rows.review(restaurant, **facts)}").text
    assert why in page
    assert "reply-text" not in page


@pytest.mark.parametrize("review", [99, 0])
def test_a_review_that_is_not_there_is_404(client: FlaskClient, review: int) -> None:
    assert client.get(f"/reviews/{review}").status_code == 404


# Nobody's words act


def test_no_words_of_strangers_become_markup(client: FlaskClient, rows: Rows, links: Links) -> None:
    listing = rows.listing(rows.branch(EVIL, code="evil"), rating=4.0, best=5.0)
    rows.source(listing, health="walled", evidence=[EVIL])
    rows.look(listing, Outcome.WALLED, evidence=[EVIL])
    review = rows.review(
        listing,
        author=EVIL,
        title=EVIL,
        text=EVIL,
        reply_text=EVIL,
        posted_shown=EVIL,
        posted_precision="relative",
        language='en" onmouseover="x',
        triage=triage("high", ["illness"], EVIL) | {"language": EVIL},
        permalink="javascript:alert(1)",
    )
    rows.version(review, 1, EVIL, EVIL)
    rows.version(review, 2, EVIL + "2", EVIL)
    channel = rows.channel(rows.person(EVIL), title=EVIL)
    alert = rows.alert(review, listing)
    rows.delivery(alert, channel, state="failed", last_error=EVIL)
    token = links.token(Purpose.REVIEW, review, rows.now)
    place = links.token(Purpose.LISTING, listing, rows.now)
    for path in ("/", f"/reviews/{review}", "/alerts", "/health", f"/r/{token}", f"/l/{place}"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<img src=x" not in page.text
        assert "javascript:" not in page.text
        assert ' onmouseover="x' not in page.text


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.com/x",
        "//example.com",
        "/reviews/1",
        "http://",
        "https://exa mple.com/",
        "https://example.com/\nSet-Cookie: x",
        "http://[::1",
        "https://example.com/" + "x" * 3000,
    ],
)
def test_only_web_addresses_are_links(address: str | None) -> None:
    assert safe_link(address) is None


def test_a_web_address_is_a_link_that_tells_the_site_nothing(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    review = rows.review(shop, permalink="https://tablenotes.example/1?a=b&c=d")
    page = client.get(f"/reviews/{review}").text
    assert 'href="https://tablenotes.example/1?a=b&amp;c=d" rel="noopener noreferrer"' in page


# Alerts


def test_an_alert_shows_its_message_and_what_came_of_it(client: FlaskClient, rows: Rows, shop: int) -> None:
    person = rows.person()
    desk, mail = rows.channel(person), rows.channel(person, "mail", "mail to Dana")
    alert = rows.alert(rows.review(shop), shop)
    rows.delivery(alert, desk)
    rows.delivery(alert, mail, state="failed", sent_at=None, tries=6, last_error="550 no such mailbox")
    page = client.get("/alerts").text
    assert "Harbour Street: 2 of 5 stars on TableNotes, from Marta K." in page
    assert "We waited forty minutes" in page
    assert "delivered" in page
    assert "after 6 tries: 550 no such mailbox" in page


def test_an_alert_waiting_to_be_tried_again_says_when(client: FlaskClient, rows: Rows, shop: int) -> None:
    alert = rows.alert(rows.review(shop), shop)
    later = rows.now + timedelta(minutes=4)
    rows.delivery(
        alert,
        rows.channel(rows.person()),
        state="queued",
        tries=2,
        sent_at=None,
        last_error="the server hung",
        next_try_at=later,
    )
    page = client.get("/alerts").text
    assert "will be tried again" in page
    assert "in 4 minutes" in page


def test_an_alert_to_nobody_says_so(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.alert(rows.review(shop), shop)
    assert "nobody was told" in client.get("/alerts").text


def test_without_a_channel_the_alerts_screen_says_how_to_name_one(client: FlaskClient) -> None:
    assert "shopbell channel add" in client.get("/alerts").text


def test_many_alerts_have_pages(client: FlaskClient, rows: Rows, shop: int) -> None:
    for _ in range(27):
        rows.alert(rows.review(shop), shop)
    assert client.get("/alerts").text.count("<article") == 25
    assert client.get("/alerts?page=2").text.count("<article") == 2


# Health


def test_a_wall_is_shown_with_evidence_and_what_to_do(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.source(shop, health="walled", last_ok_at=rows.now - timedelta(hours=2), evidence=["HTTP 403"])
    rows.look(shop, Outcome.OK, timedelta(hours=2), n=12)
    rows.look(shop, Outcome.WALLED, evidence=["HTTP 403"])
    page = client.get("/health").text
    assert "The site shuts us out" in page
    assert "HTTP 403" in page
    assert "2 hours ago" in page
    assert words.MEND[Health.WALLED] in page
    assert "The last 2 looks: 1 read, 1 a wall; the newest: a wall." in page
    assert "<strong>1</strong>needs somebody" in page


def test_what_is_unwell_comes_first(client: FlaskClient, rows: Rows) -> None:
    for name, health in (("Alma", "ok"), ("Zora", "layout")):
        rows.source(rows.listing(rows.branch(name)), health=health)
    page = client.get("/health").text
    assert page.index("Zora") < page.index("Alma")


def test_looks_are_drawn_and_told_as_a_table(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.source(shop, health="ok")
    for minute in range(50):
        rows.look(shop, Outcome.UNCHANGED, timedelta(minutes=minute))
    page = client.get("/health").text
    assert page.count("<rect") == 40
    assert page.count("<td>unchanged</td>") == 40


def test_a_bad_look_is_told_apart_without_colour() -> None:
    good, quiet, bad = drawn([Outcome.OK, Outcome.UNCHANGED, Outcome.WALLED]).marks
    assert good.height > quiet.height
    assert bad.y == 0 < good.y < quiet.y


def test_no_looks_are_drawn_as_none() -> None:
    assert drawn([]).words == "No looks yet."


def test_look_now_brings_the_look_forward_and_leads_back(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.source(shop, health="ok")
    with rows.database.transaction() as session:
        listing = session.get_one(Listing, shop)
        listing.next_look_at = rows.now + timedelta(hours=20)
        listing.last_look_at = rows.now - timedelta(minutes=10)
    token = form_token(client.get("/health"))
    answer = client.post(f"/health/{shop}/look", data={"form_token": token})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/health#listing-{shop}")
    with rows.database.reading() as session:
        assert session.get_one(Listing, shop).next_look_at == rows.now + timedelta(minutes=50)


def test_look_now_never_breaks_a_sites_retry_after(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.source(shop)
    asked = rows.now + timedelta(hours=5)
    with rows.database.transaction() as session:
        listing = session.get_one(Listing, shop)
        listing.next_look_at = listing.not_before = asked
    token = form_token(client.get("/health"))
    client.post(f"/health/{shop}/look", data={"form_token": token})
    with rows.database.reading() as session:
        assert session.get_one(Listing, shop).next_look_at == asked


def test_look_now_at_nothing_is_404(client: FlaskClient) -> None:
    token = form_token(client.get("/read"))
    assert client.post("/health/77/look", data={"form_token": token}).status_code == 404


def test_health_tells_what_is_wrong_with_the_installation(client: FlaskClient, rows: Rows, shop: int) -> None:
    page = client.get("/health").text
    assert "nobody would be told" in page
    assert "`" not in page


# Reading a saved page


PAGE = b"""<html><head><title>North Bakery</title><script type="application/ld+json">
{"@type":"Restaurant","name":"North Bakery","aggregateRating":{"ratingValue":4.5,"reviewCount":1},
"review":[{"@type":"Review","author":"Lori K.","reviewRating":{"ratingValue":5},"reviewBody":"So good",
"datePublished":"2026-05-02"}]}</script></head><body></body></html>"""


def read_page(client: FlaskClient, body: bytes, **fields: str) -> TestResponse:
    given = {"form_token": form_token(client.get("/read")), **fields}
    plain = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in given.items()]
    file = 'Content-Disposition: form-data; name="page"; filename="page.html"\r\n\r\n'
    parts = [*(part.encode() for part in plain), file.encode() + body]
    sent = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"
    return client.post("/read", data=sent, content_type="multipart/form-data; boundary=cut")


def test_a_saved_page_is_read_and_nothing_is_stored(client: FlaskClient, rows: Rows) -> None:
    answer = read_page(client, PAGE, url="https://north.example/reviews", at="2026-11-22T09:00")
    assert answer.status_code == 200
    for told in (
        "North Bakery",
        "north.example",
        "Lori K.",
        "5 of 5",
        "2026-05-02",
        "So good",
        "all there are",
    ):
        assert told in answer.text
    with rows.database.reading() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        counts = {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in tables}
    assert {name for name, n in counts.items() if n} == {"alembic_version"}


def test_a_page_that_is_no_listing_says_what_it_is(client: FlaskClient) -> None:
    answer = read_page(client, b"<title>Just a moment...</title>")
    assert answer.status_code == 200
    assert "a wall" in answer.text
    assert "browser check" in answer.text


def test_hostile_pages_are_data(client: FlaskClient) -> None:
    hostile = PAGE.replace(b"So good", b"<\\/script><script>alert(1)<\\/script>{{ 7 * 7 }}")
    answer = read_page(client, hostile)
    assert "<script" not in answer.text
    assert "49" not in answer.text


@pytest.mark.parametrize(
    ("body", "fields", "sentence"),
    [
        (b"", {}, "Choose the file"),
        (b"   ", {}, "Choose the file"),
        (PAGE, {"url": "north"}, "no web address"),
        (PAGE, {"url": "javascript:alert(1)"}, "no web address"),
        (PAGE, {"at": "yesterday"}, "2026-11-22T09:00"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_form(
    client: FlaskClient, body: bytes, fields: dict[str, str], sentence: str
) -> None:
    answer = read_page(client, body, **fields)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'role="alert"' in answer.text


def test_a_page_of_200_mb_is_refused(client: FlaskClient) -> None:
    token = form_token(client.get("/read"))
    answer = client.post(
        "/read",
        data={"form_token": token},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200_000_000)},
    )
    assert answer.status_code == 413
    assert "Too large" in answer.text


def test_a_page_within_the_limit_is_taken(client: FlaskClient) -> None:
    assert read_page(client, PAGE + b" " * 5_000_000).status_code == 200


# Links in alerts


def test_a_letter_opens_one_review_and_leads_nowhere_else(
    client: FlaskClient, rows: Rows, shop: int, links: Links
) -> None:
    page = client.get(f"/r/{links.token(Purpose.REVIEW, rows.review(shop), rows.now)}")
    assert page.status_code == 200
    assert "We waited forty minutes" in page.text
    assert 'href="/' not in page.text.replace('href="/static/', "")
    assert "<form" not in page.text


@pytest.mark.parametrize("spoilt", ["x", "", "../..", "a.b", "%00"])
def test_a_spoilt_link_opens_nothing(client: FlaskClient, spoilt: str) -> None:
    assert client.get(f"/r/{spoilt}").status_code in (404, 410)


def test_a_link_is_for_its_own_purpose(client: FlaskClient, rows: Rows, shop: int, links: Links) -> None:
    token = links.token(Purpose.REVIEW, rows.review(shop), rows.now)
    assert client.get(f"/u/{token}").status_code == 410
    assert client.get(f"/l/{token}").status_code == 410


def test_an_old_link_is_over(client: FlaskClient, rows: Rows, shop: int, links: Links) -> None:
    token = links.token(Purpose.REVIEW, rows.review(shop), rows.now - timedelta(days=15))
    answer = client.get(f"/r/{token}")
    assert answer.status_code == 410
    assert "no longer opens" in answer.text


def test_a_link_to_an_erased_review_is_over(client: FlaskClient, rows: Rows, shop: int, links: Links) -> None:
    token = links.token(Purpose.REVIEW, rows.review(shop, erased_at=rows.now), rows.now)
    assert client.get(f"/r/{token}").status_code == 410


def test_a_letter_about_a_listing_shows_how_it_is_heard(
    client: FlaskClient, rows: Rows, shop: int, links: Links
) -> None:
    rows.source(shop, health="walled", evidence=["HTTP 403"])
    page = client.get(f"/l/{links.token(Purpose.LISTING, shop, rows.now)}")
    assert "The site shuts us out" in page.text
    assert "Look now" not in page.text


def paused(rows: Rows, channel: int) -> bool:
    with rows.database.reading() as session:
        return session.get_one(Channel, channel).paused_at is not None


def test_opening_the_way_out_changes_nothing(client: FlaskClient, rows: Rows, links: Links) -> None:
    channel = rows.channel(rows.person(), verified_at=rows.now)
    page = client.get(f"/u/{links.token(Purpose.UNSUBSCRIBE, channel, rows.now)}")
    assert page.status_code == 200
    assert "Stop these alerts?" in page.text
    assert not paused(rows, channel)


def test_a_mail_program_stops_alerts_without_a_cookie(app: Flask, rows: Rows, links: Links) -> None:
    person = rows.person()
    leaving = rows.channel(person, title="mail to Dana", verified_at=rows.now)
    rows.channel(person, title="her phone", verified_at=rows.now)
    token = links.token(Purpose.UNSUBSCRIBE, leaving, rows.now)
    for _ in range(2):
        answer = app.test_client().post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "mail to Dana" in answer.text
    assert paused(rows, leaving)


def test_the_last_recipient_cannot_be_silenced(client: FlaskClient, rows: Rows, links: Links) -> None:
    channel = rows.channel(rows.person(), verified_at=rows.now)
    answer = client.post(f"/u/{links.token(Purpose.UNSUBSCRIBE, channel, rows.now)}")
    assert answer.status_code == 409
    assert "Nobody else is told of anything" in answer.text
    assert not paused(rows, channel)


def test_a_spoilt_way_out_stops_nothing(client: FlaskClient) -> None:
    assert client.post("/u/spoilt").status_code == 410


# Health of the service itself


def test_healthz_is_well_while_the_engine_is_at_work(client: FlaskClient, rows: Rows) -> None:
    rows.installation(tick_at=rows.now - timedelta(seconds=20))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "database": "ok",
        "schema": "ok",
        "engine": "ok",
        "tick_at": (rows.now - timedelta(seconds=20)).isoformat(),
    }


def test_healthz_fails_when_the_engine_stopped(
    settings: Settings, sqlite_database: Database, rows: Rows
) -> None:
    rows.installation(tick_at=rows.now - timedelta(hours=1))
    moments = iter([rows.now - timedelta(hours=1), rows.now])
    client = create_app(settings, sqlite_database, lambda: next(moments)).test_client()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["engine"] == "not at work"


def test_healthz_gives_a_start_its_time(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["engine"] == "starting"


def test_healthz_fails_on_another_versions_tables(client: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"status": "failing", "database": "ok", "schema": "another version's"}


def test_a_database_that_is_gone_is_503_everywhere_and_no_secret_is_told(
    settings: Settings, tmp_path: Path, now: datetime
) -> None:
    database = Database(f"sqlite:////{tmp_path}/not-here/shopbell.db")
    client = create_app(settings, database, lambda: now).test_client()
    health, page = client.get("/healthz"), client.get("/")
    assert (health.status_code, page.status_code) == (503, 503)
    assert health.json == {"status": "failing", "database": "does not answer"}
    assert "Nothing is lost" in page.text
    assert str(tmp_path) not in health.text + page.text
    database.close()


# When something is wrong


def test_what_is_not_there_is_said_without_an_echo(client: FlaskClient) -> None:
    answer = client.get("/<b>nowhere</b>")
    assert answer.status_code == 404
    assert "nowhere" not in answer.text


def test_a_wrong_method_is_405(client: FlaskClient) -> None:
    assert client.put("/read").status_code in (403, 405)


def test_our_own_fault_is_500_and_shows_nothing_of_itself(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ValueError("words of a stranger")

    monkeypatch.setattr("service.web.inbox._figures", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "stranger" not in answer.text
    assert "Something of ours went wrong" in answer.text


def test_an_error_page_needs_no_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.clean.demo_since", lambda _session: pytest.fail("asked the database"))
    assert app.test_client().get("/nowhere").status_code == 404


# The banner


def test_every_screen_says_that_it_is_a_demo(
    client: FlaskClient, rows: Rows, shop: int, links: Links
) -> None:
    rows.installation(demo_since=rows.now)
    review = rows.review(shop)
    letter = links.token(Purpose.REVIEW, review, rows.now)
    for path in ("/", f"/reviews/{review}", "/alerts", "/health", "/read", f"/r/{letter}"):
        assert "This is a demo town: nothing here is real" in client.get(path).text


def test_no_screen_speaks_of_a_demo_once_it_is_over(client: FlaskClient, rows: Rows) -> None:
    rows.installation()
    for path in ("/", "/alerts", "/health", "/read"):
        assert "demo town" not in client.get(path).text.replace("shopbell demo", "")


# Words


def test_every_closed_set_has_a_word_for_each_of_its_values() -> None:
    assert set(words.STATE) == set(ReviewState)
    assert set(words.URGENCY) == set(Urgency)
    assert set(words.ROUTE) == set(Route)
    assert set(words.OUTCOME) == set(Outcome)
    assert set(words.HEALTH) == set(words.MEND) == set(Health)
    assert set(words.EVENT) == set(EventKind)
    assert HELD_FLAGS


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=42), "42 minutes left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(hours=47), "47 hours left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(seconds=-5), "less than a minute overdue"),
        (timedelta(days=-9), "9 days overdue"),
    ],
)
def test_time_left_is_told_in_its_largest_whole_unit(ahead: timedelta, said: str) -> None:
    assert words.time_left(NOON + ahead, NOON) == said


def test_moments_are_told_on_the_clock_of_the_branch() -> None:
    assert words.exact(NOON, "Europe/Berlin") == "22 Nov 2026, 13:00 CET"
    assert words.exact(NOON, "No/Where") == "22 Nov 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (("stars5", 4.0, 5.0, None), "4 of 5 stars"),
        (("stars5", 4.5, None, None), "4.5 of 5 stars"),
        (("points10", 8.25, 10.0, None), "8.25 of 10 points"),
        (("recommend", None, None, True), "recommends"),
        (("recommend", None, None, False), "does not recommend"),
        (("none", None, None, None), "no rating"),
    ],
)
def test_a_verdict_is_told_on_the_sites_own_scale(facts: tuple[str, float, float, bool], said: str) -> None:
    assert words.stars(*facts) == said


# The pieces of a reply


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_no_character_of_a_reply_is_lost_or_doubled(reply: str, cuts: list[tuple[int, int]]) -> None:
    spans = [{"kind": "blank", "name": "x", "start": start, "end": end} for start, end in cuts]
    assert "".join(piece.text for piece in pieces(reply, spans, [])) == reply


def test_a_blank_is_shown_with_its_hint_and_its_limit() -> None:
    reply = "Hi Tom, we have [fix]. Dana"
    spans = [
        {"kind": "placeholder", "name": "first_name", "start": 3, "end": 6},
        {"kind": "blank", "name": "fix", "start": 16, "end": 21},
    ]
    blanks = [{"name": "fix", "hint": "what you changed", "max": 120}]
    shown = pieces(reply, spans, blanks)
    assert [(piece.kind, piece.text) for piece in shown] == [
        ("locked", "Hi "),
        ("placeholder", "Tom"),
        ("locked", ", we have "),
        ("blank", "[fix]"),
        ("locked", ". Dana"),
    ]
    assert (shown[3].hint, shown[3].max) == ("what you changed", 120)


# Both databases


def test_the_screens_read_the_same_on_every_database(
    database: Database, settings: Settings, now: datetime
) -> None:
    rows = Rows(database, now)
    listing = rows.listing(rows.branch())
    rows.source(listing, health="ok", last_ok_at=now)
    rows.look(listing, Outcome.OK)
    review = rows.review(listing)
    rows.version(review, 1, "It was awful.")
    rows.delivery(rows.alert(review, listing), rows.channel(rows.person()))
    client = create_app(settings, database, lambda: now).test_client()
    for path in ("/", "/?state=all", "/alerts", "/health", f"/reviews/{review}"):
        assert client.get(path).status_code == 200
    assert client.get("/healthz").json == {
        "status": "ok",
        "database": "ok",
        "schema": "ok",
        "engine": "starting",
        "tick_at": None,
    }

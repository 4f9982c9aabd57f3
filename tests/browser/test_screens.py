"""The desk in a real browser: phone and desktop, light and dark, by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from pydantic import SecretStr

from service.db import Database
from service.domain import EventKind, Item, Outcome, Urgency
from service.hooks import targets
from service.hooks.kinds import HookKind
from service.installation import demo_since
from service.models import Device, HookDelivery, Misfit, Question, Rule
from service.outcomes import cases
from service.outcomes.handling import Actor, Step
from service.people.links import Links, Purpose
from service.secrets import Vault
from service.settings import Settings, the_secret
from service.sites.mail.lesson import learn
from service.sites.mail.mime import parse
from service.sources import mailboxes
from service.sources.mailbox import Mailbox
from service.watch import lessons
from service.watch.rows import item_json
from service.web.app import create_app
from service.web.server import make_server
from tests.desk_rows import Rows, triage
from tests.site_mails import Post, google, yelp

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE, DESKTOP = 360, 1280
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
SCREENS = (
    "inbox",
    "past",
    "review",
    "bare",
    "offline",
    "settled",
    "shelf",
    "alerts",
    "health",
    "read",
    "nothing",
    "letter",
    "place",
    "leave",
    "mentions",
    "mention",
    "feeds",
    "unfeed",
    "mail",
    "teach",
    "whose",
    "confirm",
    "shapes",
    "branches",
    "branch",
    "newbranch",
    "editbranch",
    "addlisting",
    "manybranches",
    "begin",
    "addmail",
    "unmail",
    "addhook",
    "listing",
    "resting",
    "unwatch",
    "questions",
    "signin",
    "channels",
    "rule",
    "unchannel",
    "reports",
    "settings",
    "audit",
    "hooks",
    "hook",
    "unhook",
    "nonetwork",
)
PAGE = """<title>North Bakery</title><script type="application/ld+json">{"@type":"Restaurant",
"name":"North Bakery","aggregateRating":{"ratingValue":4.5,"reviewCount":1},"review":[{"@type":"Review",
"author":"Lori K.","reviewRating":{"ratingValue":5},"reviewBody":"So good"}]}</script>"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk with something on every screen."""

    base: str
    paths: dict[str, str]
    database: Database

    def address(self, screen: str) -> str:
        return self.base + self.paths[screen]


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{folder / 'shopbell.db'}")
    settings = Settings(data=folder, port=0, google_client=SecretStr("id:secret"))
    paths = furnish(Rows(database, datetime.now(UTC)), Links(the_secret(settings), ""))
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.effective_port}", paths, database)  # type: ignore[union-attr]
    server.close()
    thread.join(5)
    database.close()


def furnish(rows: Rows, links: Links) -> dict[str, str]:
    """Something of every kind on every screen; answers their paths."""
    rows.installation(demo_since=rows.now, tick_at=rows.now)
    harbour = rows.listing(
        rows.branch("Harbour Street", tz="Europe/London"), rating=4.1, best=5, site_total=9
    )
    korn = rows.listing(rows.branch(f"Kornmarkt {LONG}", tz="Europe/Berlin"), "ortsgespraech.example")
    resting = rows.listing(2, "google_maps", active=False)
    rows.source(harbour, health="ok", last_ok_at=rows.now, evidence=["9 of 9 reviews read"])
    rows.source(korn, health="walled", last_ok_at=rows.now - timedelta(hours=2), evidence=["HTTP 403"])
    for minute in range(30):
        outcome = Outcome.WALLED if minute < 4 else Outcome.UNCHANGED
        rows.look(harbour, Outcome.OK if minute % 5 == 0 else Outcome.UNCHANGED, timedelta(minutes=minute))
        rows.look(korn, outcome, timedelta(minutes=minute), evidence=["HTTP 403"])
    held = rows.review(
        harbour,
        urgency="held",
        triage=triage("held", ["illness"], "1 star; held for illness", "flag illness: 'were ill'"),
        due_claim_at=rows.now + timedelta(minutes=42),
        provenance={"posted": ["page", rows.now.isoformat(), "day"]},
        permalink="https://tablenotes.example/1",
    )
    answered = rows.review(harbour, state="answered", reply_text="We are so sorry to hear it.")
    rows.version(held, 1, "We waited.", seen_at=rows.now - timedelta(hours=2))
    rows.version(held, 2, "We waited forty minutes.", "We are so sorry to hear it.")
    bare = rows.review(harbour, text=None, rating=5, urgency="low", due_public_at=None)
    rows.review(korn, author=LONG, title=LONG, text=LONG, scale="points10", rating=6, best=10, urgency=None)
    rows.review(korn, author="أمل", text="مطعم جميل جداً", language="ar", due_public_at=rows.now)
    rows.review(harbour, baseline=True)
    feed = rows.feed(None, f"Google Alert - {LONG}", words=["harbour", LONG])
    rows.source(feed, "feed", health="layout", evidence=["a web page stands where the feed should"])
    mention = rows.mention(feed, permalink=f"https://{LONG[:60].lower()}.example/{LONG}", text_complete=False)
    rows.mention(feed, text=None, title=None, permalink=None)
    offline, settled = _cases(rows, harbour, resting)
    person = rows.person()
    alert = rows.alert(held, harbour, urgency=Urgency.HELD, due_at=rows.now + timedelta(hours=1))
    rows.delivery(alert, rows.channel(person))
    rows.delivery(alert, rows.channel(person, "mail"), state="failed", sent_at=None, last_error="550 no")
    rows.alert(None, korn, kind=EventKind.ALARM)
    match = {"stars": [1, 2], "words": [LONG], "branches": ["branch-1"], "flags": ["safety"]}
    timing = {"when": "daily", "quiet": ["22:00", "07:00"], "then": [1]}
    rule = rows.add(Rule(position=1, title=LONG[:80], match=match, to=[1], timing=timing))
    with rows.database.transaction() as session:
        box = Mailbox("imap.gmail.com", 993, f"{LONG}@shop.example", oauth="google")
        mailbox = mailboxes.add(session, Vault(bytes(32)), box, None, rows.now).id
    _misfit(rows, person)
    hook = _hook(rows, held)
    return _mails(rows, harbour, bare) | {
        "hooks": "/hooks",
        "hook": f"/hooks/{hook}",
        "unhook": f"/hooks/{hook}/remove",
        "nonetwork": "/offline",
        "inbox": "/",
        "past": "/?state=past",
        "review": f"/reviews/{held}",
        "bare": f"/reviews/{bare}",
        "offline": f"/reviews/{offline}",
        "settled": f"/reviews/{settled}",
        "shelf": "/?state=case",
        "answered": f"/reviews/{answered}",
        "alerts": "/alerts",
        "health": "/health",
        "read": "/read",
        "nothing": "/nowhere",
        "letter": f"/r/{links.token(Purpose.REVIEW, held, rows.now)}",
        "place": f"/l/{links.token(Purpose.LISTING, korn, rows.now)}",
        "mentions": "/?state=mentions",
        "mention": f"/reviews/{mention}",
        "feeds": "/feeds",
        "branches": "/branches",
        "branch": "/branches/2",
        "newbranch": "/branches/new",
        "editbranch": "/branches/2/edit",
        "addlisting": "/listings/add",
        "manybranches": "/branches/import",
        "begin": "/begin",
        "addmail": "/mailboxes/add",
        "unmail": f"/mailboxes/{mailbox}/remove",
        "addhook": "/mailboxes/hooks/add",
        "listing": f"/listings/{korn}",
        "resting": f"/listings/{resting}",
        "unwatch": f"/listings/{korn}/remove",
        "unfeed": f"/feeds/{feed}/remove",
        "signin": f"/mailboxes/{mailbox}/sign-in",
        "channels": "/channels",
        "settings": "/settings",
        "audit": "/settings/audit",
        "reports": "/reports?days=365",
        "rule": f"/rules/{rule}",
        "unchannel": "/channels/1/remove",
        "leave": f"/u/{links.token(Purpose.UNSUBSCRIBE, 1, rows.now)}",
    }


def _misfit(rows: Rows, person: int) -> None:
    """A page that looks different to a browser."""
    facts = {"paired_by": "Dana", "label": LONG, "browser": "Firefox", "version": "0.1.0", "origin": "o"}
    device = rows.add(Device(person_id=person, created_at=rows.now, **facts))
    told = {"site": "google_maps", "surface": "gbp_reviews", "code": "zero_cards", "version": "0.1.0"}
    rows.add(Misfit(device_id=device, day=rows.now.date(), n=3, **told))


def _hook(rows: Rows, review: int) -> int:
    """An address that was told of something, and that fails just now."""
    wanted = targets.Wanted("", LONG, (HookKind.NEW,), with_words=True)
    where = (f"https://{LONG[:60].lower()}.example/in", f"{LONG[:60].lower()}.example")
    with rows.database.transaction() as session:
        target, _ = targets.add(session, Vault(bytes(32)), where, wanted, LONG, rows.now)
        target.failures, target.last_error = 2, "It answered 503 (Service Unavailable)."
    for state in ("failed", "withheld", "queued", "sent"):
        event = rows.event(review_id=review, subject=f"review:{review}")
        about = {"event_id": event, "target_id": target.id, "message_id": f"msg_{event}_{LONG}"}
        moment = {"queued_at": rows.now, "next_try_at": rows.now}
        told = {"tries": 3, "last_error": "It answered 503 (Service Unavailable)."}
        rows.add(HookDelivery(state=state, **about, **moment, **told))
    return target.id or 0


def _cases(rows: Rows, *listings: int) -> list[int]:
    """A case that runs, and one whose ending is to be told in public; answers their reviews."""
    reviews = [
        rows.review(listing, reply_text="Please write to us.", state="answered") for listing in listings
    ]
    with rows.database.transaction() as session:
        for number, review in enumerate(reviews):
            acts = [Step(Actor(LONG), f"{number}{n}", rows.now - timedelta(days=4)) for n in range(4)]
            cases.take_offline(session, review, acts[0])
            cases.add(session, review, "called", f"She was out. {LONG}", acts[1])
            cases.add(session, review, "agreed", "", acts[2])
        cases.end(session, reviews[1], "put_right", LONG, acts[3])
    return reviews


def _mails(rows: Rows, harbour: int, review: int) -> dict[str, str]:
    """Mails that wait for a person, one that was taught, and a question."""
    post = Post(rows.database)
    post.listing(f"Corner {LONG}")
    taught = post.read(yelp(LONG, 1, LONG), rows.now)
    with rows.database.transaction() as session:
        marks = learn(parse(taught.raw or b""), author=2, stars=3)
        lessons.teach(session, taught.id or 0, marks, "Kim", rows.now)
        item = item_json(Item(author=LONG, text=LONG))
        payload = {"item": item, "route": "mail", "candidates": [review], "at": rows.now.isoformat()}
        session.add(
            Question(kind="twins", dedupe_key="x", listing_id=harbour, asked_at=rows.now, payload=payload)
        )
    teach = post.comes(
        yelp("Tomas B.", 4, LONG), rows.now, state="unknown", site="yelp", shape_sha256=bytes(32)
    )
    whose = post.read(google(place=f"The {LONG}"), rows.now).id
    asks = Path(__file__).parents[1] / "mails" / "gmail-asks.eml"
    confirm = post.read(asks.read_bytes(), rows.now).id
    return {
        "mail": "/mailboxes",
        "teach": f"/mailboxes/mail/{teach}",
        "whose": f"/mailboxes/mail/{whose}",
        "confirm": f"/mailboxes/mail/{confirm}",
        "shapes": "/mailboxes/shapes",
        "questions": "/questions",
    }


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


def context(browser: Any, width: int = DESKTOP, **options: Any) -> Any:
    return browser.new_context(viewport={"width": width, "height": 800}, **options)


@dataclass(frozen=True, slots=True)
class Seen:
    """One screen as one browser showed it, with everything folded out."""

    screen: str
    violations: tuple[str, ...]
    width: int
    least_height: float
    errors: tuple[str, ...]
    asked: tuple[str, ...]


INNER_STOPS = 8  # a date field has a stop for each of its parts, and the browser's own frame one more
PRESSED = "button, .button, nav a, summary, select, input:not([type=hidden])"
MEASURED = """all => Math.min(...all.filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect().height))"""


@pytest.fixture(scope="module", params=["360 light en", "1280 dark en", "360 light es"])
def seen(request: pytest.FixtureRequest, browser: Any, desk: Desk) -> list[Seen]:
    """Every screen, looked at once in each size and scheme, and in a language whose words are longer."""
    width, scheme, locale = request.param.split()
    with context(browser, int(width), color_scheme=scheme, locale=locale) as visit:
        return [_look(visit.new_page(), screen, desk) for screen in SCREENS]


def _look(page: Any, screen: str, desk: Desk) -> Seen:
    from axe_playwright_python.sync_playwright import Axe

    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(desk.address(screen))
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    shown = Seen(
        screen,
        tuple(f"{one['id']}: {one['nodes'][0]['html']}" for one in found),
        page.evaluate("document.documentElement.scrollWidth - innerWidth"),
        page.eval_on_selector_all(PRESSED, MEASURED),
        tuple(errors),
        tuple(asked),
    )
    page.close()
    return shown


def test_axe_finds_nothing_on_any_screen(seen: list[Seen]) -> None:
    assert [(one.screen, one.violations) for one in seen if one.violations] == []


def test_no_screen_is_wider_than_its_window(seen: list[Seen]) -> None:
    assert [(one.screen, one.width) for one in seen if one.width > 0] == []


def test_everything_a_thumb_presses_is_large_enough(seen: list[Seen]) -> None:
    """WCAG 2.2 asks for 24 pixels; buttons, fields and the ways between screens have 44."""
    assert [(one.screen, one.least_height) for one in seen if one.least_height < 43.5] == []


def test_the_strict_policy_lets_through_all_that_our_pages_need(seen: list[Seen]) -> None:
    assert [one.errors for one in seen if one.errors and one.screen != "nothing"] == []


def test_no_screen_loads_anything_from_elsewhere(seen: list[Seen], desk: Desk) -> None:
    asked = [url for one in seen for url in one.asked]
    assert asked
    assert [url for url in asked if not url.startswith((desk.base, "data:"))] == []


def test_the_skip_link_is_first_and_leads_to_the_content(browser: Any, desk: Desk) -> None:
    with context(browser) as visit:
        page = visit.new_page()
        page.goto(desk.address("inbox"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        deadline = monotonic() + 5  # it slides in
        while page.locator(".skip").bounding_box()["y"] < 0 and monotonic() < deadline:
            page.wait_for_timeout(50)
        assert page.locator(".skip").bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_every_control_is_reached_by_tab_and_shows_its_focus(browser: Any, desk: Desk) -> None:
    reached = (
        "document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden]), textarea')"
    )
    with context(browser) as visit:
        page = visit.new_page()
        for screen in ("inbox", "review", "alerts", "health", "read", "feeds", "unfeed"):
            page.goto(desk.address(screen))
            expected = page.evaluate(f"[...{reached}].filter(one => one.checkVisibility()).length")
            met = [_next(page, reached) for _ in range(expected + INNER_STOPS)]
            assert len({place for place, _outline in met if place >= 0}) == expected, screen
            assert all(outline != "none" for place, outline in met if place >= 0), screen


def _next(page: Any, reached: str) -> tuple[int, str]:
    """Press Tab; which control is reached, and how its focus is shown."""
    page.keyboard.press("Tab")
    place = page.evaluate(f"[...{reached}].indexOf(document.activeElement)")
    return place, page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


def test_a_manager_finds_the_most_urgent_review_by_keyboard_alone(browser: Any, desk: Desk) -> None:
    with context(browser) as visit:
        page = visit.new_page()
        page.goto(desk.address("inbox"))
        for _ in range(40):
            page.keyboard.press("Tab")
            if "/reviews/" in (page.evaluate("document.activeElement.href") or ""):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/reviews/*")
        assert page.locator("h1").inner_text() == "Marta K."
        assert "Held: illness" in page.inner_text("main")


def test_the_desk_works_without_javascript(browser: Any, desk: Desk, tmp_path: Path) -> None:
    saved = tmp_path / "north.html"
    saved.write_text(PAGE)
    with context(browser, PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(desk.address("inbox"))
        page.get_by_text("Filter").click()
        page.get_by_label("Site").select_option("ortsgespraech.example")
        page.get_by_role("button", name="Show").click()
        assert "site=ortsgespraech.example" in page.url
        page.get_by_role("link", name="أمل").click()
        assert page.locator("blockquote").first.evaluate("one => getComputedStyle(one).direction") == "rtl"
        _go(page, "Health")
        page.get_by_role("button", name="Look now at Harbour Street").click()
        assert page.url.endswith("/health#listing-1")
        _go(page, "Bring in")
        page.get_by_role("link", name="A saved page").click()
        page.get_by_label("Saved page").set_input_files(saved)
        page.get_by_role("button", name="Read it").click()
        assert "Lori K." in page.inner_text("main")


def _go(page: Any, screen: str) -> None:
    """The way a phone's menu leads."""
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name=screen, exact=True).click()


def test_a_page_is_kept_fresh_only_where_the_reader_asked(browser: Any, desk: Desk) -> None:
    with context(browser, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(desk.address("inbox"))
        page.get_by_role("link", name="Watch it live").click()
        assert page.url.endswith("live=1")
        page.get_by_role("link", name="Hold it still").click()
        assert "live" not in page.url


def test_the_demo_ends_by_a_press_in_its_banner(browser: Any, desk: Desk) -> None:
    """Last in the file: the other tests want the banner."""
    with context(browser, PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(desk.address("inbox"))
        page.get_by_role("button", name="Leave it").click()
        page.get_by_role("button", name="End the demo").click()
        assert "This is a demo town" not in page.content()
    with desk.database.reading() as session:
        assert demo_since(session) is None

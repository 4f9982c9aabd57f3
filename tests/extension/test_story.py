"""The whole story once, on real parts: heard, told, paired, inserted, posted, and seen in public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.approval.keys import new_key, unlock
from service.approval.recalls import recall
from service.approval.versions import newest_version
from service.models import Posting, Review
from tests.extension.browsers import PATIENCE, Browser, Tab
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, ask
from tests.extension.pages import yelp
from tests.extension.pages.reviews import BERT, Written
from tests.extension.town import GAP, Town, town

pytestmark = [pytest.mark.browser, pytest.mark.server]

MARTA = Written("u7marta", "Marta K.", 2, "We waited forty minutes for two bowls of soup.")
SAM = Written("u8sam", "Sam Ito", 2, "The soup was cold, the bread was stale, and it tasted of nothing.")
FIXED = "put two more cooks on at lunch"
WHY = "It promises a refund."
PASSPHRASE = "a walk by the harbour"


@pytest.fixture
def here(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with town(migrated_sqlite, tmp_path, monkeypatch) as made:
        yield made


def test_the_whole_story_once(browser: Browser, sites: LookAlikes, here: Town) -> None:
    heard_and_told(here)
    review, desk = number(here, MARTA), paired(browser, here)
    tab = browser.open(sites.put(yelp.LIST, yelp.reviews([MARTA, SAM, BERT], posted=here.posted)))
    refused_because_it_was_recalled(here, beside(tab, SAM))
    card = beside(tab, MARTA)
    card.write(FIXED)
    card.press("insert")
    card.wait_for("Inserted.")
    posted = tab.evaluate(f"{of(MARTA)}.querySelector('textarea').value")
    assert FIXED in posted
    assert "reply inserted" in page(desk, here, review, until="inserted a reply")
    tab.press(f"{of(MARTA)}.querySelector('form button')")
    card.wait_for("Noted as posted.")
    said = page(desk, here, review, until="reply submitted")
    assert "Said to be posted, and not seen in public yet: the site's own button was pressed" in said
    here.written[0] = replace(MARTA, reply=posted)
    here.clock.ahead = GAP
    here.look()
    here.run("follow replies")
    said = page(desk, here, review, until="answered in public")
    posting = used(here, review)
    for told in (
        f"Pack {posting.pack}, serial",
        f"item {posting.item}, variant {posting.variant}; version {posting.sha256.hex()[:12]}",
        "Ruth Adeyemi (demo) (approver), Ines Falk (demo) (legal)",
        "Olga Owner, within its bounds",
        "Seen in public: the public page.",
    ):
        assert told in said
    tab.close()
    desk.close()


def heard_and_told(here: Town) -> None:
    """A first look hears the past; the next one hears Marta and Sam, and the owner is told."""
    here.written = [BERT]
    here.look()
    here.clock.ahead = -GAP
    here.written = [MARTA, SAM, BERT]
    here.look()
    here.run("ring", "deliver")
    [alert] = [one for one in here.post.taken if "Marta K." in str(one["Subject"])]
    assert MARTA.text in (alert.get_body(("plain",)) or alert).get_content()
    here.clock.ahead = timedelta(0)


def number(here: Town, one: Written) -> int:
    """The review's number at the desk."""
    with here.database.reading() as session:
        return session.scalars(select(Review).where(col(Review.author) == one.author)).one().id or 0


def paired(browser: Browser, here: Town) -> Tab:
    """The extension's code typed at the desk, as a person does it; answers the desk's tab, signed in."""
    ask(browser, "disconnect")
    options = browser.page("options.html")
    options.press("document.querySelector('#address')")
    options.type(here.desk)
    options.press("document.querySelector('form button')")
    code = options.wait_for("document.querySelector('.code')?.innerText")
    desk = browser.open(here.way_in())
    go_on(desk, "Sign in")
    desk.wait_for("location.pathname === '/' && document.querySelector('nav') !== null")
    desk.go(f"{here.desk}/pair")
    desk.press("document.querySelector('#code')")
    desk.type(code)
    go_on(desk, "Look at it")
    go_on(desk, "Pair it")
    desk.wait_for("document.body?.innerText.includes('It is paired')")
    options.wait_for("document.body?.innerText.includes('As Olga Owner')")
    options.close()
    return desk


def go_on(tab: Tab, button: str) -> None:
    """Press the button that says so, once it is there."""
    named = f"[...document.querySelectorAll('button')].find((one) => one.innerText.trim() === '{button}')"
    tab.press(named)


def of(one: Written) -> str:
    """The review's element on the owner's page."""
    return f"document.querySelector('[data-one={one.key}]')"


def beside(tab: Tab, one: Written) -> OurCard:
    """Our card at that review, once it has a reply, and the site's own box open."""
    card = OurCard(tab, of(one))
    card.wait_for("Approved reply")
    tab.press(f"{of(one)}.querySelector('[data-open]')")
    return card


def refused_because_it_was_recalled(here: Town, card: OurCard) -> None:
    """Words that were recalled while they stood on the screen go nowhere: why is said, and what fits now."""
    shown, key = used(here, number(here, SAM)), new_key("Lee Law", "legal", PASSPHRASE, here.clock())
    with here.database.transaction() as session:
        session.add(key)
        session.flush()
        who = unlock(key, PASSPHRASE)
        recall(session, newest_version(session, shown.pack), shown.item, WHY, who, here.clock())
    if card.tab.evaluate(f"Boolean({card.root}.querySelector('input'))"):
        card.write(FIXED)
    card.press("insert")
    card.wait_for("This is the next best.")
    assert WHY in card.words
    assert card.tab.evaluate(f"{of(SAM)}.querySelector('textarea').value") == ""


def used(here: Town, review: int) -> Posting:
    """The newest words that were shown or used on it."""
    mine = select(Posting).where(col(Posting.review_id) == review).order_by(col(Posting.id).desc())
    with here.database.reading() as session:
        return session.scalars(mine.limit(1)).one()


def page(desk: Tab, here: Town, review: int, until: str) -> str:
    """What the review's page at the desk says, once the extension's outbox has told of it."""
    until_when = monotonic() + PATIENCE
    said = ""
    while monotonic() < until_when:
        desk.go(f"{here.desk}/reviews/{review}")
        said = desk.evaluate("document.querySelector('main').innerText")
        if until in said:
            return said
    raise AssertionError(f"{until!r} is not in {said!r}")

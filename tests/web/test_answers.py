"""What is offered as an answer: approved words alone, the same the alert carried."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.approval import asking, giving
from service.approval.folder import add_folder
from service.approval.keys import new_key, unlock
from service.models import Posting, Review
from service.settings import CHECKOUT
from tests.desk_rows import Rows, triage


def test_where_no_reply_fits_the_page_says_why_and_offers_nothing(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    page = client.get(f"/reviews/{rows.review(shop)}").text
    assert "No reply is suggested" in page
    assert "reply-text" not in page


@pytest.mark.usefixtures("approved")
def test_a_fitting_reply_is_shown_with_its_blank_and_its_reasons(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    page = client.get(f"/reviews/{rows.review(restaurant)}").text
    assert "An approved reply" in page
    assert re.search(r'<mark class="blank"><span class="only-read">Blank for you to fill: </span>\[', page)
    assert '<span class="filled">' in page
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


@pytest.mark.usefixtures("approved")
def test_words_for_this_review_alone_come_first_and_say_so(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    about = rows.review(restaurant)
    key = new_key("Ada Byron", "approver", "nine green bottles", rows.now)
    with rows.database.transaction() as session:
        session.add(key)
        session.flush()
        asked = asking.ask(session, session.get_one(Review, about), None, "Dana", rows.now)
        signs = unlock(key, "nine green bottles")
        giving.approve(session, asked, "Marta, you waited too long. Dana and the team", signs, rows.now)
    page = client.get(f"/reviews/{about}")
    assert "Words for this review alone" in page.text
    assert "Pack restaurant-en" not in page.text
    assert "approved for it alone by Ada Byron (approver)" in page.text
    fields = re.findall(r'<input type="hidden" name="([a-z0-9_]+)" value="([^"]*)">', page.text)
    done = client.post(f"/reviews/{about}/copy", data=dict(reversed(fields)), follow_redirects=True)
    assert "Marta, you waited too long. Dana and the team</textarea>" in done.text
    with rows.database.reading() as session:
        (posting,) = session.scalars(select(Posting))
        assert (posting.pack, posting.reply_class) == (f"review:{about}", "verbatim")

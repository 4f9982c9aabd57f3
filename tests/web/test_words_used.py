"""Which words were used on a review: version, approvers, class and proof, as its page says them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from service.domain import EventKind
from service.models import SigningKey
from service.outcomes.seen import follow
from tests.desk_rows import Rows
from tests.web.test_answering import copy, postings, say

pytestmark = pytest.mark.usefixtures("approved")


@pytest.fixture
def review(rows: Rows, restaurant: int) -> int:
    return rows.review(restaurant)


def told(client: FlaskClient, review: int) -> dict[str, str]:
    """The part of the page that says which words were used, by what each line is called."""
    page = client.get(f"/reviews/{review}").text
    part = re.search(r'<section class="card" aria-labelledby="used">.*?</section>', page, re.DOTALL)
    lines = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part.group() if part else "", re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", said) for name, said in lines}


def test_before_any_use_there_is_nothing_to_say(client: FlaskClient, review: int) -> None:
    assert told(client, review) == {}


def test_each_use_says_which_words_who_approved_them_how_and_how_far_it_is_proved(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = copy(client, review)
    (posting,) = postings(rows)
    said = told(client, review)
    names = rf"Pack {posting.pack}, serial \d+, item {posting.item}, variant {posting.variant}"
    assert re.fullmatch(rf"{names}; version {posting.sha256.hex()[:12]}", said["Words"])
    assert said["Approved by"] == "Ruth Adeyemi (demo) (approver), Ines Falk (demo) (legal)"
    assert said["Used by"] == "the desk, within its bounds"
    assert said["Proof"].startswith("Taken along; nobody has said yet")
    say(client, page, "posted")
    assert told(client, review)["Proof"].startswith("Said to be posted, and not seen in public yet.")
    rows.set(review, reply_text=posting.text, provenance={"reply": ["page", rows.now.isoformat(), None]})
    rows.event(EventKind.REPLIED, review_id=review, subject=f"review:{review}")
    follow(rows.database, rows.now)
    assert told(client, review)["Proof"].startswith("Seen in public: the public page.")


def test_a_signature_that_counts_no_more_is_not_told(client: FlaskClient, rows: Rows, review: int) -> None:
    copy(client, review)
    with rows.database.transaction() as session:
        session.execute(update(SigningKey).values(revoked_at=rows.now))
    assert told(client, review)["Approved by"] == "nobody whose signature still counts"

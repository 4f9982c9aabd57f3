"""One review's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.desk_rows import Rows, triage


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
    assert "New words, owner replied</strong>, " in page
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


def test_a_flag_that_is_only_suspected_is_shown_as_that(client: FlaskClient, rows: Rows, shop: int) -> None:
    suspicion = {"flags": ["safety", "question"], "suspected": ["safety"]}
    page = client.get(f"/reviews/{rows.review(shop, triage=triage() | suspicion)}").text
    assert "<dt>Flags</dt><dd>safety (suspected), question</dd>" in page


def test_a_mail_of_unproven_origin_is_marked(client: FlaskClient, rows: Rows, shop: int) -> None:
    assert "origin not proven" in client.get(f"/reviews/{rows.review(shop, proven=False)}").text
    assert "origin not proven" not in client.get(f"/reviews/{rows.review(shop)}").text


@pytest.mark.parametrize("review", [99, 0])
def test_a_review_that_is_not_there_is_404(client: FlaskClient, review: int) -> None:
    assert client.get(f"/reviews/{review}").status_code == 404


def test_a_web_address_is_a_link_that_tells_the_site_nothing(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    review = rows.review(shop, permalink="https://tablenotes.example/1?a=b&c=d")
    page = client.get(f"/reviews/{review}").text
    assert 'href="https://tablenotes.example/1?a=b&amp;c=d" rel="noopener noreferrer"' in page

"""The demo's banner."""

from __future__ import annotations

from flask.testing import FlaskClient

from service.people.links import Links, Purpose
from tests.desk_rows import Rows


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

"""The health screen, and looking now."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from service.domain import Health, Outcome
from service.models import Device, Listing, Misfit
from service.web import words
from tests.desk_rows import Rows
from tests.web.reading import form_token


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


def test_many_listings_have_pages_and_the_unwell_are_on_the_first(client: FlaskClient, rows: Rows) -> None:
    for number in range(27):
        rows.source(rows.listing(rows.branch(f"Shop {number:02}")), health="ok" if number < 26 else "layout")
    first, second = client.get("/health").text, client.get("/health?page=2").text
    assert first.index("Shop 26") < first.index("Shop 00")
    assert first.count("<section") - second.count("<section") == 23
    assert "<strong>27</strong>listings watched" in first


def test_looks_are_drawn_and_told_as_a_table(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.source(shop, health="ok")
    for minute in range(50):
        rows.look(shop, Outcome.UNCHANGED, timedelta(minutes=minute))
    page = client.get("/health").text
    assert page.count("<rect") == 40
    assert page.count("<td>unchanged</td>") == 40


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


def test_pages_that_look_different_to_the_extension_say_where_and_what_works(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    person = rows.person()
    browser = {"paired_by": "Dana", "label": "Till", "browser": "Firefox", "version": "0.1.0", "origin": "o"}
    told = {
        "site": "google_maps",
        "surface": "gbp_reviews",
        "version": "0.1.0",
        "day": rows.now.date(),
        "n": 1,
    }
    for code in ("no_box", "zero_cards"):
        device = rows.add(Device(person_id=person, created_at=rows.now, **browser))
        rows.add(Misfit(device_id=device, code=code, **told))
    page = client.get("/health").text
    assert "Pages that look different" in page
    assert "gbp reviews: 2 browsers, since 22 Nov 2026" in page
    assert "no box to write in; no reviews found" in page
    assert "anywhere mode" in page

"""The mail screens: what waits for a person, a mail taught once, and one whose place is told once."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import Inbound, InboundState, MailPlace, MailShape, Review, SourceAccount
from tests.builders import NOW
from tests.site_mails import Post, google, mail, yelp
from tests.web.reading import form_token

HOSTILE = "<script>alert(1)</script> ../../etc {{ 7*7 }}"


@pytest.fixture
def post(sqlite_database: Database) -> Post:
    return Post(sqlite_database)


def press(client: FlaskClient, page: str, form: str, **fields: str) -> tuple[int, str]:
    """Send the form at ``form``, with the token of ``page``; answers the status and where that leads."""
    token = form_token(client.get(page))
    said = client.post(form, data={"form_token": token} | fields)
    return said.status_code, said.headers.get("Location", said.text)


def marked(client: FlaskClient, number: int, **more: str) -> tuple[int, str]:
    """Mark a Yelp mail's author, stars and words."""
    lines = {"line-2": "author", "line-3": "stars", "line-4": "text"}
    return press(client, f"/mailboxes/mail/{number}", f"/mailboxes/mail/{number}/teach", **(lines | more))


def reviews(post: Post) -> list[str]:
    with post.database.reading() as session:
        return [
            row.author or "" for row in session.execute(select(Review).order_by(col(Review.id))).scalars()
        ]


def test_an_installation_without_mail_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/mailboxes").text
    assert "No mail is read yet" in page
    assert "/mailboxes/add" in page


def test_a_mailbox_shows_how_it_is_doing_and_never_what_opens_it(client: FlaskClient, post: Post) -> None:
    with post.database.transaction() as session:
        account = session.execute(select(SourceAccount)).scalar_one()
        account.state, account.last_error, account.secret_enc = "failing", "the server is down", b"s3cret"
    page = client.get("/mailboxes").text
    assert "Cannot be read just now" in page
    assert "the server is down" in page
    assert "s3cret" not in page


def test_a_mail_is_taught_once_and_the_next_is_read(client: FlaskClient, post: Post) -> None:
    post.listing("Corner Bakery", "yelp", "corner")
    number = post.read(yelp()).id or 0
    assert "Teach 1 mail from" in client.get("/mailboxes").text
    status, shown = marked(client, number)
    assert status == 200
    assert "So it would be read" in shown
    assert "Tomas B." in shown
    assert reviews(post) == []
    status, where = marked(client, number, sure="1")
    assert (status, where) == (303, "/mailboxes?done=taught")
    post.work()
    assert post.row(number).state == InboundState.READ
    post.read(yelp("Ines K.", 1, "Cold and late."))
    assert reviews(post) == ["Tomas B.", "Ines K."]


def test_marks_that_do_not_fit_lose_nothing_that_was_marked(client: FlaskClient, post: Post) -> None:
    number = post.read(yelp()).id or 0
    status, shown = marked(client, number, **{"words-stars": "nine stars"})
    assert status == 400
    assert "Not done." in shown
    assert 'value="nine stars"' in shown
    assert '<option value="text" selected>' in shown


def test_what_was_taught_can_be_looked_at_and_withdrawn(client: FlaskClient, post: Post) -> None:
    post.listing("Corner Bakery", "yelp", "corner")
    number = post.read(yelp()).id or 0
    marked(client, number, sure="1")
    post.work()
    page = client.get("/mailboxes/shapes").text
    assert "1 mail read by it" in page
    assert "<strong>[author]</strong>" in page
    assert "Tomas B." not in page
    press(client, "/mailboxes/shapes", "/mailboxes/shapes/1/withdraw")
    assert "Withdrawn" in client.get("/mailboxes/shapes").text
    with post.database.reading() as session:
        assert session.execute(select(MailShape)).scalar_one().withdrawn_at is not None
    assert post.read(yelp("Ines K.", 1, "Cold and late.")).state == InboundState.UNKNOWN


def test_whose_a_mail_is_is_asked_once_and_remembered(client: FlaskClient, post: Post) -> None:
    hartsea = post.listing()
    post.listing("Corner Bakery Millby", key="102")
    first = post.read(google(place="The Corner")).id or 0
    post.read(google("Ann Poe", 5, "Splendid buns, warm welcome.", place="The Corner"))
    page = client.get("/mailboxes").text
    assert "Whose are 2 mails from Google" in page
    choice = {"whose": f"listing:{hartsea}"}
    form = f"/mailboxes/mail/{first}"
    assert press(client, form, f"{form}/place", **choice) == (303, "/mailboxes?done=placed")
    post.work()
    assert reviews(post) == ["Mirelle Oduya", "Ann Poe"]
    assert "“the corner”" in client.get("/mailboxes/shapes").text
    press(client, "/mailboxes/shapes", "/mailboxes/names/1/forget")
    with post.database.reading() as session:
        assert session.execute(select(MailPlace)).first() is None


@pytest.mark.parametrize("whose", ["", "listing:", "listing:99", "branch:99", "listing:1;drop", "person:1"])
def test_a_place_that_is_none_changes_nothing(client: FlaskClient, post: Post, whose: str) -> None:
    post.listing()
    post.listing("Corner Bakery Millby", key="102")
    number = post.read(google(place="The Corner")).id or 0
    form = f"/mailboxes/mail/{number}"
    status, page = press(client, form, f"{form}/place", whose=whose)
    assert status in (400, 409)
    assert "Not done." in page
    assert post.row(number).state == InboundState.WHICH_LISTING


def test_a_branch_without_a_page_there_can_be_meant(client: FlaskClient, post: Post) -> None:
    post.listing("Corner Bakery Hartsea", "yelp", "hartsea")
    number = post.read(google(place="The Corner")).id or 0
    page = client.get(f"/mailboxes/mail/{number}").text
    assert "which has no page there yet" in page
    form = f"/mailboxes/mail/{number}"
    assert press(client, form, f"{form}/place", whose="branch:1")[0] == 303
    post.work()
    assert reviews(post) == ["Mirelle Oduya"]


def test_a_listing_that_was_removed_is_nobodys_choice(client: FlaskClient, post: Post) -> None:
    post.listing()
    post.listing("Corner Bakery Millby", key="102")
    gone = post.listing("Old Corner", key="103", active=False, removed_at=NOW)
    number = post.read(google(place="The Corner")).id or 0
    page = client.get(f"/mailboxes/mail/{number}").text
    assert f'value="listing:{gone}"' not in page
    assert 'value="listing:1"' in page


def test_the_likeliest_listing_stands_first_for_every_mail_of_a_name(client: FlaskClient, post: Post) -> None:
    post.listing("Alpine Rolls", key="101")
    likely = post.listing("Harbour Bakery", key="102")
    for guest in ("Ann Poe", "Bea Roe"):
        number = post.read(google(guest, place="The Harbour Bakery at the pier")).id or 0
        page = client.get(f"/mailboxes/mail/{number}").text
        assert re.findall(r'value="(listing:\d+)"', page)[0] == f"listing:{likely}"


def test_a_mail_is_put_aside(client: FlaskClient, post: Post) -> None:
    number = post.read(yelp()).id or 0
    form = f"/mailboxes/mail/{number}"
    assert press(client, form, f"{form}/aside") == (303, "/mailboxes?done=aside")
    assert post.row(number).state == InboundState.SETTLED
    assert "Needs you" not in client.get("/mailboxes").text


def test_a_mails_words_are_only_words(client: FlaskClient, post: Post) -> None:
    number = post.read(mail(HOSTILE, HOSTILE, "no-reply@yelp.com")).id or 0
    page = client.get(f"/mailboxes/mail/{number}").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page


def test_a_mail_whose_words_are_no_longer_kept_says_so(client: FlaskClient, post: Post) -> None:
    number = post.comes(yelp())
    post.work()

    with post.database.transaction() as session:
        session.get_one(Inbound, number).raw = None
    assert "no longer kept" in client.get(f"/mailboxes/mail/{number}").text
    assert client.get("/mailboxes/mail/99").status_code == 404


def test_the_inbox_says_that_mails_wait(client: FlaskClient, post: Post) -> None:
    post.listing()
    post.read(yelp())
    assert "1 mail needs you" in client.get("/").text

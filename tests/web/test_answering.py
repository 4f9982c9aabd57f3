"""One press takes the review and the words along; what cannot be done comes back with all that was typed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from service.models import Person, Posting, PostingEvent, Recall, Review, ReviewNote
from service.people.links import Links, Purpose
from service.web import answering
from tests.desk_rows import Rows, triage
from tests.web.reading import form_token

pytestmark = pytest.mark.usefixtures("approved")

FIXED = "put two more cooks on at lunch"
HIDDEN = re.compile(r'<input type="hidden" name="(sha256|item|variant|minded|key)" value="([^"]*)">')


@pytest.fixture
def review(rows: Rows, restaurant: int) -> int:
    return rows.review(restaurant, permalink="https://tablenotes.example/1")


def form_of(page: TestResponse) -> dict[str, str]:
    """The reply's form as the page has it, its blanks still empty."""
    form = page.text[page.text.index('id="reply"') :]
    blanks = re.findall(r'name="(blank-[^"]+)"', form)
    return dict(HIDDEN.findall(form)) | dict.fromkeys(blanks, "") | {"form_token": form_token(page)}


def filled(page: TestResponse, words: str = FIXED) -> dict[str, str]:
    form = form_of(page)
    return form | {name: words for name in form if name.startswith("blank-")}


def press(client: FlaskClient, home: str, form: dict[str, str], *, follow: bool = True) -> TestResponse:
    return client.post(f"{home}/copy", data=form, follow_redirects=follow)


def copy(client: FlaskClient, review: int) -> TestResponse:
    home = f"/reviews/{review}"
    return press(client, home, filled(client.get(home)))


def postings(rows: Rows) -> list[Posting]:
    with rows.database.reading() as session:
        return list(session.scalars(select(Posting).order_by(col(Posting.id))))


def now_of(rows: Rows, review: int) -> Review:
    with rows.database.reading() as session:
        return session.get_one(Review, review)


def say(client: FlaskClient, page: TestResponse, said: str, **more: str) -> TestResponse:
    key = re.findall(r'name="key" value="([^"]+)"', page.text)[0]
    form = {"form_token": form_token(page), "key": key, "said": said} | more
    return client.post(page.request.path, data=form, follow_redirects=True)


def test_one_press_takes_the_review_and_leads_to_the_text_and_the_site(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = copy(client, review)
    (posting,) = postings(rows)
    assert page.request.path == f"/reviews/{review}/copied/{posting.id}"
    assert FIXED in (posting.text or "")
    assert (posting.state, posting.reply_class, posting.person) == ("copied", "within_bounds", "the desk")
    assert (now_of(rows, review).state, now_of(rows, review).claimed_as) == ("claimed", "the desk")
    assert re.search(r"<textarea[^>]* readonly[^>]*>[^<]*two more cooks", page.text)
    assert re.search(
        r'href="https://tablenotes.example/1" rel="noopener noreferrer" target="_blank"', page.text
    )


def test_pressing_twice_is_pressing_once(client: FlaskClient, rows: Rows, review: int) -> None:
    form = filled(client.get(f"/reviews/{review}"))
    first, second = (press(client, f"/reviews/{review}", form) for _ in "12")
    assert first.request.path == second.request.path
    with rows.database.reading() as session:
        assert len(session.scalars(select(PostingEvent)).all()) == 1


def test_an_empty_blank_is_not_taken_along(client: FlaskClient, rows: Rows, review: int) -> None:
    page = client.get(f"/reviews/{review}")
    answer = press(client, f"/reviews/{review}", form_of(page))
    assert answer.status_code == 422
    assert "is not filled in" in answer.text
    assert postings(rows) == []
    assert now_of(rows, review).state == "new"


def test_what_leaves_the_bounds_is_told_in_words_and_kept(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    typed = "offer you €20 &amp; <b>more</b>"
    answer = press(
        client, f"/reviews/{review}", filled(client.get(f"/reviews/{review}"), "offer you €20 & <b>more</b>")
    )
    assert answer.status_code == 422
    assert "not within what was approved" in answer.text
    assert "speaks of money" in answer.text.lower()
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert postings(rows) == []


def test_another_shows_the_next_reply_and_keeps_what_was_typed(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = client.get(f"/reviews/{review}")
    named = r"Pack ([a-z-]+), serial \d+, item ([a-z-]+), variant (\d)"
    first = re.findall(named, page.text)
    after = press(client, f"/reviews/{review}", filled(page) | {"another": "1"})
    assert after.status_code == 200
    assert re.findall(named, after.text) != first
    assert FIXED in after.text
    assert postings(rows) == []
    round_again = press(client, f"/reviews/{review}", filled(page) | {"another": "3"})
    assert re.findall(named, round_again.text) == first


def test_recalled_words_are_not_taken_along_and_what_fits_now_is_offered(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = client.get(f"/reviews/{review}")
    pack = re.findall(r"Pack ([a-z-]+), serial", page.text)[0]
    form = filled(page)
    withdraw(rows, pack, form["item"])
    answer = press(client, f"/reviews/{review}", form)
    assert answer.status_code == 422
    assert "is not approved any more" in answer.text
    assert FIXED in answer.text
    offered = re.findall(r"Pack ([a-z-]+), serial \d+, item ([a-z-]+)", answer.text)
    assert offered
    assert (pack, form["item"]) not in offered
    assert postings(rows) == []


def withdraw(rows: Rows, pack: str, item: str) -> None:
    why = {"reason": "It promised too much.", "key": "k", "statement": "", "signature": bytes(64)}
    rows.add(Recall(pack=pack, item=item, up_to_serial=999, made_at=rows.now, taken_at=rows.now, **why))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"reply_text": "Thank you!"}, "answered meanwhile"),
        (
            {"text": "It was dreadful, and my child fell ill.", "triage_rev": 1},
            "changed while you had it open",
        ),
        ({"claimed_as": "Sam Ito", "state": "claimed"}, "Sam Ito was quicker"),
    ],
)
def test_what_happened_between_reading_and_pressing_is_told_and_nothing_typed_is_lost(
    client: FlaskClient,
    rows: Rows,
    review: int,
    facts: dict[str, Any],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = filled(client.get(f"/reviews/{review}"))
    prepare = answering._words

    def meanwhile(*given: Any) -> Any:
        prepared = prepare(*given)
        rows.set(review, **facts)
        return prepared

    monkeypatch.setattr(answering, "_words", meanwhile)
    answer = press(client, f"/reviews/{review}", form)
    assert answer.status_code == 409
    assert told in answer.text
    assert FIXED in answer.text
    assert postings(rows) == []


def test_what_was_typed_for_an_erased_review_is_given_back(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    form = filled(client.get(f"/reviews/{review}"))
    rows.set(review, erased_at=rows.now, text=None, triage=None)
    answer = press(client, f"/reviews/{review}", form)
    assert answer.status_code == 410
    assert FIXED in answer.text
    assert "We waited forty" not in answer.text


def test_a_form_that_lay_too_long_does_nothing_and_keeps_what_was_typed(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    form = filled(client.get(f"/reviews/{review}")) | {"form_token": "stale"}
    answer = press(client, f"/reviews/{review}", form)
    assert answer.status_code == 403
    assert FIXED in answer.text
    assert postings(rows) == []
    again = filled(answer)
    assert press(client, f"/reviews/{review}", again, follow=False).status_code == 303


def test_a_form_of_another_site_never_reaches_the_review(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    form = filled(client.get(f"/reviews/{review}"))
    answer = client.post(f"/reviews/{review}/copy", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert postings(rows) == []


@pytest.mark.parametrize("name", ["sha256", "item", "variant"])
def test_words_nobody_approved_cannot_be_named(
    client: FlaskClient, rows: Rows, review: int, name: str
) -> None:
    form = filled(client.get(f"/reviews/{review}")) | {name: "77"}
    assert press(client, f"/reviews/{review}", form).status_code == 422
    assert postings(rows) == []


def test_a_held_review_takes_no_everyday_reply(client: FlaskClient, rows: Rows, review: int) -> None:
    form = filled(client.get(f"/reviews/{review}"))
    rows.set(review, triage=triage("held", ["illness"], "flag illness: 'ill'"), urgency="held")
    answer = press(client, f"/reviews/{review}", form)
    assert answer.status_code == 422
    assert "do not fit this review any more" in answer.text


def test_posted_is_her_word_and_nothing_is_due_from_then_on(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = say(client, copy(client, review), "posted")
    assert "Kept: you posted it." in page.text
    assert "says it is posted (within its bounds)" in page.text
    assert "nothing due" in page.text
    assert (now_of(rows, review).state, postings(rows)[0].state) == ("submitted", "submitted")


def test_not_yet_changes_nothing_and_leads_back(client: FlaskClient, rows: Rows, review: int) -> None:
    page = say(client, copy(client, review), "not_yet")
    assert (now_of(rows, review).state, postings(rows)[0].state) == ("claimed", "copied")
    assert f'href="/reviews/{review}/copied/{postings(rows)[0].id}"' in page.text


def test_changed_words_are_kept_as_they_were_posted_and_classed(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = say(client, copy(client, review), "changed", text="Sorry about that!")
    assert "says it is posted (not the approved words)" in page.text
    (posting,) = postings(rows)
    assert (posting.state, posting.reply_class, posting.text) == (
        "submitted",
        "off_pack",
        "Sorry about that!",
    )


def test_changed_without_words_is_asked_again(client: FlaskClient, rows: Rows, review: int) -> None:
    answer = say(client, copy(client, review), "changed", text=" ")
    assert answer.status_code == 422
    assert postings(rows)[0].state == "copied"


def test_what_she_will_not_post_waits_for_a_reply_again(client: FlaskClient, rows: Rows, review: int) -> None:
    say(client, copy(client, review), "denied")
    assert (now_of(rows, review).state, postings(rows)[0].state) == ("claimed", "denied")


def test_a_stale_form_keeps_the_words_she_posted(client: FlaskClient, rows: Rows, review: int) -> None:
    page = copy(client, review)
    form = {"form_token": "stale", "said": "changed", "text": "What I really wrote."}
    answer = client.post(page.request.path, data=form)
    assert answer.status_code == 403
    assert "What I really wrote." in answer.text
    assert postings(rows)[0].state == "copied"


def test_a_look_that_was_quicker_than_her_word_proves_it(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = copy(client, review)
    told = {"reply": ["page", rows.now.isoformat(), None]}
    rows.set(review, reply_text=postings(rows)[0].text, state="answered", provenance=told)
    say(client, page, "posted")
    assert (now_of(rows, review).state, postings(rows)[0].state) == ("answered", "seen_in_public")


def test_what_is_no_answer_is_no_request(client: FlaskClient, review: int) -> None:
    assert say(client, copy(client, review), "whatever").status_code == 400


def test_another_review_shows_nothing_of_this_ones_text(
    client: FlaskClient, rows: Rows, review: int, restaurant: int
) -> None:
    copy(client, review)
    other = rows.review(restaurant)
    assert client.get(f"/reviews/{other}/copied/{postings(rows)[0].id}").status_code == 404


class TestByALink:
    """By the link in an alert: the same, in the name of whom it was sent to, and nothing else."""

    @pytest.fixture
    def home(self, rows: Rows, links: Links, review: int) -> str:
        channel = rows.channel(rows.person("Dana Whitlock"), "mail")
        return f"/r/{links.token(Purpose.REVIEW, review, rows.now, channel)}"

    def acting(self, page: TestResponse) -> str:
        found = re.search(r'action="(/a/[^"/]+)/copy', page.text)
        assert found
        return found[1]

    def test_the_whole_way(self, client: FlaskClient, rows: Rows, review: int, home: str) -> None:
        page = client.get(home)
        answer = press(client, self.acting(page), filled(page))
        assert answer.status_code == 200
        assert 'href="/reviews' not in answer.text
        done = say(client, answer, "posted")
        assert "Kept: you posted it." in done.text
        (posting,) = postings(rows)
        assert (posting.person, posting.state) == ("Dana Whitlock", "submitted")
        assert (now_of(rows, review).claimed_as, now_of(rows, review).claimed_by) == ("Dana Whitlock", 1)
        with rows.database.reading() as session:
            assert set(session.scalars(select(col(PostingEvent.device)))) == {"link"}

    def test_it_opens_nothing_of_the_desk(self, client: FlaskClient, home: str) -> None:
        page = client.get(home)
        assert not re.search(r'(?:href|action)="/(?!static/|a/|manifest\.webmanifest")', page.text)
        assert "Write a note" not in page.text
        assert "This is wrong" not in page.text
        for act in ("note", "close", "assign", "claim", "wrong"):
            assert client.post(f"{self.acting(page)}/{act}", data=filled(page)).status_code in (403, 404)

    def test_it_tells_nobody_what_was_written_beside_the_review(
        self, client: FlaskClient, rows: Rows, review: int, home: str
    ) -> None:
        note = {"act": "noted", "by": "Sam Ito", "at": rows.now, "text": "Her brother is our cook."}
        rows.add(ReviewNote(review_id=review, key="k", **note))
        assert "Her brother is our cook." in client.get(f"/reviews/{review}").text
        page = client.get(home).text
        assert "Sam Ito" in page
        assert "Her brother" not in page

    def test_an_alert_of_last_week_is_for_reading(
        self, client: FlaskClient, rows: Rows, links: Links, review: int
    ) -> None:
        channel = rows.channel(rows.person())
        old = links.token(Purpose.REVIEW, review, rows.now - timedelta(days=4), channel)
        page = client.get(f"/r/{old}")
        assert "An approved reply" in page.text
        assert "<form" not in page.text

    def test_the_link_in_the_alert_itself_does_nothing(
        self, client: FlaskClient, rows: Rows, home: str
    ) -> None:
        form = filled(client.get(home))
        assert client.post(f"/a/{home.removeprefix('/r/')}/copy", data=form).status_code == 410
        assert client.post(f"{home}/copy", data=form).status_code in (403, 404, 405)
        assert postings(rows) == []

    def test_whoever_has_left_acts_no_more(self, client: FlaskClient, rows: Rows, home: str) -> None:
        page = client.get(home)
        with rows.database.transaction() as session:
            session.get_one(Person, 1).disabled_at = rows.now
        assert "<form" not in client.get(home).text
        assert press(client, self.acting(page), filled(page)).status_code == 410
        assert postings(rows) == []

    def test_of_two_who_were_told_one_has_it(
        self, app: Flask, rows: Rows, links: Links, review: int, home: str
    ) -> None:
        dana, sam = app.test_client(), app.test_client()
        channel = rows.channel(rows.person("Sam Ito", "sam@example.com"))
        hers, his = dana.get(home), sam.get(f"/r/{links.token(Purpose.REVIEW, review, rows.now, channel)}")
        press(dana, self.acting(hers), filled(hers))
        answer = press(sam, self.acting(his), filled(his, "cook faster"))
        assert answer.status_code == 409
        assert "Dana Whitlock was quicker" in answer.text
        assert "Copy and open" not in answer.text
        copied = dana.get(f"{self.acting(hers)}/copied/1")
        assert copied.status_code == 200
        assert sam.get(f"{self.acting(his)}/copied/1").status_code == 404

    def test_a_stale_form_by_a_link_keeps_what_was_typed(
        self, client: FlaskClient, rows: Rows, home: str
    ) -> None:
        page = client.get(home)
        answer = press(client, self.acting(page), filled(page) | {"form_token": "x"})
        assert answer.status_code == 403
        assert FIXED in answer.text
        assert postings(rows) == []

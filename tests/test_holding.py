"""Writers of all sorts at once: nobody waits in a circle, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from service.db import Database
from service.domain import Route
from service.models import Review
from service.watch.erase import erase
from service.watch.holding import hold_reviews
from service.watch.questions import ANOTHER, answer, open_questions
from tests.builders import NOW, a_look, a_mail, a_review
from tests.site_mails import Post, google

GUESTS = [a_review(f"guest{number}") for number in range(12)]


@pytest.mark.postgres
def test_looks_mails_files_answers_and_erasures_at_once(postgres_database: Database) -> None:
    post = Post(postgres_database)
    one, other = post.listing("North"), post.listing("South", key="102")
    for number in range(6):
        post.comes(google(f"Caller{number} Example", text=f"Call number {number} was fine.", place="North"))
    together = Barrier(6)

    def look(listing: int, route: Route) -> None:
        with post.database.transaction() as session:
            post.watch.keep(session, listing, route, a_look(*GUESTS, route=route), NOW, NOW)

    def bring_in_two_parts() -> None:
        with post.database.transaction() as session:
            for listing in (one, other):
                post.watch.keep(session, listing, Route.MAIL, a_mail(GUESTS[0]), NOW, NOW)

    def tidy() -> None:
        for number in range(1, 5):
            with post.database.transaction() as session:
                erase(session, number, NOW)
        with post.database.reading() as session:
            asked = [question.id for question in open_questions(session)]
        for question in asked:
            with post.database.transaction() as session:
                answer(session, post.watch, question, ANOTHER, "Kim", NOW)

    def at_once(work: Callable[[], object]) -> None:
        together.wait()
        for _ in range(3):
            work()

    jobs: list[Callable[[], object]] = [
        lambda: look(one, Route.PAGE),
        lambda: look(other, Route.CAPTURE),
        bring_in_two_parts,
        tidy,
        post.work,
        post.work,
    ]
    with ThreadPoolExecutor(len(jobs)) as pool:
        assert list(pool.map(at_once, jobs)) == [None] * len(jobs)
    with post.database.reading() as session:
        named = select(func.count(func.distinct(col(Review.author)))).where(col(Review.author).is_not(None))
        assert session.execute(named).scalar_one() >= 14


def test_a_listing_that_is_not_there_is_nobodys(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        assert hold_reviews(session, 77) is None

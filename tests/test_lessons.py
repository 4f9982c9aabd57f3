"""A shape is taught once, reads every mail of its kind, and can be withdrawn."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.errors import AnswerRefused
from service.models import InboundState, MailShape, Review
from service.sites.mail.lesson import learn
from service.sites.mail.mime import parse
from service.watch import lessons
from tests.builders import DAY, NOW
from tests.site_mails import Post, google, yelp


@pytest.fixture
def post(database: Database) -> Post:
    """A listing on a site whose mails nobody has taught us."""
    post = Post(database)
    post.listing(site="yelp", key="corner-bakery")
    return post


def authors(post: Post) -> list[str | None]:
    with post.database.reading() as session:
        return list(session.execute(select(col(Review.author)).order_by(col(Review.id))).scalars())


def teach(post: Post, raw: bytes) -> int:
    row = post.read(raw)
    marks = learn(parse(raw), author="Tomas B.", stars="4 stars", text="Lovely rolls, kind people.")
    with post.database.transaction() as session:
        return lessons.teach(session, row.id or 0, marks, "Kim", NOW)


def test_what_is_taught_once_reads_what_waited_and_what_comes(post: Post) -> None:
    waited = post.read(yelp("Ines Q.", 5, "Best bread in town."))
    assert teach(post, yelp()) == 2
    post.work()
    row = post.row(waited.id or 0)
    assert (row.state, row.told) == (InboundState.READ, [1])
    post.read(yelp("Olaf Z.", 1, "Never again."))
    assert authors(post) == ["Ines Q.", "Tomas B.", "Olaf Z."]
    with post.database.reading() as session:
        (shape,) = lessons.shapes(session)
    assert (shape.read, shape.taught_by, shape.last_read_at, shape.site) == (3, "Kim", NOW, "yelp")
    assert shape.example_subject == ""


def test_a_withdrawn_shape_reads_nothing_and_can_be_taught_anew(post: Post) -> None:
    teach(post, yelp())
    post.work()
    with post.database.transaction() as session:
        assert lessons.withdraw(session, 1, NOW)
        assert not lessons.withdraw(session, 1, NOW)
        assert not lessons.withdraw(session, 9, NOW)
    assert post.read(yelp("Olaf Z.", 1, "Never again.")).state == InboundState.UNKNOWN
    assert authors(post) == ["Tomas B."]
    marks = learn(parse(yelp()), author="Tomas B.", text="Lovely rolls, kind people.")
    with post.database.transaction() as session:
        lessons.teach(session, 2, marks, "Sam", NOW + DAY)
    post.work()
    assert authors(post) == ["Tomas B.", "Olaf Z."]
    with post.database.reading() as session:
        shape = session.execute(select(MailShape)).scalar_one()
        assert (shape.taught_by, shape.withdrawn_at, shape.read) == ("Sam", None, 1)


def test_a_mail_of_a_shape_we_know_is_not_one_to_teach(post: Post) -> None:
    post.listing()
    row = post.read(google())
    marks = learn(parse(yelp()), author="Tomas B.")
    for number in (row.id or 0, 99):
        with pytest.raises(AnswerRefused), post.database.transaction() as session:
            lessons.teach(session, number, marks, "Kim", NOW)

"""What ``shopbell status`` says of mails and questions."""

from __future__ import annotations

from service.cli.statement import as_text, statement
from service.db import Database
from tests.builders import NOW
from tests.site_mails import Post, google, yelp


def test_what_waits_for_a_person_is_said(sqlite_database: Database) -> None:
    post = Post(sqlite_database)
    post.listing()
    post.listing("Corner Bakery Quay", key="102")
    post.read(google(place="Somewhere Else"))
    post.read(yelp())
    post.comes(google("Nora Example"))
    with sqlite_database.reading() as session:
        told = statement(session, NOW)
    assert told.mails == {"waiting": 1, "unknown": 1, "which_listing": 1}
    text = as_text(told)
    assert "Mails that wait for somebody to say whose they are: 1." in text
    assert "Mails that come in a shape that nobody has taught: 1." in text
    assert "question" not in text
    assert told.all_is_well

"""The demo's whole story, looked at over real HTTP and kept as any listing's: what a newcomer sees happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.alerts.channels import DemoSender
from service.alerts.claim import Packing
from service.alerts.outbox import Post, deliver
from service.alerts.ring import ring
from service.approval.versions import still_approved
from service.db import Database
from service.demo import start
from service.domain import EventKind, Item, Look, Outcome
from service.models import Alert, Branch, Delivery, Event, Listing, LookRow, Review
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from service.people.links import Links
from service.replies.triage import triage
from service.secrets import Vault
from service.settings import CHECKOUT, Settings
from service.sources.page import PageSource
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from service.watch.check import Asked, Watch
from service.watch.lately import Recall
from service.watch.record import Planner
from service.watch.store import Judge, Judged

SECRET = bytes(range(32))
THE_END = 420
NOON = datetime.fromisoformat("2026-11-22T12:00:00+00:00")

pytestmark = pytest.mark.server


@dataclass
class Clock:
    """A clock that runs as fast as the test."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


def judge_for(_listing: Listing, branch: Branch | None, now: datetime, _recall: Recall) -> Judge:
    def judge(item: Item) -> Judged:
        said = triage(item, branch.language if branch else "en")
        return Judged(said.as_json(), said.urgency, None, now + timedelta(hours=said.due_hours))

    return judge


@dataclass
class Heard:
    """What was left once the story was over."""

    database: Database
    began: datetime

    def events(self, kind: EventKind) -> list[Event]:
        with self.database.reading() as session:
            return list(
                session.scalars(select(Event).where(col(Event.kind) == kind.value).order_by(col(Event.id)))
            )

    def alerts(self) -> list[Alert]:
        with self.database.reading() as session:
            return list(session.scalars(select(Alert).order_by(col(Alert.id))))

    def review(self, author: str) -> Review:
        with self.database.reading() as session:
            return session.scalars(select(Review).where(col(Review.author) == author)).one()

    def alert_about(self, author: str) -> Alert:
        review = self.review(author)
        return next(alert for alert in self.alerts() if alert.review_id == review.id)

    def seconds(self, moment: datetime) -> float:
        return (moment - self.began).total_seconds()


@pytest.fixture(scope="module")
def heard(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """The story from beginning to end, looked at whenever a listing was due."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database, clock = Database(f"sqlite:///{folder / 'shopbell.db'}"), Clock()
    demo = start.begin(Settings(data=folder, home=CHECKOUT), database, SECRET, clock(), clock)
    assert demo is not None
    client = Client(Guard(AllowList.parse(demo.hosts)), "Shopbell/test")
    patience = Politeness(timedelta(0))
    source = PageSource(client, Robots(client, patience), patience)
    sites = {site.name: site for site in demo.sites}

    def hear(asked: Asked, now: datetime) -> Look:
        site = sites[asked.site]
        return source.look(asked.url, site, now=now, cache=asked.cache, known_total=asked.known_total)

    watch = Watch(database, hear, judge_for, Planner(lambda name: sites[name].politeness, lambda: 0.5))
    packing = Packing(Vault(SECRET), Links(SECRET, "http://127.0.0.1:8080"), still_approved)
    post = Post({"demo": DemoSender()}, packing)
    for second in range(0, THE_END, 2):
        clock.now = NOON + timedelta(seconds=second)
        for listing in due(database, clock.now):
            watch.check(listing, clock.now, clock)
        ring(database, packing, clock.now)
        deliver(database, post, clock)
    client.close()
    demo.close()
    yield Heard(database, NOON)
    database.close()


def due(database: Database, now: datetime) -> list[int]:
    with database.reading() as session:
        return [
            one
            for one in session.scalars(select(col(Listing.id)).where(col(Listing.next_look_at) <= now))
            if one
        ]


def test_the_first_hearing_is_the_past_and_rings_once_for_each_listing(heard: Heard) -> None:
    summaries = heard.events(EventKind.BASELINE)
    assert len(summaries) == 3
    assert all(len(event.payload["unanswered"]) == 1 for event in summaries)
    past = heard.review("Hattie Lowe")
    assert past.baseline
    assert past.due_public_at is None
    assert [alert for alert in heard.alerts() if alert.review_id == past.id] == []


def test_an_alert_about_a_new_review_is_delivered_within_the_first_minute(heard: Heard) -> None:
    alert = heard.alert_about("Tom Ashdown")
    with heard.database.reading() as session:
        delivery = session.scalars(select(Delivery).where(col(Delivery.alert_id) == alert.id)).one()
    assert delivery.state == "sent"
    assert delivery.sent_at is not None
    assert heard.seconds(delivery.sent_at) <= 45
    assert "forty minutes" in alert.body["review"]["text"]


@pytest.mark.parametrize(
    ("author", "language"), [("Tom Ashdown", "en"), ("Begoña Ruiz", "es"), ("Jonas Wieland", "de")]
)
def test_each_language_is_answered_in_its_own(heard: Heard, author: str, language: str) -> None:
    offer = heard.alert_about(author).body["offer"]
    assert offer is not None
    assert offer["pack"].endswith(f"-{language}")


def test_the_ill_guests_are_held_and_get_only_a_holding_reply(heard: Heard) -> None:
    alert = heard.alert_about("Priya N.")
    assert alert.urgency == "held"
    assert alert.body["offer"]["pack"] == "holding-en"


def test_a_rating_without_words_is_answered_too(heard: Heard) -> None:
    assert heard.alert_about("Julián Prats").body["offer"] is not None


def test_the_reply_is_seen_in_public(heard: Heard) -> None:
    review = heard.review("Tom Ashdown")
    assert review.state == "answered"
    assert review.due_public_at is None
    assert [event.review_id for event in heard.events(EventKind.REPLIED)] == [review.id]


def test_the_edited_review_is_judged_again_and_rings_again(heard: Heard) -> None:
    review = heard.review("Jonas Wieland")
    assert review.rating == 9
    assert [event.review_id for event in heard.events(EventKind.EDITED)] == [review.id]
    assert len([alert for alert in heard.alerts() if alert.review_id == review.id]) == 2


def test_the_advertisement_vanishes_and_is_believed_gone_after_two_looks(heard: Heard) -> None:
    review = heard.review("bestpreis_kaffee24")
    assert review.removed_at is not None
    assert 165 <= heard.seconds(review.removed_at) <= 220
    assert [event.review_id for event in heard.events(EventKind.REMOVED)] == [review.id]


def test_the_wall_is_told_once_and_its_end_too(heard: Heard) -> None:
    health = heard.events(EventKind.HEALTH)
    assert [event.payload["health"] for event in health] == ["walled", "ok"]
    assert health[0].payload["evidence"] == ["HTTP 403"]
    assert heard.seconds(health[1].at) <= 260


def test_what_was_written_behind_the_wall_is_heard_afterwards(heard: Heard) -> None:
    assert not heard.review("Carmen Ortega").baseline
    assert heard.alert_about("Carmen Ortega")


def test_nothing_is_doubled_and_nobody_is_alarmed_about_us(heard: Heard) -> None:
    with heard.database.reading() as session:
        authors = list(session.scalars(select(col(Review.author))))
    assert len(authors) == len(set(authors)) == 20
    assert (
        heard.events(EventKind.ALARM)
        == heard.events(EventKind.TWINS)
        == heard.events(EventKind.RESTORED)
        == []
    )
    assert len(heard.events(EventKind.NEW)) == 10


def test_most_looks_cost_nothing_because_nothing_changed(heard: Heard) -> None:
    with heard.database.reading() as session:
        outcomes = list(session.scalars(select(col(LookRow.outcome))))
    assert set(outcomes) == {Outcome.OK, Outcome.UNCHANGED, Outcome.WALLED}
    assert outcomes.count(Outcome.UNCHANGED) > len(outcomes) / 2

"""Telling machines: signed, at least once, always under one key, and given up where everybody sees it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from service.domain import EventKind
from service.hooks import outbox, sending, targets
from service.hooks.kinds import HookKind
from service.hooks.outbox import ASKED_TO_STOP, ERASED, LEASE, STOPPED, TOOK_NOTHING, Courier, claim
from service.hooks.queue import KEPT, forget, queue, send_again
from service.hooks.sending import verdict_on
from service.models import HookDelivery, PackVersion, Posting
from service.net.client import Client, Limits
from service.outcomes import handling
from service.outcomes.handling import Actor, Step
from service.watch.erase import erase
from tests.desk_rows import WORDS, Rows
from tests.hooking import DESK, Hooks, the_documented_verify
from tests.loopback import Asked, Loopback, answer
from tests.ringing import NOW, VAULT, Clock

TAKEN = answer(status="204 No Content")


@pytest.fixture
def receiver() -> Iterator[Loopback]:
    with Loopback(lambda _asked: TAKEN) as server:
        yield server


@pytest.fixture
def hooks(sqlite_database: Any, receiver: Loopback) -> Hooks:
    return Hooks(Rows(sqlite_database, NOW), receiver, Clock(NOW))


def says(hooks: Hooks, status: str, **headers: str) -> None:
    hooks.receiver.say = lambda _asked: answer(status=status, **headers)


def until_next_try(hooks: Hooks) -> None:
    hooks.clock.at = max(hooks.clock.at, hooks.deliveries[0].next_try_at)


def test_a_new_review_is_told_once_signed_as_the_documentation_verifies(hooks: Hooks) -> None:
    hooks.target()
    review = hooks.new_review()
    assert (hooks.run(), hooks.run()) == (1, 0)
    (asked,) = hooks.receiver.asked
    verify = the_documented_verify()
    assert (asked.method, asked.path, asked.headers["content-type"]) == (
        *("POST", "/in?token=t"),
        "application/json",
    )
    assert verify(hooks.secrets[0], asked.headers, asked.body, NOW.timestamp())
    assert not verify(hooks.secrets[0], asked.headers, asked.body + b" ", NOW.timestamp())
    assert not verify(hooks.secrets[0], asked.headers, asked.body, NOW.timestamp() + 301)
    (told,) = hooks.told
    assert (told["type"], told["version"], told["demo"]) == ("review.new", 1, False)
    assert told["timestamp"] == "2026-11-22T09:00:00Z"
    assert told["data"]["review"]["link"] == f"{DESK}/reviews/{review}"
    assert told["data"]["listing"]["site"] == "tablenotes.example"


def test_what_people_wrote_goes_only_where_it_is_asked_for(hooks: Hooks) -> None:
    hooks.target()
    hooks.target(path="/words", with_words=True)
    hooks.new_review(permalink="https://tablenotes.example/1")
    assert hooks.run() == 2
    bodies = {asked.path: asked.body.decode() for asked in hooks.receiver.asked}
    assert all(word not in bodies["/in?token=t"] for word in (WORDS, "Marta", "tablenotes.example/1"))
    words = hooks.told[1]["data"]["review"]["words"]
    assert (words["author"], words["text"]) == ("Marta K.", WORDS)


def test_each_address_is_told_what_it_chose_and_nothing_of_before(hooks: Hooks) -> None:
    hooks.new_review()
    hooks.clock.pass_by(minutes=1)
    hooks.target(HookKind.CLAIMED, path="/claims")
    review = hooks.new_review()
    hooks.clock.pass_by(minutes=1)
    hooks.target(HookKind.NEW)
    with hooks.database.transaction() as session:
        handling.claim(session, review, Step(Actor("Dana"), "k", hooks.clock.at))
    hooks.run()
    assert [
        (asked.path, told["type"]) for asked, told in zip(hooks.receiver.asked, hooks.told, strict=True)
    ] == [("/claims", "review.claimed")]
    assert "Dana" not in hooks.receiver.asked[0].body.decode()


def test_a_listings_past_is_not_told(hooks: Hooks) -> None:
    hooks.target()
    hooks.new_review(baseline=True)
    hooks.run()
    assert hooks.deliveries == []


def test_a_listing_that_cannot_be_heard_and_that_can_again(hooks: Hooks) -> None:
    hooks.target()
    listing = hooks.rows.listing(hooks.rows.branch(code="harbour"))
    about = {"subject": f"listing:{listing}", "listing_id": listing, "review_id": None}
    for health in ("walled", "ok"):
        payload = {"route": "page", "health": health, "outcome": health, "evidence": ["HTTP 403"]}
        hooks.rows.event(EventKind.HEALTH, payload=payload, **about)
    hooks.rows.event(EventKind.SILENCE, payload={"days": 40, "usual_days": 2}, **about)
    hooks.run()
    assert [(told["type"], told["data"]["health"]) for told in hooks.told] == [
        ("listing.unhealthy", "walled"),
        ("listing.healthy", "ok"),
        ("listing.unhealthy", "no_news"),
    ]
    assert hooks.told[0]["data"]["listing"]["branch"] == "harbour"


def test_a_reply_says_which_words_and_how_it_is_known(hooks: Hooks) -> None:
    hooks.target()
    review = hooks.new_review()
    posting = hooks.rows.add(
        Posting(review_id=review, pack="p", sha256=bytes(32), item="i", variant=1, person="Dana", made_at=NOW)
    )
    for kind, signs in ((EventKind.REPLY_SUBMITTED, []), (EventKind.SEEN_IN_PUBLIC, ["page"])):
        payload = {"posting": posting, "signs": signs}
        hooks.rows.event(kind, review_id=review, subject=f"review:{review}", payload=payload)
    hooks.run()
    replies = [told["data"]["reply"] for told in hooks.told[1:]]
    assert [reply["proof"] for reply in replies] == ["person", "page"]
    assert replies[0] | {"proof": ""} == replies[1] | {"proof": ""}


def test_an_approved_pack_is_told_with_its_hash(hooks: Hooks) -> None:
    hooks.target()
    told = {"pack": "spring", "serial": 2, "sha256": bytes(32).hex()}
    days = {"effective_from": NOW.date(), "until": NOW.date(), "loaded_at": NOW}
    hooks.rows.add(PackVersion(sha256=bytes(32), pack="spring", serial=2, body=b"", risk="routine", **days))
    hooks.rows.event(EventKind.PACK_APPROVED, subject="pack:spring", payload=told, review_id=None)
    hooks.run()
    pack = hooks.told[0]["data"]["pack"]
    assert (pack["risk"], pack["until"]) == ("routine", "2026-11-22")
    assert pack["link"] == f"{DESK}/pack/spring?version=2"


# Whatever the other side does


def test_a_refusal_for_now_is_tried_again_under_the_same_key_with_a_new_time(hooks: Hooks) -> None:
    number = hooks.target()
    hooks.new_review()
    says(hooks, "503 Service Unavailable")
    assert (hooks.run(), hooks.run()) == (0, 0)
    assert hooks.stored(number).last_error == "It answered 503 (Service Unavailable)."
    until_next_try(hooks)
    hooks.receiver.say = lambda _asked: TAKEN
    assert hooks.run() == 1
    assert (len(set(hooks.keys)), len(hooks.keys)) == (1, 2)
    first, second = hooks.receiver.asked
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert the_documented_verify()(hooks.secrets[0], second.headers, second.body, hooks.clock.at.timestamp())
    assert (hooks.stored(number).failures, hooks.stored(number).last_error) == (0, None)


def test_who_asks_for_patience_gets_it(hooks: Hooks) -> None:
    hooks.target()
    hooks.new_review()
    says(hooks, "429 Too Many Requests", retry_after="3600")
    hooks.run()
    assert hooks.deliveries[0].next_try_at == NOW + timedelta(hours=1)


def test_an_address_that_is_gone_is_told_nothing_more(hooks: Hooks) -> None:
    number = hooks.target()
    hooks.new_review()
    says(hooks, "410 Gone")
    hooks.run()
    hooks.new_review()
    hooks.run()
    assert hooks.states == ["failed"]
    assert hooks.stored(number).paused_why == ASKED_TO_STOP


def test_a_redirect_is_not_followed(hooks: Hooks) -> None:
    hooks.target()
    hooks.new_review()
    says(hooks, "302 Found", location=f"{hooks.receiver.url}/elsewhere")
    hooks.run()
    assert hooks.receiver.paths == ["/in?token=t"]
    assert (hooks.states, hooks.deliveries[0].permanent) == (["failed"], True)
    assert "leads elsewhere" in str(hooks.deliveries[0].last_error)


def test_nobody_listening_is_tried_again(hooks: Hooks) -> None:
    with Loopback(lambda _asked: TAKEN) as other:
        hooks.target(url=f"{other.url}/x")
    hooks.new_review()
    hooks.run()
    assert hooks.states == ["queued"]
    assert str(hooks.deliveries[0].last_error).startswith("No answer: no connection")


def test_one_that_hangs_stops_no_other(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PATIENCE", Limits(connect=0.2, silence=0.2, total=0.3))

    def say(asked: Asked) -> bytes:
        if asked.path == "/slow":
            time.sleep(0.6)
        return TAKEN

    hooks.receiver.say = say
    hooks.target(path="/slow")
    hooks.target(path="/quick")
    for _ in range(2):
        hooks.new_review()
    assert hooks.run() == 2
    assert sorted(hooks.receiver.paths) == ["/quick", "/quick", "/slow"]
    assert sorted(hooks.states) == ["queued", "queued", "sent", "sent"]


def test_what_is_never_taken_is_given_up_and_the_address_paused(hooks: Hooks) -> None:
    number = hooks.target()
    hooks.new_review()
    says(hooks, "500 Internal Server Error")
    while hooks.states in ([], ["queued"]):
        hooks.run()
        until_next_try(hooks)
    assert NOW + timedelta(days=2) < hooks.clock.at <= NOW + timedelta(days=3)
    assert hooks.stored(number).paused_why == TOOK_NOTHING
    assert len(set(hooks.keys)) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_what_repeating_cannot_mend_is_given_up(status: int) -> None:
    verdict = verdict_on(status)
    assert (verdict.taken, verdict.gives_up, verdict.gone) == (False, True, False)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 599])
def test_what_may_pass_is_not(status: int) -> None:
    assert not verdict_on(status).gives_up


def test_an_address_that_comes_to_lead_inside_is_refused_for_good(hooks: Hooks) -> None:
    hooks.target()
    hooks.new_review()
    hooks.allow = ()
    hooks.run()
    assert hooks.receiver.asked == []
    assert (hooks.states, hooks.deliveries[0].permanent) == (["failed"], True)
    assert str(hooks.deliveries[0].last_error).startswith("Refused here")


# Whatever happens on our side


def test_dying_between_sending_and_recording_repeats_under_the_same_key(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks.target()
    hooks.new_review()

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "record", die)
        with pytest.raises(Killed):
            hooks.run()
    assert (hooks.states, hooks.run()) == (["queued"], 0)
    hooks.clock.at += LEASE
    assert hooks.run() == 1
    assert (len(hooks.keys), len(set(hooks.keys))) == (2, 1)


def test_dying_while_queueing_queues_once(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks.target()
    hooks.new_review()
    queue(hooks.database, NOW)
    assert queue(hooks.database, NOW) == 0
    assert len(hooks.deliveries) == 1


def test_two_senders_never_have_the_same_delivery(hooks: Hooks) -> None:
    hooks.target()
    hooks.new_review()
    queue(hooks.database, NOW)
    client = Client(hooks.guard, "Shopbell/0")
    courier = Courier(client, VAULT, DESK)
    with hooks.database.transaction() as session:
        assert claim(session, courier, (), NOW) is not None
        assert claim(session, courier, (), NOW) is None
    client.close()


def test_who_lost_the_lease_writes_nothing_down(hooks: Hooks) -> None:
    hooks.target()
    hooks.new_review()
    queue(hooks.database, NOW)
    client = Client(hooks.guard, "Shopbell/0")
    with hooks.database.transaction() as session:
        late = claim(session, Courier(client, VAULT, DESK), (), NOW)
    client.close()
    assert late is not None
    hooks.clock.at += LEASE
    says(hooks, "503 Service Unavailable")
    hooks.run()
    with hooks.database.transaction() as session:
        outbox.record(session, late, sending.Verdict(taken=True, said=""), hooks.clock.at)
    assert hooks.states == ["queued"]


def test_of_an_erased_review_nothing_is_sent_even_on_its_way(hooks: Hooks) -> None:
    hooks.target(with_words=True)
    review = hooks.new_review()
    queue(hooks.database, NOW)
    with hooks.database.transaction() as session:
        assert erase(session, review, NOW)
    hooks.run()
    assert hooks.receiver.asked == []
    assert (hooks.states, hooks.deliveries[0].last_error) == (["withheld"], ERASED)
    hooks.rows.event(EventKind.CLAIMED, review_id=review, subject=f"review:{review}")
    hooks.run()
    assert len(hooks.deliveries) == 1


def test_what_was_on_its_way_to_a_paused_address_is_withheld_and_can_be_sent_again(hooks: Hooks) -> None:
    number = hooks.target()
    hooks.new_review()
    queue(hooks.database, NOW)
    with hooks.database.transaction() as session:
        targets.pause(session, number, "Olga", NOW)
    hooks.run()
    assert (hooks.states, hooks.deliveries[0].last_error) == (["withheld"], STOPPED)
    with hooks.database.transaction() as session:
        targets.resume(session, number, "Olga", NOW)
        assert send_again(session, number, hooks.deliveries[0].id or 0, NOW)
        assert not send_again(session, number + 1, hooks.deliveries[0].id or 0, NOW)
    key = hooks.deliveries[0].message_id
    assert hooks.run() == 1
    assert hooks.keys == [key]


def test_both_secrets_sign_for_a_day_after_a_change(hooks: Hooks) -> None:
    number = hooks.target()
    with hooks.database.transaction() as session:
        new = targets.rotate(session, VAULT, number, "Olga", NOW)
    verify, old = the_documented_verify(), hooks.secrets[0]
    for days, fits in ((0, [True, True]), (1, [True, False])):
        hooks.clock.at = NOW + timedelta(days=days)
        hooks.new_review()
        hooks.run()
        asked = hooks.receiver.asked[-1]
        at: datetime = hooks.clock.at
        said = [verify(secret, asked.headers, asked.body, at.timestamp()) for secret in (new, old)]
        assert said == fits


def test_what_was_told_long_ago_is_forgotten_and_never_told_again(hooks: Hooks) -> None:
    number = hooks.target()
    with hooks.database.transaction() as session:
        targets.rotate(session, VAULT, number, "Olga", NOW)
    hooks.new_review()
    hooks.run()
    says(hooks, "503 Service Unavailable")
    hooks.new_review()
    hooks.run()
    with hooks.database.transaction() as session:
        forget(session, NOW + KEPT + timedelta(seconds=1))
    assert hooks.states == ["queued"]
    assert hooks.stored(number).old_secret_enc is None
    hooks.run()
    assert len(hooks.deliveries) == 1


def test_on_postgresql_it_is_the_same(database: Any, receiver: Loopback) -> None:
    hooks = Hooks(Rows(database, NOW), receiver, Clock(NOW))
    number = hooks.target()
    hooks.new_review()
    assert hooks.run() == 1
    with database.transaction() as session:
        targets.remove(session, number, "Olga", NOW)
        assert session.exec(select(HookDelivery).where(col(HookDelivery.target_id) == number)).all() == []

"""A brand of 2,000 branches with 50,000 reviews, as it stands after a year: straight into a database.

Everything about it follows from one number, so that two runs measure the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from service.alerts.facts import Facts, Place, ReviewFacts
from service.approval.folder import read_folder
from service.db import Database
from service.demo.signers import sign_all
from service.domain import EventKind, Item, Outcome, ReviewState, Role, Route, ScopeKind, Urgency
from service.models import (
    Alert,
    Branch,
    CaseFile,
    Channel,
    Delivery,
    Event,
    Installation,
    Listing,
    ListingSource,
    LookRow,
    Person,
    Posting,
    Review,
    ReviewNote,
    ReviewVersion,
    RoleGrant,
)
from service.replies.triage import Triage, triage
from service.settings import CHECKOUT
from service.watch.rows import judgement_columns
from tests.bench.judging import reviews

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SITES = ("google_maps", "yelp", "tripadvisor", "facebook", "trustpilot")
REGIONS = ("North", "South", "East", "West", "Coast", "Hills", "Lakes", "Islands", "")
ZONES = ("UTC", "Europe/Berlin", "America/Chicago", "Australia/Sydney")
ROUTES = (Route.API, Route.PAGE, Route.PAGE, Route.PAGE, Route.CAPTURE, Route.MAIL)
STANDS = {
    **{ReviewState.ANSWERED: 70, ReviewState.SUBMITTED: 3, ReviewState.CLOSED: 6, ReviewState.NEW: 12},
    **{ReviewState.SEEN: 4, ReviewState.CLAIMED: 3, ReviewState.VANISHED: 1, ReviewState.REJECTED: 1},
}
"""How a review stands, and of a hundred how many do."""
WAITING = (ReviewState.NEW, ReviewState.SEEN, ReviewState.CLAIMED)
AT_ONCE = 2_000  # rows


@dataclass(frozen=True, slots=True)
class Size:
    """How large the brand is; every branch has two listings, and a manager."""

    branches: int = 2_000
    reviews: int = 50_000

    @property
    def listings(self) -> int:
        """Two of every branch."""
        return 2 * self.branches


def fill(database: Database, now: datetime, size: Size = Size()) -> None:
    """Write all of it into an empty ``database``, as it stands at ``now``."""
    throw = Random(5)
    with database.transaction() as session:
        session.add(Installation(created_at=now - 400 * DAY, tick_at=now))
        sign_all(session, CHECKOUT, now - 90 * DAY)
    for model, rows in (
        (Branch, _branches(throw, size)),
        (Listing, _listings(size, now)),
        (ListingSource, _sources(throw, size, now)),
        (LookRow, _looks(throw, size, now)),
        (Person, _people(size)),
        (RoleGrant, _grants(size)),
        (Channel, _channels(size, now)),
        (Review, _reviews(throw, size, now)),
        (ReviewVersion, _versions(size, now)),
        (Event, _events(size, now)),
        (Alert, _alerts(size, now)),
        (Delivery, _deliveries(size, now)),
        (Posting, _postings(throw, size, now)),
        (ReviewNote, _notes(size, now)),
        (CaseFile, _cases(size, now)),
    ):
        _write(database, model, rows)


def _write(database: Database, model: type[SQLModel], rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, AT_ONCE)):
        with database.transaction() as session:
            session.execute(insert(model), some)


def _branches(throw: Random, size: Size) -> Iterator[dict[str, Any]]:
    for n in range(1, size.branches + 1):
        yield {
            "id": n,
            "code": f"b{n}",
            "name": f"Branch {n:04}",
            "brand": "Lantern",
            "region": REGIONS[n % len(REGIONS)],
            "city": f"Town {n % 300}",
            "tz": throw.choice(ZONES),
            "vertical": "restaurant",
        }


def _listings(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, size.listings + 1):
        site = SITES[n % len(SITES)]
        yield {
            "id": n,
            "branch_id": 1 + (n - 1) // 2,
            "site": site,
            "key": f"/place/{n}",
            "url": f"https://{site}.example/place/{n}",
            "added_at": now - 400 * DAY,
            "next_look_at": now + HOUR,
            "last_look_at": now - HOUR,
        }


def _sources(throw: Random, size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, size.listings + 1):
        health = throw.choices(("ok", "walled", "no_news"), (95, 4, 1))[0]
        for route in ("page", "mail")[: 1 + n % 2]:
            yield {
                "listing_id": n,
                "route": route,
                "health": health,
                "health_since": now - 9 * DAY,
                "last_ok_at": now - HOUR,
                "last_look_at": now - HOUR,
                "began_at": now - 400 * DAY,
            }


def _looks(throw: Random, size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    """Forty each: as many as are drawn."""
    for n in range(1, size.listings + 1):
        for back in range(40):
            outcome = throw.choices((Outcome.OK, Outcome.UNCHANGED, Outcome.WALLED), (30, 66, 4))[0]
            at = now - back * DAY - HOUR
            yield {
                "listing_id": n,
                "route": "page",
                "started_at": at,
                "seconds": 0.4,
                "outcome": outcome.value,
            }


def _people(size: Size) -> Iterator[dict[str, Any]]:
    for n in range(1, size.branches + 1):
        yield {"id": n, "email_folded": f"m{n}@shops.example", "name": f"Manager {n}"}


def _grants(size: Size) -> Iterator[dict[str, Any]]:
    """The first is the owner, the second manages the North, and every other one branch."""
    for role in (Role.ADMIN, Role.APPROVER):
        yield {"person_id": 1, "role": role.value, "scope_kind": ScopeKind.ALL.value, "scope": ""}
    yield {"person_id": 2, "role": Role.AREA.value, "scope_kind": ScopeKind.REGION.value, "scope": "North"}
    for n in range(3, size.branches + 1):
        scope = {"scope_kind": ScopeKind.BRANCH.value, "scope": f"b{n}"}
        yield {"person_id": n, "role": Role.BRANCH.value} | scope


def _channels(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, size.branches + 1):
        mark = sha256(str(n).encode()).digest()
        told = {"kind": "demo", "title": "this desk", "target_hash": mark, "target_enc": mark}
        yield {"id": n, "person_id": n, "verified_at": now - 90 * DAY} | told


@cache
def _judged(text: str, stars: int) -> Triage:
    return triage(Item(text=text, rating=Decimal(stars), best=Decimal(5)), "en")


def _is_past(n: int) -> bool:
    """Three of ten were there before we listened."""
    return n % 10 < 3


def _heard_at(n: int, now: datetime) -> datetime:
    return now - 360 * DAY if _is_past(n) else now - (n * 7919 % 360_000) / 1000 * DAY


def _reviews(throw: Random, size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    said = [text for _, text in reviews()]
    for n in range(1, size.reviews + 1):
        stars = throw.choices((1, 2, 3, 4, 5), (14, 8, 10, 22, 46))[0]
        text = throw.choice(said)
        is_past, seen = _is_past(n), _heard_at(n, now)
        posted = seen - throw.uniform(0, 700 if is_past else 1) * DAY
        yield (
            {
                "id": n,
                "listing_id": throw.randrange(1, size.listings + 1),
                "rating": float(stars),
                "best": 5.0,
                "author": f"Guest {n}",
                "author_folded": f"guest {n}",
                "text": f"{text} We came on day {n}, and told everybody at home about it. " * 2,
                "posted_at": posted if throw.random() < 0.9 else None,
                "first_seen_at": seen,
                "last_seen_at": now,
                "removed_at": now if throw.random() < 0.02 else None,
                "baseline": is_past,
            }
            | _judgement(_judged(text, stars), throw)
            | _standing(throw, n, now)
        )


def _judgement(judged: Triage, throw: Random) -> dict[str, Any]:
    told = {"urgency": judged.urgency.value, "language": throw.choice(("en", "de", "fr"))}
    return judgement_columns(judged.as_json()) | told


def _standing(throw: Random, n: int, now: datetime) -> dict[str, Any]:
    """What became of it, and what is still due."""
    state = throw.choices(list(STANDS), list(STANDS.values()))[0]
    seen, is_past = _heard_at(n, now), _is_past(n)
    waits = state in WAITING and not is_past
    is_hers, is_closed = state is ReviewState.CLAIMED, state is ReviewState.CLOSED
    told = {
        "state": state.value,
        "due_claim_at": seen + 8 * HOUR if waits else None,
        "due_public_at": None if is_past else seen + 24 * HOUR,
        "claimed_by": 3 if is_hers else None,
        "claimed_as": "Manager 3" if is_hers else None,
        "closed_why": throw.choice(("Spam", "Answered by phone")) if is_closed else None,
        "snoozed_until": now + DAY if waits and throw.random() < 0.05 else None,
    }
    return told | _reply(throw, seen, state is ReviewState.ANSWERED)


def _reply(throw: Random, seen: datetime, is_there: bool) -> dict[str, Any]:
    if not is_there:
        return dict.fromkeys(("reply_text", "reply_at", "reply_route", "reply_seen_at")) | {"provenance": {}}
    at, route = seen + throw.uniform(0.5, 60) * HOUR, throw.choice(ROUTES).value
    return {
        "reply_text": "Thank you for telling us. " * 8,
        "reply_at": at if throw.random() < 0.6 else None,
        "reply_seen_at": at,
        "reply_route": route,
        "provenance": {"reply": [route, at.isoformat(), "day"]},
    }


def _versions(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, size.reviews + 1):
        item = {"author": f"Guest {n}", "text": "We waited forty minutes for two bowls of soup. " * 3}
        told = {"content_sha256": sha256(str(n).encode()).digest(), "item": item}
        yield {"review_id": n, "n": 1, "route": "page", "seen_at": now - DAY, "last_seen_at": now} | told


def _events(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    """Every review was new once, and seven of ten were seen to be answered."""
    done = dict.fromkeys(("alerts_done_at", "outcomes_done_at", "hooks_done_at"), now)
    for n in range(1, size.reviews + 1):
        for kind in (EventKind.NEW, EventKind.REPLIED)[: 2 if n % 10 < 7 else 1]:
            at = _heard_at(n, now) + (n % 60) * HOUR * (kind is EventKind.REPLIED)
            about = {
                "subject": f"review:{n}",
                "review_id": n,
                "dedupe_key": "1",
                "listing_id": 1 + n % size.listings,
            }
            yield {"kind": kind.value, "at": at} | about | done


def _alerts(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    """One for every fourth review."""
    place = Place(listing_id=1, listing_url="https://yelp.example/place/1", site="Yelp")
    for n in range(1, size.reviews // 4 + 1):
        shown = ReviewFacts(id=n, rating=2, best=5, author=f"Guest {n}", text="We waited forty minutes.")
        told = {"subject": "Branch: 2 of 5 stars", "place": place, "review": shown}
        facts = Facts(kind=EventKind.NEW, at=now - n * HOUR / 2, urgency=Urgency.HIGH, **told)
        about = {"event_id": n, "review_id": n, "listing_id": 1 + n % size.listings}
        how = {"kind": "new", "urgency": "high", "created_at": facts.at}
        yield {"id": n, "dedupe_key": str(n), "body": facts.model_dump(mode="json")} | about | how


def _deliveries(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, size.reviews // 4 + 1):
        how = {"state": "failed" if n % 50 == 0 else "sent", "tries": 1, "sent_at": now, "next_try_at": now}
        yield {"alert_id": n, "channel_id": 1 + n % size.branches, "message_id": str(n)} | how


def _postings(throw: Random, size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    """One for every third review."""
    packs = [found.pack for found in read_folder(CHECKOUT / "templates_local").packs]
    for n in range(3, size.reviews + 1, 3):
        pack = throw.choice(packs)
        words = {"pack": pack.name, "sha256": pack.sha256, "item": throw.choice(pack.items).id, "variant": 1}
        how = {
            "state": throw.choice(("copied", "submitted", "seen_in_public")),
            "reply_class": throw.choice(("verbatim", "off_pack", None)),
        }
        yield {"review_id": n, "person": "Manager 3", "made_at": _heard_at(n, now)} | words | how


def _notes(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(5, size.reviews + 1, 5):
        yield {
            "review_id": n,
            "key": "1",
            "act": "noted",
            "by": "Manager 3",
            "at": now - DAY,
            "text": "Rang.",
        }


def _cases(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(50, size.reviews + 1, 50):
        yield {"review_id": n, "opened_by": "Manager 3", "opened_at": now - DAY, "state": "open"}

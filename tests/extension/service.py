"""A stand-in for the service, for what the real one cannot be told: to be slow, to be down, to refuse.

Its answers have the shapes of ``/api/v1``. It remembers what it was asked, and believes every card it knows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from time import monotonic, sleep
from typing import Any, Self

from tests.extension.browsers import PATIENCE
from tests.extension.pages.reviews import ANN, BERT, CARLA, Written
from tests.loopback import Asked, Loopback, answer

LONG_AGO = "2026-11-20T09:00:00Z"
REPLY = "Dear {},\n\nthank you for telling us. We [what you changed] this week.\n\nHarbour Cakes"
HINT = "what you changed"


def suggestion(author: str, variant: int = 1, text: str = REPLY) -> dict[str, Any]:
    """An approved reply with one blank of hers."""
    written = text.format(author)
    start = written.index(f"[{HINT}]")
    end = start + len(HINT) + 2
    blank = {"name": "change", "hint": HINT, "max": 40, "empty": False, "forbid": [], "choices": []}
    spans = [
        {"kind": "locked", "name": None, "start": 0, "end": start},
        {"kind": "blank", "name": "change", "start": start, "end": end},
        {"kind": "locked", "name": None, "start": end, "end": len(written)},
    ]
    return {
        "pack": "harbour",
        "serial": 1,
        "sha256": "a" * 64,
        "item": "wait",
        "variant": variant,
        "approved": True,
        "text": written,
        "spans": spans,
        "blanks": [blank],
        "class": "verbatim",
        "findings": [],
        "reasons": ["2 stars", f"variant {variant}"],
        "score": 1.0,
    }


@dataclass
class Service:
    """The stand-in, until its ``with`` block ends. ``refusals`` and ``held`` are by path."""

    written: dict[int, Written] = field(default_factory=lambda: {1: ANN, 2: BERT, 3: CARLA})
    refusals: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    heard: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    twins: tuple[int, ...] = ()  # reviews nobody can tell apart, until she says which
    expired: set[str] = field(default_factory=set)  # accesses that are over
    held: dict[str, Event] = field(default_factory=dict)
    access: str = ""
    station: dict[str, Any] | None = None
    captures: bool = True
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1000)))

    def __enter__(self) -> Self:
        self._server = Loopback(self._say).__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)

    @property
    def url(self) -> str:
        """Its origin."""
        return self._server.url

    @property
    def asked(self) -> list[Asked]:
        """All requests, with their headers."""
        return self._server.asked

    @property
    def kinds(self) -> list[str]:
        """What became of replies, in order."""
        return [one["kind"] for one in self.events.values()]

    def wait_for(self, path: str) -> list[dict[str, Any]]:
        """What was asked at ``path``, once something was."""
        until = monotonic() + PATIENCE
        while not self.heard[path] and monotonic() < until:
            sleep(0.03)
        return self.heard[path]

    def wait_for_kinds(self, *kinds: str) -> None:
        """Until the outbox has said exactly this."""
        until = monotonic() + PATIENCE
        while self.kinds != list(kinds) and monotonic() < until:
            sleep(0.03)
        assert self.kinds == list(kinds)

    def refuse(self, path: str, status: int, code: str, **more: Any) -> None:
        """Refuse ``path`` from now on."""
        self.refusals[path] = (status, {"code": code, "detail": "Said by the service.", **more})

    @contextmanager
    def holding(self, path: str) -> Iterator[None]:
        """Leave ``path`` without an answer until the ``with`` block ends."""
        self.held[path] = Event()
        try:
            yield
        finally:
            self.held.pop(path).set()

    def _say(self, asked: Asked) -> bytes:
        path = asked.path.removeprefix("/api/v1")
        body = json.loads(asked.body or b"{}")
        self.heard[path].append(body)
        if held := self.held.get(path):
            held.wait(PATIENCE)
        if refusal := self._refusal(path, asked):
            status, problem = refusal
            wait = {"retry_after": str(problem["retry_after"])} if "retry_after" in problem else {}
            return answer(
                json.dumps(problem), f"{status} No", content_type="application/problem+json", **wait
            )
        told = self._answers(path)(body)
        return answer("", "204 No Content") if told is None else _json(told)

    def _refusal(self, path: str, asked: Asked) -> tuple[int, dict[str, Any]] | None:
        if asked.headers.get("authorization", "").removeprefix("Bearer ") in self.expired:
            return 401, {"code": "unauthorized", "detail": "Over."}
        return self.refusals.get(path)

    def _answers(self, path: str) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
        return getattr(self, "take_events" if path == "/events" else path.strip("/").replace("/", "_"))  # type: ignore[no-any-return]

    def pair_start(self, _body: dict[str, Any]) -> dict[str, Any]:
        verify = f"{self.url}/pair"
        return {
            "pair_id": "p1",
            "user_code": "BCDF-2345",
            "verify_url": verify,
            "interval": 1,
            "expires_in": 600,
        }

    def pair_token(self, _body: dict[str, Any]) -> dict[str, Any]:
        return self.token({})

    def pair_end(self, _body: dict[str, Any]) -> None:
        return None

    def token(self, _body: dict[str, Any]) -> dict[str, Any]:
        number = next(self.numbers)
        self.access = f"access-{number}"
        return {
            "access": self.access,
            "access_expires_in": 900,
            "refresh": f"refresh-{number}",
            "device": 1,
            "person": {"id": 1, "name": "Mia"},
            "branches": [],
            "scopes": [],
            "station": self.station,
        }

    def me(self, _body: dict[str, Any]) -> dict[str, Any]:
        sites = [{"site": "google_maps", "label": "Google"}, {"site": "yelp", "label": "Yelp"}]
        return {
            "person": {"id": 1, "name": "Mia"},
            "branches": [{"id": 1, "name": "Harbour Street"}],
            "sites": sites,
            "capture": self.captures,
            "auto_capture": ["google_maps"],
            "min_version": "0.1.0",
            "latest_version": "0.1.0",
            "station": self.station,
        }

    def suggest(self, body: dict[str, Any]) -> dict[str, Any]:
        cards = [self._matched(one) for one in body["cards"]]
        shown = [] if cards else [self.offered(number) for number in self.written]
        return {"state_at": LONG_AGO, "ttl": 120, "site": body["site"], "cards": cards, "open": shown}

    def confirm(self, body: dict[str, Any]) -> dict[str, Any]:
        text = suggestion(self.written[body["review"]].author, body["variant"])["text"]
        filled = text.replace(f"[{HINT}]", body["values"]["change"])
        posting = next(self.numbers)
        return {
            "posting": posting,
            "state_at": LONG_AGO,
            "text": filled,
            "spans": [],
            "class": "within bounds",
        }

    def check(self, body: dict[str, Any]) -> dict[str, Any]:
        why = {
            "rule": "refund",
            "level": "warn",
            "site": None,
            "why": "Offers money.",
            "source": "",
            "mend": None,
        }
        findings = [why] if "refund" in body["text"] else []
        return {"class": "off pack", "departures": [], "blanks": {}, "findings": findings}

    def take_events(self, body: dict[str, Any]) -> dict[str, Any]:
        results = []
        for event in body["events"]:
            result = "duplicate" if event["key"] in self.events else "stored"
            self.events[event["key"]] = event
            results.append({"key": event["key"], "result": result, "why": None})
        return {"results": results}

    def capture(self, body: dict[str, Any]) -> dict[str, Any]:
        results = [{"card": one["card"], "result": "new", "why": None} for one in body["cards"]]
        return {"results": results, "heard": len(results)}

    def misfit(self, _body: dict[str, Any]) -> None:
        return None

    def unlock(self, body: dict[str, Any]) -> dict[str, Any]:
        assert self.station is not None
        unlocked = {"person": body["person"], "name": "Mia", "until": "2099-01-01T00:00:00Z"}
        self.station = {**self.station, "unlocked": unlocked}
        return unlocked

    def lock(self, _body: dict[str, Any]) -> None:
        assert self.station is not None
        self.station = {**self.station, "unlocked": None}

    def offered(self, number: int) -> dict[str, Any]:
        """A review of ours with two replies."""
        author = self.written[number].author
        return {
            "review": self.review(number),
            "suggestions": [suggestion(author), suggestion(author, 2, "Hello {}, we [what you changed].")],
            "none_because": None,
        }

    def review(self, number: int) -> dict[str, Any]:
        """One of ours."""
        one = self.written[number]
        return {
            "id": number,
            "site": "google_maps",
            "branch": 1,
            "branch_name": "Harbour Street",
            "author": one.author,
            "rating": one.stars,
            "best": 5,
            "recommends": one.recommends,
            "opening": one.text[:80],
            "posted": None,
            "due_at": "2099-01-01T00:00:00Z",
            "url": None,
            "answered": None,
            "held_by": None,
            "flags": [],
        }

    def _matched(self, card: dict[str, Any]) -> dict[str, Any]:
        if self.twins and card["chosen"] not in self.twins:
            candidates = [self.review(number) for number in self.twins]
            return {"card": card["card"], "match": "ask", "offered": None, "candidates": candidates}
        if self.twins:
            return {
                "card": card["card"],
                "match": "likely",
                "offered": self.offered(card["chosen"]),
                "candidates": [],
            }
        for number, one in self.written.items():
            opening = " ".join(one.text.split())[:80]
            if any(value == one.key for _kind, value in card["ids"]):
                return {
                    "card": card["card"],
                    "match": "exact",
                    "offered": self.offered(number),
                    "candidates": [],
                }
            if (card["author"], card["opening"]) == (one.author, opening):
                return {
                    "card": card["card"],
                    "match": "likely",
                    "offered": self.offered(number),
                    "candidates": [],
                }
        return {"card": card["card"], "match": "none", "offered": None, "candidates": []}


def _json(told: Any) -> bytes:
    return answer(json.dumps(told), content_type="application/json")

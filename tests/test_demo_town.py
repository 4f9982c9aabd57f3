"""The demo town over real HTTP, and its whole story through the readers and the watch's own reconciling."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from service.demo import markup
from service.demo.plot import Place
from service.demo.story import places
from service.demo.town import Calendar, Town, town_at
from service.domain import ALL, Item, Scale
from service.errors import Walled
from service.sites.base import Reading
from service.sites.reading import read

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
THE_END = 400
ORIGIN = "http://127.0.0.1:8123"


@dataclass
class Clock:
    """A clock the test turns."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def after(self, seconds: float) -> None:
        self.now = BEGAN + timedelta(seconds=seconds)


@dataclass
class Visited:
    """A running town and the clock it lives by."""

    town: Town
    clock: Clock
    told: list[datetime] = field(default_factory=list)


@pytest.fixture
def visited() -> Iterator[Visited]:
    clock = Clock()
    told: list[datetime] = []
    town = Town(clock, remember=told.append)
    yield Visited(town, clock, told)
    town.close()


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request(method, parts.path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def reading(place: Place, elapsed: float) -> Reading:
    page = markup.page(place, elapsed, BEGAN, ORIGIN)
    return read(page, ORIGIN + place.path, BEGAN + timedelta(seconds=elapsed))


def named(place: Place, elapsed: float) -> dict[str, Item]:
    return {item.author or "": item for item in reading(place, elapsed).items}


def place_of(site: str) -> Place:
    return next(place for place in places() if place.site == f"{site}.example")


@pytest.mark.parametrize("elapsed", range(0, THE_END, 5))
def test_every_page_at_every_moment_is_read_whole(elapsed: int) -> None:
    for place in places():
        seen, shown = reading(place, elapsed), place.shown(elapsed, BEGAN)
        assert seen.coverage == ALL
        assert seen.site_total == len(seen.items) == len(shown)
        assert seen.business is not None
        assert seen.business.name == place.name
        for item, entry in zip(seen.items, shown, strict=True):
            assert item.ids[0][1].endswith(entry.id)
            assert (item.author, item.rating, item.text) == (entry.author, Decimal(entry.rating), entry.text)
            assert item.posted is not None
            assert item.posted.at == entry.posted
            assert (item.reply.text if item.reply else None) == entry.answer
            assert item.permalink == f"{ORIGIN}{place.path}#{entry.id}"
            assert item.scale is (Scale.POINTS10 if place.best == 10 else Scale.STARS5)


def test_the_first_look_finds_a_past_with_something_unanswered_from_the_last_month() -> None:
    for place in places():
        shown = place.shown(0, BEGAN)
        assert len(shown) >= 3
        assert all(one.posted < BEGAN for one in shown)
        assert any(one.answer is None and BEGAN - one.posted < timedelta(days=30) for one in shown)


def test_the_first_news_comes_early_enough_to_ring_within_a_minute() -> None:
    news = [entry.at for place in places() for entry in place.entries if entry.at > 0]
    assert min(news) <= 20


def test_a_review_is_answered_in_public() -> None:
    place = place_of("tablenotes")
    assert named(place, 174)["Tom Ashdown"].reply is None
    assert named(place, 176)["Tom Ashdown"].reply is not None


def test_a_review_is_edited() -> None:
    before, after = (named(place_of("ortsgespraech"), at)["Jonas Wieland"] for at in (124, 126))
    assert (before.rating, after.rating) == (6, 9)
    assert before.edited is None
    assert after.edited is not None
    assert before.ids == after.ids


def test_a_review_comes_and_vanishes() -> None:
    place = place_of("ortsgespraech")
    there = [at for at in range(0, THE_END, 5) if "bestpreis_kaffee24" in named(place, at)]
    assert there[0] == 70
    assert there[-1] == 160


def test_a_bare_rating_has_no_words() -> None:
    assert named(place_of("opinabien"), 95)["Julián Prats"].text is None


def test_the_wall_is_a_wall() -> None:
    place = place_of("opinabien")
    assert [town_at(place, at, BEGAN, ORIGIN).status for at in (129, 131, 171, 173)] == [200, 403, 403, 200]
    with pytest.raises(Walled):
        read(markup.wall(place), ORIGIN + place.path, BEGAN)


def test_ids_are_each_told_once() -> None:
    ids = [entry.id for place in places() for entry in place.entries]
    assert len(ids) == len(set(ids))


def test_three_sites_answer_on_ports_of_their_own(visited: Visited) -> None:
    assert len(set(visited.town.allowed)) == 3
    for place in places():
        status, headers, body = get(visited.town.address(place))
        assert status == 200
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert place.branch in body
        assert visited.town.address(place).startswith("http://127.0.0.1:")


def test_an_unchanged_page_is_not_sent_again(visited: Visited) -> None:
    address = visited.town.address(place_of("tablenotes"))
    _status, headers, _body = get(address)
    visited.clock.after(10)
    assert get(address, **{"If-None-Match": headers["ETag"]})[0] == 304
    visited.clock.after(15)
    status, _headers, body = get(address, **{"If-None-Match": headers["ETag"]})
    assert status == 200
    assert "Tom Ashdown" in body


def test_the_wall_is_answered_with_403_over_http(visited: Visited) -> None:
    address = visited.town.address(place_of("opinabien"))
    get(address)
    visited.clock.after(150)
    assert get(address)[0] == 403


def test_robots_txt_lets_us_in_and_other_paths_are_not_there(visited: Visited) -> None:
    address = visited.town.address(place_of("tablenotes"))
    root = address.removesuffix(urlsplit(address).path)
    assert get(f"{root}/robots.txt")[2].startswith("User-agent: *")
    assert get(f"{root}/elsewhere")[0] == 404


def test_head_sends_no_body(visited: Visited) -> None:
    status, headers, body = get(visited.town.address(places()[0]), "HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 0


def test_the_story_begins_with_the_first_look_and_is_remembered_once(visited: Visited) -> None:
    visited.clock.after(500)
    get(f"http://{visited.town.allowed[0]}/robots.txt")
    assert visited.told == []
    for place in places():
        assert "Tom Ashdown" not in get(visited.town.address(place))[2]
    assert visited.told == [BEGAN + timedelta(seconds=500)]


def test_a_restarted_town_goes_on_where_it_was() -> None:
    clock = Clock()
    clock.after(200)
    first = Town(clock, began=BEGAN)
    address = first.address(places()[0])
    ports = {place.site: urlsplit(first.address(place)).port or 0 for place in places()}
    before = get(address)[2]
    first.close()
    second = Town(clock, began=BEGAN, ports=ports)
    try:
        assert second.address(places()[0]) == address
        assert get(address)[2] == before
    finally:
        second.close()


def test_a_port_that_was_taken_meanwhile_is_replaced(visited: Visited) -> None:
    ports = {place.site: urlsplit(visited.town.address(place)).port or 0 for place in places()}
    other = Town(visited.clock, ports=ports)
    try:
        assert not set(other.allowed) & set(visited.town.allowed)
    finally:
        other.close()


def test_the_calendar_never_runs_backwards() -> None:
    clock = Clock()
    calendar = Calendar(clock, BEGAN + timedelta(seconds=30), lambda _began: None)
    assert calendar.today()[0] == 0.0

"""Every answer is exactly one outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.domain import ALL, Item, Look, Moment, Outcome, Precision, Reply, Validators
from service.errors import LookFailed, Walled
from service.net.answer import Response
from service.sites.base import ListingAddress, Reading, Site
from service.sources.records import records_sha256
from service.sources.verdict import failed, look_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ASKED = "https://www.stars.example/biz/corner-shop"
HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = Response(200, ASKED, HTML, b"<html>a page</html>")


def listing(parts: object) -> ListingAddress | None:
    path: str = parts.path  # type: ignore[attr-defined]
    if not path.startswith("/biz/"):
        return None
    return ListingAddress("stars.example", path.removeprefix("/biz/"), path)


def no_reading(_page: object, _now: object) -> Reading:
    raise AssertionError("the site's own reading is not the verdict's to call")


SITE = Site("stars.example", "Stars", ("stars.example",), listing, no_reading, ())
REVIEW = Item(ids=(("stars", "1"),), author="Ann", text="Good.", rating=Decimal(4), best=Decimal(5))
READING = Reading(
    "stars.example", "corner-shop", site_total=1, items=(REVIEW,), coverage=ALL, evidence=("1 of 1",)
)


def verdict(
    response: Response,
    reading: Reading | LookFailed = READING,
    cache: Validators | None = None,
    known_total: int | None = None,
) -> Look:
    def read(_text: str, _url: str, _now: datetime) -> Reading:
        if isinstance(reading, LookFailed):
            raise reading
        return reading

    try:
        return look_of(
            response, ASKED, SITE, read=read, cache=cache or Validators(), known_total=known_total, now=NOW
        )
    except LookFailed as error:
        return failed(error)


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "outcome"),
    [
        (200, {}, None, Outcome.OK),
        (203, {}, None, Outcome.OK),
        (202, {}, None, Outcome.CHANGED_SHAPE),
        (204, {}, None, Outcome.CHANGED_SHAPE),
        (206, {}, None, Outcome.CHANGED_SHAPE),
        (302, {}, None, Outcome.UNREACHABLE),
        (304, {}, None, Outcome.UNREACHABLE),
        (400, {}, None, Outcome.WALLED),
        (401, {}, None, Outcome.WALLED),
        (403, {}, None, Outcome.WALLED),
        (403, {}, LATER, Outcome.WALLED),
        (404, {}, None, Outcome.GONE),
        (405, {}, None, Outcome.WALLED),
        (406, {}, None, Outcome.WALLED),
        (408, {}, None, Outcome.UNREACHABLE),
        (410, {}, None, Outcome.GONE),
        (429, {}, None, Outcome.LIMITED),
        (429, {}, LATER, Outcome.LIMITED),
        (451, {}, None, Outcome.WALLED),
        (500, {}, None, Outcome.UNREACHABLE),
        (502, {}, None, Outcome.UNREACHABLE),
        (503, {}, None, Outcome.UNREACHABLE),
        (503, {}, LATER, Outcome.LIMITED),
        (521, {}, None, Outcome.UNREACHABLE),
        (999, {}, None, Outcome.WALLED),
        (200, {"x-amzn-waf-action": "captcha"}, None, Outcome.WALLED),
        (202, {"x-amzn-waf-action": "challenge"}, None, Outcome.WALLED),
        (403, {"cf-mitigated": "challenge"}, None, Outcome.WALLED),
        (503, {"cf-mitigated": "challenge"}, LATER, Outcome.WALLED),
    ],
)
def test_a_status_is_one_outcome(
    status: int, headers: dict[str, str], retry_after: datetime | None, outcome: Outcome
) -> None:
    look = verdict(Response(status, ASKED, HTML | headers, PAGE.body, retry_after))
    assert look.outcome is outcome
    assert look.evidence
    assert (look.observation is not None) == (outcome is Outcome.OK)
    if outcome is Outcome.LIMITED:
        assert look.retry_after == retry_after


@given(st.integers(100, 999), st.one_of(st.none(), st.just(LATER)))
def test_any_status_is_one_outcome(status: int, retry_after: datetime | None) -> None:
    look = verdict(Response(status, ASKED, HTML, PAGE.body, retry_after))
    assert (look.outcome is Outcome.OK) == (status in (200, 203))


@pytest.mark.parametrize(
    ("final", "outcome", "phrase"),
    [
        ("https://www.stars.example/biz/corner-shop?ref=x", Outcome.OK, None),
        ("https://m.stars.example/biz/corner-shop", Outcome.OK, None),
        ("https://www.stars.example/", Outcome.NOT_A_LISTING, "home page"),
        ("https://www.stars.example/biz/other-shop", Outcome.NOT_A_LISTING, "another listing"),
        ("https://www.stars.example/search?find=shops", Outcome.NOT_A_LISTING, "no listing"),
        ("https://www.elsewhere.example/biz/corner-shop", Outcome.NOT_A_LISTING, "another site"),
        ("https://www.stars.example/login?next=/biz/corner-shop", Outcome.SIGNED_OUT, "sign-in"),
        ("https://www.stars.example/users/sign_in", Outcome.SIGNED_OUT, "sign-in"),
        ("https://www.stars.example/account/Log-In.aspx", Outcome.SIGNED_OUT, "sign-in"),
        ("https://accounts.stars.example/v3/identifier", Outcome.SIGNED_OUT, "sign-in"),
        ("https://www.stars.example/authwall?trk=x", Outcome.SIGNED_OUT, "sign-in"),
        ("https://www.stars.example/sorry/index?continue=x", Outcome.WALLED, "challenge"),
        ("https://www.stars.example/captcha", Outcome.WALLED, "challenge"),
        ("https://geo.captcha-delivery.com/captcha/?x", Outcome.WALLED, "challenge"),
        ("https://consent.stars.example/m?continue=x", Outcome.WALLED, "challenge"),
        ("https://www.stars.example/biz/design-signature-studio", Outcome.NOT_A_LISTING, "another listing"),
    ],
)
def test_where_a_redirect_ended_is_looked_at(final: str, outcome: Outcome, phrase: str | None) -> None:
    look = verdict(replace(PAGE, url=final))
    assert look.outcome is outcome
    assert phrase is None or phrase in look.evidence[0]


@pytest.mark.parametrize(
    ("content_type", "outcome"),
    [
        ("text/html", Outcome.OK),
        ("", Outcome.OK),
        ("Text/HTML; Charset=x", Outcome.OK),
        ("application/xhtml+xml", Outcome.OK),
        ("application/json", Outcome.OK),
        ("application/ld+json", Outcome.OK),
        ("text/plain", Outcome.OK),
        ("application/pdf", Outcome.NOT_A_LISTING),
        ("image/png", Outcome.NOT_A_LISTING),
        ("<script>", Outcome.NOT_A_LISTING),
    ],
)
def test_only_text_is_read(content_type: str, outcome: Outcome) -> None:
    look = verdict(replace(PAGE, headers={"content-type": content_type}))
    assert look.outcome is outcome
    assert "script" not in str(look.evidence)


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_page_is_a_changed_one(body: bytes) -> None:
    assert verdict(replace(PAGE, body=body)).outcome is Outcome.CHANGED_SHAPE


@pytest.mark.parametrize(
    ("items", "site_total", "known_total", "outcome"),
    [
        ((REVIEW,), 1, None, Outcome.OK),
        ((REVIEW,), None, 90, Outcome.OK),
        ((), 0, None, Outcome.EMPTY),
        ((), 0, 0, Outcome.EMPTY),
        ((), 90, None, Outcome.CHANGED_SHAPE),
        ((), 0, 90, Outcome.CHANGED_SHAPE),
        ((), None, None, Outcome.CHANGED_SHAPE),
        ((), None, 90, Outcome.CHANGED_SHAPE),
    ],
)
def test_no_reviews_is_believed_only_where_nobody_knows_of_any(
    items: tuple[Item, ...], site_total: int | None, known_total: int | None, outcome: Outcome
) -> None:
    look = verdict(PAGE, replace(READING, items=items, site_total=site_total), known_total=known_total)
    assert look.outcome is outcome
    assert (look.observation is not None) == (outcome in (Outcome.OK, Outcome.EMPTY))


def test_what_the_reading_raises_is_the_outcome() -> None:
    look = verdict(PAGE, Walled("unusual traffic", retry_after=LATER))
    assert look == Look(Outcome.WALLED, ("unusual traffic",), retry_after=LATER)


class TestWhatHasNotChanged:
    cache = Validators(
        '"v1"', "Sun, 22 Nov 2026 08:00:00 GMT", sha256(PAGE.body).digest(), records_sha256(READING)
    )

    def test_a_304_keeps_all_that_was_known(self) -> None:
        assert verdict(Response(304, ASKED), cache=self.cache) == Look(
            Outcome.UNCHANGED, ("HTTP 304",), cache=self.cache
        )

    def test_a_304_may_bring_a_new_validator(self) -> None:
        look = verdict(Response(304, ASKED, {"etag": '"v2"'}), cache=self.cache)
        assert look.cache == replace(self.cache, etag='"v2"')

    def test_the_same_bytes_are_not_read_again(self) -> None:
        look = verdict(PAGE, Walled("never read"), cache=self.cache)
        assert look.outcome is Outcome.UNCHANGED
        assert look.cache == self.cache

    def test_the_same_reviews_on_another_page_are_no_news(self) -> None:
        other = replace(PAGE, body=b"<html>a page with a nonce</html>")
        look = verdict(other, cache=self.cache)
        assert look.outcome is Outcome.UNCHANGED
        assert look.observation is None
        assert look.cache == Validators(None, None, sha256(other.body).digest(), self.cache.records_sha256)

    def test_what_is_read_brings_all_that_tells_it_again(self) -> None:
        look = verdict(replace(PAGE, headers=HTML | {"etag": '"v1"'}))
        assert look.cache == replace(self.cache, last_modified=None)

    @pytest.mark.parametrize("status", [403, 404, 429, 500])
    def test_nothing_is_remembered_of_a_failure(self, status: int) -> None:
        look = verdict(Response(status, ASKED, HTML | {"etag": '"wall"'}, PAGE.body), cache=self.cache)
        assert look.cache == Validators()

    def test_a_wall_with_the_bytes_of_a_page_is_a_wall(self) -> None:
        assert verdict(replace(PAGE, status=403), cache=self.cache).outcome is Outcome.WALLED


class TestRecords:
    at = Moment("November 3, 2026", datetime(2026, 11, 3, tzinfo=UTC), Precision.DAY)
    ago = Moment("2 weeks ago", datetime(2026, 11, 8, tzinfo=UTC), Precision.RELATIVE)

    @pytest.mark.parametrize(
        "other",
        [
            replace(REVIEW, text="Bad."),
            replace(REVIEW, rating=Decimal(5)),
            replace(REVIEW, author="Bea"),
            replace(REVIEW, posted=at),
            replace(REVIEW, reply=Reply("Thank you.")),
            replace(REVIEW, text_complete=False),
        ],
    )
    def test_a_changed_fact_is_another_record(self, other: Item) -> None:
        assert records_sha256(replace(READING, items=(other,))) != records_sha256(READING)

    @pytest.mark.parametrize(
        "change", [{"site_total": 2}, {"rating": Decimal(4)}, {"items": ()}, {"listing_key": "x"}]
    )
    def test_a_changed_listing_is_another_record(self, change: dict[str, object]) -> None:
        assert records_sha256(replace(READING, **change)) != records_sha256(READING)  # type: ignore[arg-type]

    def test_time_passing_is_no_news(self) -> None:
        now, then = (
            replace(READING, items=(replace(REVIEW, posted=moment, reply=Reply("Thanks.", at=moment)),))
            for moment in (self.ago, replace(self.ago, shown="3 weeks ago", at=NOW))
        )
        assert records_sha256(now) == records_sha256(then)

    def test_what_we_say_of_it_is_no_news(self) -> None:
        other = replace(READING, evidence=("2 of 2",), items=(replace(REVIEW, keep_until=NOW),))
        assert records_sha256(other) == records_sha256(READING)

    def test_another_spelling_of_a_number_is_no_news(self) -> None:
        other = replace(READING, items=(replace(REVIEW, rating=Decimal("4.0")),))
        assert records_sha256(other) == records_sha256(READING)

    @given(st.permutations([replace(REVIEW, text=text) for text in ("a", "b", "c", "d")]))
    def test_the_order_of_reviews_is_no_news(self, items: list[Item]) -> None:
        in_order = sorted(items, key=lambda item: item.text or "")
        one, other = (replace(READING, items=tuple(order)) for order in (items, in_order))
        assert records_sha256(one) == records_sha256(other)

    @given(st.text(st.characters()))
    @example("cut \ud83d")
    def test_any_text_can_be_hashed(self, text: str) -> None:
        assert len(records_sha256(replace(READING, items=(replace(REVIEW, text=text),)))) == 32

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import Gone, Limited, LookFailed, SignedOut, Unreachable, Walled
from service.sites import walls
from service.sites.page import Page

TITLES: dict[str, type[LookFailed]] = {
    "Just a moment...": Walled,
    "Einen Moment, bitte…": Walled,
    "Attention Required! | Cloudflare": Walled,
    "Access to this page has been denied.": Walled,
    "Access Denied": Walled,
    "Pardon Our Interruption": Walled,
    "Robot Check": Walled,
    "Human Verification": Walled,
    "ERROR: The request could not be satisfied": Walled,
    "403 Forbidden": Walled,
    "Before you continue to Google Maps": Walled,
    "429 Too Many Requests": Limited,
    "Log in": SignedOut,
    "Log in or sign up to view": SignedOut,
    "Sign in to Trustpilot": SignedOut,
    "Facebook – log in or sign up": SignedOut,  # noqa: RUF001
    "Log into Facebook": SignedOut,
    "404 Not Found": Gone,
    "Page not found | Yelp": Gone,
    "Seite nicht gefunden": Gone,
    "503 Service Unavailable": Unreachable,
    "Bad Gateway": Unreachable,
}

WALLS = {
    "DataDome": "<p id=cmsg>Please enable JS</p><script>var dd={'host':'geo.captcha-delivery.com'}</script>",
    "Cloudflare": "<script>window._cf_chl_opt={cvId:'3'}</script>",
    "PerimeterX": "<div id='px-captcha'></div><script>window._pxAppId='PX1'</script>",
    "AWS WAF": "<script>window.awsWafCookieDomainList=[];window.gokuProps={}</script>",
    "Imperva": "<iframe src='/_Incapsula_Resource?a=1'>Incapsula incident ID: 1</iframe>",
    "Akamai": "You don't have permission. <p>errors.edgesuite.net",
    "unusual traffic": "Our systems have detected unusual traffic from your computer network.",
}

GUARDS = {
    "refusal": '{"message": "Automated collection is against our Terms of Service."}',
    "PerimeterX": "<script>window._pxAppId='PX1'</script>",
    "AWS WAF": "<script src='https://x.token.awswaf.com/challenge.js'></script>",
    "captcha": "<form><div class='g-recaptcha' data-sitekey='x'></div></form>",
}

REAL_TITLES = [
    "Just a Moment Café - Reviews | Yelp",
    "Access Denied Escape Rooms",
    "The Blocked Drain Company, Leeds",
    "Robot Check Ltd | Trustpilot",
    "Sign In Style: Hair Salon in Leeds reviews",
    "404 Kitchen - Updated 2026 Restaurant Reviews - Nashville",
    "Forbidden City Chinese Restaurant",
    "Please Wait To Be Seated: 20 reviews",
    "500 Degrees Pizza",
]


@pytest.mark.parametrize(("title", "failure"), TITLES.items())
def test_a_wall_is_known_by_its_whole_title(title: str, failure: type[LookFailed]) -> None:
    with pytest.raises(failure) as failed:
        walls.check(
            Page(f"<html><head><title>\n  {title} </title></head><body>{'words ' * 9000}</body></html>")
        )
    assert failed.value.evidence and title not in str(failed.value.evidence)


@pytest.mark.parametrize("body", WALLS.values(), ids=WALLS)
def test_a_wall_is_known_by_a_small_body(body: str) -> None:
    with pytest.raises(Walled):
        walls.check(Page(f"<html><head><title>shop.example</title></head><body>{body}</body></html>"))


@pytest.mark.parametrize("body", GUARDS.values(), ids=GUARDS)
def test_a_guard_s_script_is_a_wall_only_where_nothing_else_was_read(body: str) -> None:
    small = Page(f"<html><head><title>shop.example</title></head><body>{body}</body></html>")
    large = Page(f"<html><head><title>shop.example</title></head><body>{body}{'words ' * 9000}</body></html>")
    walls.check(small)
    walls.suspect(large)
    with pytest.raises(Walled):
        walls.suspect(small)


def test_a_small_page_that_asks_for_a_password_and_shows_no_review_is_a_sign_in_page() -> None:
    page = Page("<title>shop.example</title><form><input name=p type='password'></form>")
    walls.check(page)
    with pytest.raises(SignedOut):
        walls.suspect(page)


def test_google_s_page_for_programs_is_a_wall() -> None:
    retry = (
        '<noscript><meta content="0;url=/httpservice/retry/enablejs?sei=x" http-equiv="refresh"></noscript>'
    )
    with pytest.raises(Walled):
        walls.check(Page(f"<html><head><title>Google Search</title></head><body>{retry}{'x' * 90_000}"))


@pytest.mark.parametrize("title", REAL_TITLES)
def test_a_real_listing_is_none_whatever_it_is_called(title: str) -> None:
    walls.check(Page(f"<html><head><title>{title}</title></head><body>{'words ' * 9000}</body></html>"))


def test_a_real_page_may_carry_every_mark_in_its_scripts() -> None:
    page = Page(
        f"<title>Ann's Inn: 20 reviews</title>{''.join(WALLS.values())}<a>Sign in</a>{'words ' * 9000}"
    )
    walls.check(page)
    with pytest.raises(Walled):
        walls.suspect(page)  # asked only where no review was found


def test_an_ordinary_page_without_reviews_is_not_suspect() -> None:
    walls.suspect(Page(f"<title>Ann's Inn</title><a>Sign in</a><input type=password>{'words ' * 9000}"))


@pytest.mark.shared
def test_no_real_page_with_reviews_is_taken_for_a_wall(shared: Path) -> None:
    pages = [path for path in (shared / "pages").glob("*/*.html") if path.parent.name != "negatives"]
    assert len(pages) > 15
    for path in pages:
        walls.check(Page(path.read_text(encoding="utf-8", errors="replace")))

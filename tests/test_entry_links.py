"""Where an entry leads: redirects unwrapped, tracking dropped, one article one name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sources import links

BASE = "https://blog.example/"
GOOGLE = "https://www.google.com/url?rct=j&sa=t&"


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("https://a.example/x?utm_source=f&id=3&gclid=9", "https://a.example/x?id=3"),
        ("https://a.example/x?fbclid=9", "https://a.example/x"),
        ("https://a.example/x#comment-5", "https://a.example/x#comment-5"),
        ("https://a.example/x#:~:text=rye", "https://a.example/x"),
        ("https://a.example/x#part:~:text=rye", "https://a.example/x#part"),
        ("/rye", "https://blog.example/rye"),
        ("//a.example/x", "https://a.example/x"),
        ("https://a.example/brötchen und", "https://a.example/br%C3%B6tchen%20und"),
        (GOOGLE + "url=https://a.example/x%3Fa%3D1%26b%3D2&ct=ga", "https://a.example/x?a=1&b=2"),
        (GOOGLE + "q=http://a.example/", "http://a.example/"),
        ("https://www.google.co.uk/url?url=https://a.example/", "https://a.example/"),
        ("https://www.google.de/url?url=https://a.example/", "https://a.example/"),
    ],
)
def test_a_link_leads_to_the_article(link: str, leads: str) -> None:
    assert links.address(link, BASE) == leads


@pytest.mark.parametrize(
    "link",
    [
        "",
        "   ",
        None,
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://a.example:99999/",
        "https://www.google.com@evil.example/x",
        "https://a.example/" + "x" * 3000,
        GOOGLE + "url=javascript:alert(1)",
        GOOGLE + "url=/search",
        GOOGLE + "ct=ga",
    ],
)
def test_what_leads_nowhere_is_no_link(link: str | None) -> None:
    assert links.address(link, BASE) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.evil.example/url?url=https://a.example/",
        "https://google.com/url?url=https://a.example/",
        "https://news.google.com/url?url=https://a.example/",
        "https://www.google.com/urls?url=https://a.example/",
        "https://a.example/url?url=https://b.example/",
    ],
)
def test_only_googles_own_redirect_is_unwrapped(link: str) -> None:
    assert links.address(link, BASE) == link


def test_a_redirect_is_unwrapped_once() -> None:
    inner = "https%3A%2F%2Fwww.google.com%2Furl%3Furl%3Dhttps%3A%2F%2Fa.example%2F"
    assert links.address(GOOGLE + f"url={inner}", BASE) == "https://www.google.com/url?url=https://a.example/"


def test_one_article_has_one_name() -> None:
    spelled = ["https://www.a.example/x/", "http://a.example/x", "https://A.example:443/x"]
    assert {links.name_of(links.address(one, BASE) or "") for one in spelled} == {"a.example/x"}
    assert links.name_of("https://a.example/x#comment-5") != links.name_of("https://a.example/x#comment-6")


def test_a_long_address_is_named_by_its_hash() -> None:
    assert len(links.name_of("https://a.example/" + "x" * 1900)) < 100


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_a_web_address_or_none(link: str) -> None:
    for whole in (link, f"https://a.example/{link}", f"{GOOGLE}url={link}"):
        found = links.address(whole, BASE)
        if found is not None:
            assert found.isascii()
            assert found.startswith(("http://", "https://"))
            assert links.name_of(found)

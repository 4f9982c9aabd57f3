"""Feeds to mentions: what each form says, what is left of markup, and that nothing breaks or reaches out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Item, Kind, Precision, Scale
from service.errors import LookFailed, PageChanged, Refused, SignedOut
from service.sources import entries
from tests.feeds import ALERT, XML, json_feed, rss
from tests.mangled import mangled

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def read(text: str | bytes, content_type: str | None = None) -> entries.Feed:
    body = text if isinstance(text, bytes) else text.encode()
    return entries.read(body, content_type, "https://blog.example/", "scope", NOW)


def only(text: str | bytes, content_type: str | None = None) -> Item:
    (item,) = read(text, content_type).items
    return item


def test_a_google_alert_is_read_with_its_redirect_unwrapped() -> None:
    feed = read(ALERT)
    assert (feed.form, feed.title) == ("Atom 1.0", "Google Alert - north bakery")
    (item,) = feed.items
    assert item.ids == (
        ("feed", "scope:tag:google.com,2013:googlealerts/feed:771"),
        ("url", "crumbs.example/north?id=4"),
    )
    assert item.permalink == "https://crumbs.example/north?id=4"
    assert (item.title, item.text) == (
        "Why we love North Bakery",
        "The rye of North Bakery is worth the walk ...",
    )
    assert (item.author, item.text_complete) == (None, False)
    assert item.posted is not None
    assert item.posted.at == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    assert item.posted.precision is Precision.SECOND


def test_a_mention_has_no_stars() -> None:
    item = only(ALERT)
    assert (item.kind, item.scale, item.rating, item.recommends) == (Kind.MENTION, Scale.NONE, None, None)


def test_a_blog_in_rss_gives_author_date_and_the_whole_text() -> None:
    item = only(
        f"""{XML}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Crumbs</title><language>en-gb</language><item>
        <title>Rye</title><link>https://blog.example/rye/</link><guid isPermaLink="false">17</guid>
        <pubDate>Fri, 20 Nov 2026 07:30:00 +0100</pubDate><dc:creator>Ann Miller</dc:creator>
        <description>Short.</description>
        <content:encoded><![CDATA[<p>Two<br>lines.</p><script>alert(1)</script>]]></content:encoded>
        </item></channel></rss>"""
    )
    assert (item.author, item.language) == ("Ann Miller", "en")
    assert item.text == "Two\nlines."
    assert item.text_complete
    assert item.posted is not None
    assert item.posted.at == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert item.ids == (("feed", "scope:17"), ("url", "blog.example/rye"))


def test_a_summary_alone_is_an_excerpt() -> None:
    item = only(rss("<item><title>Rye</title><guid>1</guid><description>It begins so.</description></item>"))
    assert (item.text, item.text_complete) == ("It begins so.", False)


def test_a_json_feed_is_read() -> None:
    item = only(
        json_feed(
            {
                "id": 5,
                "url": "https://blog.example/5?fbclid=1",
                "title": "Rye &amp; oats",
                "content_html": "<p>We <b>liked</b> it.</p>",
                "date_published": "2026-11-20T07:30:00+01:00",
                "authors": [{"name": "Ann"}],
                "language": "de-AT",
            }
        )
    )
    assert item.ids == (("feed", "scope:5"), ("url", "blog.example/5"))
    assert (item.title, item.text, item.author, item.language) == ("Rye & oats", "We liked it.", "Ann", "de")
    assert item.posted is not None
    assert item.posted.at == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert item.text_complete


@pytest.mark.parametrize(
    "markup",
    [
        "Fine &lt;script&gt;alert(1)&lt;/script&gt;bread",
        "<![CDATA[Fine <SCRIPT>alert(1)</SCRIPT>bread]]>",
        "<![CDATA[Fine <style>p{}</style><img src=x onerror=alert(1)>bread]]>",
    ],
)
def test_scripts_and_tags_leave_nothing_in_a_title(markup: str) -> None:
    assert only(rss(f"<item><title>{markup}</title><guid>1</guid></item>")).title == "Fine bread"


def test_entities_that_multiply_are_never_expanded() -> None:
    ever = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'{XML}<!DOCTYPE rss [<!ENTITY e0 "lol">{ever}]>' + rss(
        "<item><title>&e11;</title><guid>1</guid></item>"
    ).removeprefix(XML)
    began = time.monotonic()
    item = only(bomb)
    assert time.monotonic() - began < 5
    assert len(item.title or "") < 10


def test_entities_of_files_and_addresses_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("from the disk")
    monkeypatch.setattr("socket.create_connection", lambda *_: pytest.fail("a connection was made"))
    outside = "".join(
        f'<!ENTITY {name} SYSTEM "{where}">'
        for name, where in (
            ("a", f"file://{secret}"),
            ("b", "http://127.0.0.1:9/"),
            ("% c", "http://127.0.0.1:9/"),
        )
    )
    item = only(
        f"{XML}<!DOCTYPE rss [{outside}%c;]>"
        + rss("<item><title>x &a; &b;</title><guid>1</guid></item>").removeprefix(XML)
    )
    assert "from the disk" not in (item.title or "")


def test_bytes_that_are_a_path_or_an_address_open_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(ALERT)
    for named in (str(path), "https://blog.example/feed.xml"):
        with pytest.raises(PageChanged):
            read(named)


def test_a_feed_of_ten_megabytes_is_refused() -> None:
    with pytest.raises(Refused, match="larger than 2 MB"):
        read(b"<" * 10_000_000)


def test_a_long_feed_is_read_at_its_newest_end() -> None:
    many = rss(*(f"<item><title>Post {n}</title><guid>{n}</guid></item>" for n in range(500)))
    items = read(many).items
    assert len(items) == 200
    assert items[0].title == "Post 0"


def test_other_encodings_are_read_by_header_or_declaration() -> None:
    words = rss("<item><title>Café Brötchen</title><guid>1</guid></item>")
    declared = words.replace("utf-8", "iso-8859-1").encode("latin-1")
    assert only(declared).title == "Café Brötchen"
    assert only(words.encode("utf-16")).title == "Café Brötchen"
    assert only(words.encode("cp1252"), "text/xml; charset=windows-1252").title == "Café Brötchen"


def test_relative_links_are_seen_from_the_feeds_own_host() -> None:
    item = only(rss("<item><title>Rye</title><link>/2026/rye?a=1#c4</link></item>"))
    assert item.permalink == "https://blog.example/2026/rye?a=1#c4"


def test_an_entry_without_id_and_link_is_known_by_its_words() -> None:
    item = only(rss("<item><title>Rye</title><description>Good.</description></item>"))
    again = only(rss("<item><description>Good.</description><title>Rye</title></item>"))
    assert item.ids == again.ids
    assert [kind for kind, _ in item.ids] == ["feed"]
    assert only(rss("<item><title>Oats</title><description>Good.</description></item>")).ids != item.ids


def test_an_entry_that_says_nothing_is_no_mention() -> None:
    assert read(rss("<item><guid>1</guid></item>")).items == ()
    assert only(rss("<item><guid>https://blog.example/1</guid></item>")).permalink == "https://blog.example/1"


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()).items == ()
    assert read(json_feed()).form == "JSON Feed 1.1"


def test_a_date_that_lies_ahead_is_not_believed() -> None:
    item = only(json_feed({"id": "1", "title": "Rye", "date_published": "2031-01-01T00:00:00Z"}))
    assert item.posted is not None
    assert (item.posted.at, item.posted.precision, item.posted.shown) == (
        None,
        Precision.NONE,
        "2031-01-01T00:00:00Z",
    )
    soon = (NOW + timedelta(hours=3)).isoformat()
    near = only(json_feed({"id": "1", "title": "Rye", "date_published": soon}))
    assert near.posted is not None
    assert near.posted.at == NOW + timedelta(hours=3)


@pytest.mark.parametrize("shown", ["0000-00-00", "9999-12-31T23:59:59-23:59", "soon", "1970-01-01T00:00:00Z"])
def test_a_date_that_is_none_is_kept_as_shown_alone(shown: str) -> None:
    item = only(json_feed({"id": "1", "title": "Rye", "date_published": shown}))
    assert item.posted is not None
    assert (item.posted.at, item.posted.shown) == (None, shown)


def test_a_day_without_a_time_is_a_day() -> None:
    item = only(json_feed({"id": "1", "title": "Rye", "date_published": "2026-11-20"}))
    assert item.posted is not None
    assert (item.posted.at, item.posted.precision) == (datetime(2026, 11, 20, tzinfo=UTC), Precision.DAY)


def test_a_web_page_in_the_feeds_place_is_told_as_what_it_is() -> None:
    with pytest.raises(SignedOut):
        read("<!doctype html><title>Sign in</title><form><input type='password'></form>")
    with pytest.raises(SignedOut):
        read(f'{XML}<!DOCTYPE html PUBLIC "x"><html><head><title>Log in</title></head></html>')
    with pytest.raises(PageChanged, match="web page"):
        read("<html><title>Crumbs</title><p>Our blog has moved.</html>")
    with pytest.raises(PageChanged, match="no feed"):
        read('{"error": "none"}')


def test_dots_and_comments_without_end_take_no_time() -> None:
    began = time.monotonic()
    dots = only(json_feed({"id": "1", "title": "Rye", "content_text": "... " * 200_000 + "x"}))
    assert len(dots.text or "") == entries.LONGEST_TEXT
    with pytest.raises(PageChanged):
        read("<!--a-->" * 50_000 + "x")
    assert time.monotonic() - began < 10
    with pytest.raises(PageChanged, match="web page"):
        read("<!-- a --> <!-- b -->\n<html><title>Crumbs</title></html>")


def test_only_entries_that_name_a_word_are_kept_whole_and_however_written() -> None:
    items = read(
        json_feed(
            *(
                {"id": str(n), "title": title}
                for n, title in enumerate(
                    ["CAFÉ  NORTH opens", "northern lights", "The café northern", "Nord: café north!"]
                )
            )
        )
    ).items
    kept = entries.naming(items, ["cafe north"])
    assert [item.title for item in kept] == ["CAFÉ NORTH opens", "Nord: café north!"]
    assert entries.naming(items, []) == items
    assert entries.naming(items, ["C++ (x"]) == ()


@settings(max_examples=150)
@given(
    mangled(ALERT)
    | mangled(rss("<item><title>a</title><link>b</link></item>"))
    | mangled(json_feed({"id": 1}))
)
def test_mangled_feeds_are_read_or_refused_and_nothing_else(feed: str) -> None:
    _survives(feed.encode("utf-8", "surrogatepass"))


@settings(max_examples=150)
@given(
    st.one_of(st.binary(max_size=400), st.sampled_from([ALERT.encode(), rss().encode()])),
    st.binary(max_size=20),
)
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes, tail: bytes) -> None:
    _survives(body + tail)
    _survives(b'<rss version="2.0"><channel><item><title>' + body + tail)


NAMES = ("id", "url", "title", "authors", "author", "name", "content_text", "date_published")
PLAIN = st.none() | st.booleans() | st.floats() | st.text(max_size=9)


@settings(max_examples=150)
@given(
    st.recursive(
        PLAIN,
        lambda some: st.lists(some, max_size=4) | st.dictionaries(st.sampled_from(NAMES), some, max_size=5),
    )
)
def test_any_json_in_a_feed_is_read_or_refused_and_nothing_else(entry: object) -> None:
    _survives(json_feed(entry, [entry], title=entry, language=entry).encode())


def test_a_page_names_its_feed() -> None:
    page = """<link rel="stylesheet" href="/a.css"><LINK REL="Alternate" type="text/html" href="/de">
    <link rel="alternate" type="application/atom+xml" href="/feed.atom?utm_source=x">"""
    assert entries.feed_named_in(page.encode(), None, "https://blog.example/2026/x") == (
        "https://blog.example/feed.atom"
    )
    bad = '<link rel="alternate" type="application/rss+xml" href="javascript:x">'
    assert entries.feed_named_in(bad.encode(), None, "https://blog.example/") is None
    assert entries.feed_named_in(b"", None, "https://blog.example/") is None


def _survives(body: bytes) -> None:
    entries.feed_named_in(body, None, "https://blog.example/")
    try:
        feed = entries.read(body, None, "https://blog.example/", "scope", NOW)
    except LookFailed:
        return
    for item in feed.items:
        assert item.ids
        assert item.kind is Kind.MENTION
        for words in (item.title, item.text, item.author, item.permalink, *(value for _, value in item.ids)):
            assert words is None or (words and "\0" not in words)
            (words or "").encode()


def test_real_google_alerts_are_read(shared: Path) -> None:
    for path in sorted((shared / "apis").glob("google-alerts*.xml")):
        feed = read(path.read_bytes(), "text/xml; charset=utf-8")
        assert feed.title is not None
        assert feed.title.startswith("Google Alert - ")
        assert feed.items
        for item in feed.items:
            assert item.title and item.text and item.permalink and item.posted
            assert "google.com" not in item.permalink
            assert "<" not in item.title + item.text

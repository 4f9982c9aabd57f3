"""Every screen in a made-up language: outside of its brackets stands what people said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser, LexborNode

from service import tongues
from service.db import Database
from service.people.links import Links
from service.settings import Settings, the_secret
from service.web.app import create_app
from tests import catalogues
from tests.browser.test_screens import LONG, SCREENS, furnish
from tests.desk_rows import Rows

BRACKETED = re.compile(rf"{catalogues.OPEN}[^{catalogues.SHUT}]*{catalogues.SHUT}")
WORD = re.compile(r"[^\W\d_]{2,}")
SAID_IN = "script, style, bdi, code, [dir=auto], [lang]:not(html)"
"""Where customers' text, names, addresses and packs stand; they have a direction of their own."""

SHOWN = ("aria-label", "title", "placeholder", "alt")
ROWS = (
    *(
        "Harbour Street",
        "Kornmarkt",
        "Corner",
        "Marta K.",
        "Dana Whitlock",
        "Kim",
        "Google Alert - ",
        "harbour",
    ),
    *("this desk", "550 no", "HTTP 403", "9 of 9 reviews read", "a web page stands where the feed should"),
    *("It answered 503 (Service Unavailable).", "Nobody has signed in to this mailbox yet."),
    *(
        "1 star",
        "2 stars",
        "held for illness",
        "flag illness: 'were ill'",
        "topic wait: 'forty minutes'",
        "wait",
    ),
    *("Everything else", "gbp reviews", "yelp.com", "branch-3", "Reviews", "@shop.example (INBOX)"),
    *("rule 2", "Gmail asks whether mail may be forwarded here", "It answered 503"),
    "read as Google's mail for one new review; its name fits no listing, or several",
    *("Branch", "City", "Time zone", "Language", "Trade", "Hours"),  # the columns of a table
    *("أمل", "msg_8_", "msg_6_", "msg_5_", "ar", "en"),
)
"""What the rows of ``furnish`` say."""

NAMES = (
    *("http://127.0.0.1:0", "http://127.0.0.1:0/mailboxes/", "/mailboxes/", "/sign-in", "inbox", "INBOX"),
    *("Shopbell", "the web", "tablenotes.example", "TableNotes", "ortsgespraech.example", ".example"),
    *(
        "Gmail",
        "Google Maps",
        "Google",
        "Yelp",
        "Mailgun",
        "Postmark",
        "SendGrid",
        "Amazon SES",
        "SQLite",
        "Python",
    ),
    *(
        "English",
        "Español",
        "Français",
        "Deutsch",
        "UTC",
        "GMT",
        "CET",
        "BST",
        "CEST",
        "https://www.google.com/alerts",
    ),
    *("Hull", "Europe/London", "restaurant", "Mo-Fr 9-12, 14-18; Sa 10-14", "Chrome", "Edge", "Firefox"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, port=0, google_client=SecretStr("id:secret"))


@pytest.fixture
def paths(settings: Settings, rows: Rows) -> dict[str, str]:
    return furnish(rows, Links(the_secret(settings), ""))


@pytest.fixture
def client(
    tmp_path: Path,
    settings: Settings,
    sqlite_database: Database,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> FlaskClient:
    catalogues.compiled(catalogues.made_up("eo"), tmp_path / "translations", "eo")
    monkeypatch.setattr(tongues, "FOLDER", tmp_path / "translations")
    return create_app(settings, sqlite_database, lambda: now).test_client()


def test_no_screen_shows_a_string_that_cannot_be_translated(
    client: FlaskClient, paths: dict[str, str], tmp_path: Path
) -> None:
    known = sorted(
        {
            *ROWS,
            *NAMES,
            str(tmp_path),
            LONG,
            LONG.lower(),
            LONG[:58],
            LONG[:80],
            LONG[:60].lower(),
        },
        key=len,
        reverse=True,
    )
    known_words = re.compile("|".join(map(_alone, known)), re.IGNORECASE)
    bare = {}
    for screen in SCREENS:
        page = client.get(paths[screen], headers={"Accept-Language": "eo"}).text
        assert '<html lang="eo">' in page
        left = [text for text in visible(page) if WORD.search(known_words.sub("", BRACKETED.sub(" ", text)))]
        bare |= dict.fromkeys(left, screen)
    assert not bare, "\n".join(f"{b}: {a}" for a, b in bare.items())


def _alone(known: str) -> str:
    """A pattern that takes a short word for itself only, never out of another."""
    before = r"(?<!\w)" if len(known) < 9 and known[0].isalpha() else ""
    after = r"(?!\w)" if len(known) < 9 and known[-1].isalpha() else ""
    return f"{before}{re.escape(known)}{after}"


def visible(page: str) -> Iterator[str]:
    """Every run of text that a reader sees or hears."""
    tree = LexborHTMLParser(page)
    for told in tree.css(SAID_IN):
        told.decompose()
    for node in tree.css("title, body *"):
        yield from _texts(node)
        yield from (said for name in SHOWN if (said := node.attributes.get(name)))


def _texts(node: LexborNode) -> Iterator[str]:
    for child in node.iter(include_text=True):
        if child.tag == "-text" and (text := child.text(deep=False)):
            yield text

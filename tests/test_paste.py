"""Text copied from a page: every review a card of its own, and nothing guessed.

The texts are invented; their lines stand as they do in copies of the sites' pages of November 2026.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import FileUnreadable
from service.sources import paste
from service.sources.columns import Brought, Field, Rejected, read_row
from service.sources.paste import found
from service.sources.paste_lines import Sort, line
from tests.builders import NOW

GOOGLE = """North Bakery
4.5
Write a review
Sort
Anna Example
Local Guide · 23 reviews · 4 photos

 2 weeks ago
Lovely bread, and the staff remembered us.

We will be back!
More

Like

Share
Bert Beispiel
3 reviews
a month ago
NEW
Too long a wait.
Response from the owner 3 weeks ago
Thank you, Bert. We have hired two more people.
Cleo Tester
5/5
2 months ago on Google
Ok
"""
YELP = """Elena R.
San Francisco, CA
23
45
Nov 12, 2026
3 photos
The best sourdough in town.
They were out of rye.
Useful 1
Funny
Cool
Business owner information
Dana W.
Business Owner
Nov 14, 2026
Thank you, Elena!
Tom B.
Oakland, CA
0
2
5 star rating
10/3/2026
Fine.
"""
FACEBOOK = """Marta Muster recommends North Bakery.
12 November at 10:33 ·
Great bread
All reactions:
4
Like
Comment
Piotr Probe doesn't recommend North Bakery.
November 3, 2026 ·
Rude at the till.
"""
TRIPADVISOR = """Joanne P
Leeds, UK12 contributions
Great lunch
Nov 2026 • Couples
We ate here on a rainy day and loved it.
Read more
Written November 12, 2026
This review is the subjective opinion of a Tripadvisor member and not of Tripadvisor LLC.
Dana W, Manager at North, responded to this review
Responded November 13, 2026
Thank you, Joanne.
Sam Q
1 contribution
Not again
Oct 2026
Cold soup.
Written October 20, 2026
"""
TRUSTPILOT = """Sam Sample
GB•3 reviews
2 days ago
Rated 2 out of 5 stars
Never arrived
I ordered three weeks ago and nothing came.
Date of experience: November 10, 2026
Useful
Share
Reply from North Bakery
Nov 21, 2026
Sorry, Sam.
Ann Other
US•1 review
Nov 20, 2026
★★★★★
Quick
All good
Date of experience: November 10, 2026
"""
CASES = {
    "google_maps": (
        GOOGLE,
        [
            "Anna Example|||2 weeks ago||Lovely bread, and the staff remembered us.\n\nWe will be back!|",
            "Bert Beispiel|||a month ago||Too long a wait.|Thank you, Bert. We have hired two more people.",
            "Cleo Tester|5||2 months ago||Ok|",
        ],
    ),
    "yelp": (
        YELP,
        [
            "Elena R.|||2026-11-12||The best sourdough in town.\nThey were out of rye.|Thank you, Elena!",
            "Tom B.|5||10/3/2026||Fine.|",
        ],
    ),
    "facebook": (
        FACEBOOK,
        ["Marta Muster||yes|2026-11-12||Great bread|", "Piotr Probe||no|2026-11-03||Rude at the till.|"],
    ),
    "tripadvisor": (
        TRIPADVISOR,
        [
            "Joanne P|||2026-11-12|Great lunch|We ate here on a rainy day and loved it.|Thank you, Joanne.",
            "Sam Q|||2026-10-20|Not again|Cold soup.|",
        ],
    ),
    "trustpilot": (
        TRUSTPILOT,
        [
            "Sam Sample|2||2 days ago|Never arrived|I ordered three weeks ago and nothing came.|Sorry, Sam.",
            "Ann Other|5||2026-11-20|Quick|All good|",
        ],
    ),
}


@pytest.mark.parametrize("site", CASES)
def test_every_review_in_a_paste_is_a_card(site: str) -> None:
    text, cards = CASES[site]
    assert ["|".join(card) for card in found(text, NOW, site)] == cards


def test_words_that_cannot_be_told_apart_are_one_card_for_the_person_to_fill_in() -> None:
    assert found("Just some words.\nMore of them.", NOW) == [
        ("", "", "", "", "", "Just some words.\nMore of them.", "")
    ]


def test_a_single_review_with_its_head_below_nothing_is_a_card() -> None:
    (card,) = found("Anna Example\n★★★☆☆\nyesterday\nFine, mostly.", NOW)
    assert card == ("Anna Example", "3", "", "yesterday", "", "Fine, mostly.", "")


@pytest.mark.parametrize(
    "prose",
    [
        "My wife recommends the soup",
        "We came on 3 May 2026 and were happy.",
        "It is a 4-star hotel after all.",
        "From 3/10/2026 it will be shut.",
        "I was here yesterday",
    ],
)
def test_prose_begins_no_card_and_gives_no_rating(prose: str) -> None:
    (card,) = found(f"Anna Example\n3 reviews\na week ago\nThe first line.\n{prose}\nThe last line.", NOW)
    told = dict(zip(paste.FIELDS, card, strict=True))
    assert prose in told[Field.TEXT]
    assert (told[Field.AUTHOR], told[Field.RATING], told[Field.DATE]) == ("Anna Example", "", "a week ago")


@pytest.mark.parametrize(
    ("shown", "sort"),
    [
        ("3/10/2026", Sort.DATE),
        ("12. November 2026", Sort.DATE),
        ("hace 2 semanas", Sort.DATE),
        ("★★★★☆ · 2 weeks ago", Sort.RATING),
        ("4 von 5 Sternen", Sort.RATING),
        ("5.0 of 5 bubbles", Sort.RATING),
        ("Antwort vom Inhaber vor 2 Wochen", Sort.REPLY),
        ("Réponse du propriétaire", Sort.REPLY),
        ("Escrita el 12 de noviembre de 2026", Sort.WRITTEN),
        ("Date of experience: November 10, 2026", Sort.VISITED),
        ("12 Bewertungen", Sort.ABOUT),
        ("Gefällt mir", Sort.BUTTON),
        ("23", Sort.BUTTON),
        ("Elena R.", Sort.NAME),
        ("So good.", Sort.WORDS),
        ("", Sort.BLANK),
    ],
)
def test_a_line_is_known_for_what_it_is(shown: str, sort: Sort) -> None:
    assert line(shown, NOW).sort is sort


def test_a_confirmed_card_is_read_like_a_row() -> None:
    row = ("Anna", "4", "", "2 weeks ago", "", "Fine.", "Thanks.")
    read = read_row(paste.MAPPING, row, NOW)
    assert isinstance(read, Brought)
    assert (read.item.rating, read.item.author) == (4, "Anna")
    assert isinstance(read_row(paste.MAPPING, ("Anna", "six", "", "", "", "", ""), NOW), Rejected)


@pytest.mark.parametrize("text", ["", " \n \n", "x" * 200_001])
def test_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(FileUnreadable):
        found(text, NOW)


LINES = st.sampled_from(
    [*GOOGLE.splitlines(), *YELP.splitlines(), *FACEBOOK.splitlines(), *TRUSTPILOT.splitlines()]
)


@settings(max_examples=80)
@given(st.lists(LINES | st.text(max_size=40), min_size=1, max_size=25), st.sampled_from([None, *CASES]))
def test_no_paste_raises_anything_but_the_named_error(lines: list[str], site: str | None) -> None:
    try:
        cards = found("\n".join(lines), NOW, site)
    except FileUnreadable:
        return
    assert cards
    assert all(len(card) == len(paste.FIELDS) for card in cards)

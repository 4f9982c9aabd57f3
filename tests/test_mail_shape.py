"""Teaching: what a person marks once is read in the next mail of that shape, or nothing is."""

from __future__ import annotations

import json
import re
import time
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.domain import Scale
from service.errors import MarksRefused
from service.sites.mail import stars
from service.sites.mail.base import Mail
from service.sites.mail.shape import (
    Marks,
    as_json,
    learn,
    lines,
    marks_of,
    place_marked,
    read_marked,
    shape_of,
)
from service.sites.mail.skeleton import is_label


def a_mail(text: str, subject: str = "You have a new review", sender: str = "no-reply@yelp.com") -> Mail:
    return Mail(sender, subject, text, b"")


YELP = "Hi Maria,\n\nTess R. wrote a review\n\n4 star rating\n\nGood bread.\nSlow queue.\n\nRead the review\n"

TEMPLATES = [  # subject, text; each marked value stands in a place of its own
    ("New review", "{author}\n{stars} stars\n{text}\n\nReply to review\nUnsubscribe"),
    (
        "New review",
        "You got a new {stars}-star review\nRead review\n<https://a.example/{n}>\n{author}\n\n{text}\n\nReply",
    ),
    ("{author} reviewed {place}", "A new review\n\n{stars}/5\n\n{text}\n\nSee the review\nPrivacy policy"),
    ("Neue Bewertung", "{author} hat {place} bewertet:\n{stars} von 5 Sternen\n{text}\nBewertung ansehen"),
    ("Nueva reseña de {author}", "Calificación: {stars}\n{text}\nResponder"),
    (
        "Nouvel avis",
        "{author} a laissé un avis\n\nNote : {stars} étoiles\n\n{text}\n\nRépondre\n\nVoir les paramètres",
    ),
    ("New review", "{author} just left a {stars}-star review of {place}:\n\n{text}\n\nSee this review"),
    ("New review", "{author} · October {n}, 2026\n{stars} stars 1{n}/10/2026\n{text}\nReply to review"),
    ("New review of {place}", "The review\n12 October 2026\n{author}\n{glyphs}\n{text}\n3 photos\nRead more"),
]

WORDS = st.text(st.sampled_from("bcdfgjkpqvwxyzßéñ'"), min_size=2, max_size=9).filter(
    lambda w: w[0].isalpha()
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: " ".join(words).title())
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=4).map("\n".join)
VALUES = st.fixed_dictionaries(
    {"author": NAMES, "stars": st.integers(1, 5), "text": TEXTS, "place": NAMES, "n": st.integers(0, 999)}
)


def filled(template: tuple[str, str], values: dict[str, object]) -> Mail:
    given_stars = int(str(values["stars"]))
    told = values | {"glyphs": "★" * given_stars + "☆" * (5 - given_stars)}
    return a_mail(template[1].format(**told), template[0].format(**told))


def marked(mail: Mail, template: tuple[str, str], values: dict[str, object]) -> Marks:
    """What a person would mark: each value where she sees it, the review by its lines."""
    shown = lines(mail)
    text = str(values["text"]).split("\n")
    first = next(n for n in range(1, len(shown)) if list(shown[n : n + len(text)]) == text)
    rated = next(
        n
        for form in (stars.STARS, stars.BARE)
        for n, line in enumerate(shown)
        if n and line not in text and re.search(form, line, re.IGNORECASE)
    )
    author = next(n for n, line in enumerate(shown) if str(values["author"]) in line)
    place = next((n for n, line in enumerate(shown) if str(values["place"]) in line), None)
    more = (
        {"place": (place, str(values["place"]))}
        if "{place}" in "".join(template) and place is not None
        else {}
    )
    return learn(
        mail,
        author=(author, str(values["author"])),
        stars=rated,
        text=range(first, first + len(text)),
        **more,
    )


@settings(max_examples=150)
@given(st.sampled_from(TEMPLATES), VALUES, VALUES)
def test_what_is_learnt_on_one_mail_reads_another(
    template: tuple[str, str], one: dict[str, object], other: dict[str, object]
) -> None:
    for values in (one, other):
        every = [str(values[name]) for name in ("author", "place")] + str(values["text"]).split("\n")
        assume(len({each.casefold() for each in every}) == len(every))
        assume(not any(is_label(each) for each in every))
        assume(not any(a != b and a.casefold() in b.casefold() for a in every for b in every))
    first, second = filled(template, one), filled(template, other)
    marks = marks_of(json.loads(json.dumps(as_json(marked(first, template, one)))))
    assert shape_of(first) == shape_of(second)
    for mail, values in ((first, one), (second, other)):
        item = read_marked(mail, marks)
        assert item is not None
        assert (item.author, item.rating, item.text) == (values["author"], values["stars"], values["text"])
        assert (item.scale, item.best, item.text_complete) == (Scale.STARS5, 5, False)


@given(st.sampled_from(TEMPLATES), st.sampled_from(TEMPLATES), VALUES, VALUES)
def test_marks_of_one_template_read_no_other(
    mine: tuple[str, str], theirs: tuple[str, str], one: dict[str, object], other: dict[str, object]
) -> None:
    assume(mine != theirs)
    assume(not any(is_label(str(v[name])) for v in (one, other) for name in ("author", "place", "text")))
    assert shape_of(filled(mine, one)) != shape_of(filled(theirs, other))


@pytest.mark.parametrize(
    "name", ["Ann", "A. B. Lee", "Ann de la Cruz", "Max von und zu Berg", "L\u2019\u00c9t\u00e9"]
)
def test_a_name_is_no_part_of_a_shape(name: str) -> None:
    text = "{}\n\nFine.\n\nReply to review"
    one = a_mail(text.format("Olu"), "Olu left a review for Corner")
    assert shape_of(a_mail(text.format(name), f"{name} left a review for Corner")) == shape_of(one)


def test_the_lines_are_the_subject_and_what_a_person_reads() -> None:
    mail = a_mail(
        "  A   line \n\n<https://a.example/x>\nRead it [https://a.example/y]\nhttps://a.example/z\nend"
    )
    assert lines(mail) == ("You have a new review", "A line", "Read it", "end")


def test_a_review_without_words_is_read_by_the_same_marks() -> None:
    marks = learn(a_mail(YELP), author=(2, "Tess R."), stars=3, text=range(4, 6))
    item = read_marked(a_mail(YELP.replace("Good bread.\nSlow queue.\n\n", "")), marks)
    assert item is not None
    assert (item.author, item.rating, item.text) == ("Tess R.", 4, None)


@pytest.mark.parametrize(
    "changed",
    [
        YELP.replace("wrote a review", "has words for you"),
        YELP.replace("4 star rating", "rated 4"),
        YELP.replace("4 star rating", "6 star rating"),
        YELP.replace("4 star rating", "4-star hotel"),
        YELP.replace("4 star rating", "on 3/10/2026"),
        YELP.replace("4 star rating\n\n", ""),
        YELP.replace("Read the review", "Go there"),
        YELP.replace("Slow queue.", "Read the review"),  # in the customer's own words
        YELP + YELP,
        "",
    ],
)
def test_marks_that_do_not_fit_read_nothing(changed: str) -> None:
    marks = learn(a_mail(YELP), author=(2, "Tess R."), stars=3, text=range(4, 6))
    assert read_marked(a_mail(changed), marks) is None


def test_a_date_in_a_marked_line_may_be_another() -> None:
    marks = learn(
        a_mail("Ann October 6, 2026\n4.0 star rating 10/6/2026\nNice\nReply"),
        author=(1, "Ann"),
        stars=2,
        text=3,
    )
    item = read_marked(a_mail("Bo Lee May 16, 2027\n1.0 star rating 5/16/2027\nBad\nReply"), marks)
    assert item is not None
    assert (item.author, item.rating, item.text) == ("Bo Lee", 1, "Bad")


def test_two_names_side_by_side_are_a_question() -> None:
    with pytest.raises(MarksRefused, match="side by side"):
        learn(a_mail("Ann Corner\n4 stars\nReply"), author="Ann", place="Corner", stars=2)


def test_a_name_that_holds_the_words_around_it_is_not_guessed() -> None:
    marks = learn(
        a_mail("Jo left a review of Bun Shop:\n4 stars\nNice\nReply"),
        author="Jo",
        stars=2,
        text=3,
        place="Bun Shop",
    )
    hostile = a_mail("Jo left a review of Evil left a review of Bun Shop:\n4 stars\nNice\nReply")
    assert read_marked(hostile, marks) is None
    assert place_marked(hostile, marks) is None


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        ({}, "at least who wrote"),
        ({"stars": 3}, "at least who wrote"),
        ({"author": "Olu"}, "does not stand in this mail"),
        ({"author": "T"}, "does not stand in this mail"),
        ({"author": "review"}, "3 times"),
        ({"author": 99}, "no line 99"),
        ({"author": -1}, "no line -1"),
        ({"author": range(2, 4)}, "one line"),
        ({"author": ""}, "does not stand"),
        ({"author": 2, "stars": 4}, "No rating"),
        ({"author": 2, "text": 2}, "in one place"),
        ({"author": "Tess R.", "text": "Bad bread."}, "does not stand in this mail"),
        ({"text": range(0, 2)}, "subject"),
        ({"text": range(5, 5)}, "one line"),
    ],
)
def test_what_cannot_be_learnt_is_refused_with_a_reason(marks: dict[str, object], why: str) -> None:
    with pytest.raises(MarksRefused, match=why):
        learn(a_mail(YELP), **marks)  # type: ignore[arg-type]


def test_a_hotel_s_stars_are_no_rating_to_learn() -> None:
    with pytest.raises(MarksRefused, match="No rating"):
        learn(a_mail("Ann stayed in a 4-star hotel on 3/10/2026\nNice\nReply"), author=(1, "Ann"), stars=1)


def test_a_verdict_that_the_line_turns_round_is_not_guessed() -> None:
    one = a_mail("Ann empfiehlt Café Eck.\nGut.\nAntworten", "Ann empfiehlt Café Eck")
    marks = learn(one, author=(1, "Ann"), stars=(1, "empfiehlt"), text=2, place=(1, "Café Eck"))
    told = read_marked(a_mail("Bo empfiehlt Bäckerei.\nGut.\nAntworten", one.subject), marks)
    assert told is not None
    assert (told.author, told.recommends) == ("Bo", True)
    assert read_marked(a_mail("Bo empfiehlt Café Eck nicht.\nNaja.\nAntworten", one.subject), marks) is None


def test_two_ratings_in_one_line_are_a_question() -> None:
    with pytest.raises(MarksRefused, match="More than one rating"):
        learn(a_mail("Ann\n4 stars for food, 2 stars for service\nReply"), author=1, stars=2)


NO_MARKS = [
    None,
    [],
    {},
    {"rows": [], "subject": []},
    {"rows": [], "subject": [], "scale": "six"},
    {"rows": [], "subject": [], "scale": ["none"]},
    {"rows": [[]], "subject": [], "scale": "none"},
    {"rows": "x", "subject": [], "scale": "none"},
    {"rows": [], "subject": [1], "scale": "none"},
    {"rows": [], "subject": ["a", "author"], "scale": "none"},
    {"rows": [["odd"]], "subject": [], "scale": "none"},
    {"rows": [["label"]], "subject": [], "scale": "none"},
    {"rows": [["text"], ["text"]], "subject": [], "scale": "none"},
    {"rows": [["any"]] * 100, "subject": [], "scale": "none"},
    {"rows": [["line", "a", "nonsense", "b"]], "subject": [], "scale": "none"},
    {"rows": [["line", "", "author", ", ", "author", ""]], "subject": [], "scale": "none"},
]


@pytest.mark.parametrize("told", NO_MARKS)
def test_marks_that_are_none_are_refused(told: object) -> None:
    with pytest.raises(MarksRefused, match="Teach this mail again"):
        marks_of(told)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("4", "4"),
        ("4.5", "4.5"),
        ("4,5", "4.5"),
        ("4/5", "4"),
        ("4 / 5", "4"),
        ("4 von 5 Sternen", "4"),
        ("4 of 5 bubbles", "4"),
        ("4-star", "4"),
        ("1 star", "1"),
        ("5 estrellas", "5"),
        ("3 étoiles", "3"),
        ("★★★★☆", "4"),
        ("⭐⭐⭐", "3"),
        ("⭐️⭐️", "2"),
        ("★★☆", None),
        ("★★★★★★", None),
        ("3/10/2026", None),
        ("3/10", None),
        ("10/5", None),
        ("4/5/2026", None),
        ("4/50", None),
        ("6", None),
        ("0", None),
        ("0 stars", None),
        ("6 stars", None),
        ("14 stars", None),
        ("4-star hotel", None),
        ("four", None),
        ("-4", None),
        ("4%", None),
        ("", None),
    ],
)
def test_only_a_rating_is_a_rating(words: str, value: str | None) -> None:
    assert stars.value(words) == (Decimal(value) if value else None)


def test_a_hostile_mail_is_matched_at_once() -> None:
    marks = learn(
        a_mail("Jo left a review of Bun Shop: 4 stars\nNice\nReply"),
        author="Jo",
        stars=1,
        text=2,
        place="Bun Shop",
    )
    started = time.monotonic()
    for line in ("left a review of ", "a " * 900, "Reply", "★", "4 stars "):
        read_marked(a_mail("\n".join([line * (1900 // len(line))] * 1000)), marks)
    assert time.monotonic() - started < 3


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_mail_has_a_shape_and_lines(text: str, subject: str) -> None:
    mail = a_mail(text, subject)
    assert len(shape_of(mail)) == 32
    assert lines(mail)

"""The weights of evidence are found from lines of our own, and mean what they say."""

from __future__ import annotations

import tomllib

from service.domain import Flag, Topic
from service.replies.evidence import weights
from service.replies.lexicon import languages
from tests.weigh import TOPIC, Line, enough, fitted, heard, lines, told_by, troubles, written

WAIT = TOPIC + Topic.WAIT
TOLD = [frozenset({"wound", "kin"}), frozenset({"wound"}), frozenset({"wound", WAIT})] * 5
EVERYDAY = [frozenset({WAIT}), frozenset({"kin", WAIT}), frozenset[str]()] * 5


def rows() -> list[tuple[Line, frozenset[str]]]:
    injury = Line("en", frozenset({Flag.INJURY}), "x")
    return [
        *((injury, names) for names in TOLD),
        *((Line("en", frozenset(), "x"), names) for names in EVERYDAY),
    ]


def found() -> dict[str, float]:
    return fitted([(names, bool(line.flags)) for line, names in rows()], {"kin"})


def test_what_is_heard_with_a_matter_weighs_for_it_and_an_everyday_topic_against_it() -> None:
    weights = found()
    assert weights["wound"] > 0.5
    assert weights[WAIT] < 0


def test_what_tells_trouble_in_a_rule_never_weighs_against_it() -> None:
    assert fitted([(names, bool(line.flags)) for line, names in rows()], {WAIT})[WAIT] == 0
    assert "wound" in troubles() and "mended" not in troubles()


def test_a_group_speaks_for_the_flag_it_is_heard_with() -> None:
    assert told_by(rows(), {"wound": 1.2, WAIT: 0.5}) == {"wound": Flag.INJURY}


def test_who_tells_a_story_weighs_nothing() -> None:
    assert "kin" not in heard(Line("fr", frozenset(), "Mon oncle et moi, nous sommes venus"))


def test_what_is_enough_is_found_for_each_language_by_its_own_lines() -> None:
    wordy = [(Line("de", line.flags, "x"), names) for line, names in rows()]
    wordy += [(Line("de", frozenset(), "x"), frozenset({"kin", "wound"}))] * 5
    assert enough([*rows(), *wordy], {"wound": 10, "kin": 3}) == {"en": 4, "de": 14}


def test_so_much_is_enough_that_hardly_an_everyday_complaint_is_held() -> None:
    scaled = {"wound": 10, "kin": 3, WAIT: -4}
    assert enough(rows(), scaled) == {"en": 1}
    assert enough(rows(), {"wound": 10, "kin": 9, WAIT: -4}) == {"en": 6}


def test_the_file_is_one_that_is_read() -> None:
    raw = tomllib.loads(
        written({"wound": 12, "mended": -3, "kin": 2, WAIT: -5}, {"wound": Flag.INJURY}, {"en": 9})
    )
    assert raw == {
        "enough": {"en": 9},
        "for": {"injury": {"wound": 12}},
        "general": {"kin": 2},
        "against": {"mended": -3},
        "topics": {"wait": -5},
    }
    assert set(weights().enough) == set(languages())


def test_the_lines_are_complaints_of_ours_in_four_languages() -> None:
    told = list(lines())
    assert {line.language for line in told} == {"en", "es", "fr", "de"}
    assert sum(bool(line.flags) for line in told) > 2_000 < sum(not line.flags for line in told)

"""Suggesting: only what is approved, only what fits, and always with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.approval.folder import read_folder
from service.domain import (
    HEALTH_VERTICALS,
    HELD_FLAGS,
    Flag,
    Item,
    Kind,
    LengthUnit,
    ReplyClass,
    ReplyRules,
    Scale,
    Topic,
)
from service.models import Branch
from service.replies.approved import Approval, ApprovedPack
from service.replies.classify import classify
from service.replies.pack import CaseStep, Pack, Risk
from service.replies.packs import read_pack
from service.replies.repeats import Recent
from service.replies.suggest import Use, rehearse, suggest
from service.replies.suggestion import Suggestions
from service.replies.triage import Triage, triage
from tests.conftest import NOW

HOME = Path(__file__).resolve().parents[1]
SHIPPED = tuple(one.pack for one in read_folder(HOME / "templates_local").packs)
FREE = ReplyRules()

PACK = """
format = 1
pack = "{name}"
serial = {serial}
title = "Test"
risk = "routine"
scope = {{ {scope} }}
from = {start}
until = {until}
author = "Ada"
[fallback]
first_name = "there"
sign_off = "The team"
contact = "our office"
"""
ITEM = """
[[item]]
id = "{id}"
when = {{ {when} }}
not_for = {{ {not_for} }}
variants = {variants}
"""


def item(id: str, when: str, not_for: str = "", variants: Sequence[str] = ("One", "Two", "Three")) -> str:
    return ITEM.format(id=id, when=when, not_for=not_for, variants=[f"{id} {text}" for text in variants])


def pack(*items: str, name: str = "test", scope: str = 'language = ["en"]', **facts: Any) -> Pack:
    head = {"serial": 1, "start": date(2026, 1, 1), "until": date(2027, 12, 31), **facts}
    return read_pack((PACK.format(name=name, scope=scope, **head) + "".join(items)).encode())


def approved(one: Pack) -> ApprovedPack:
    statement = f"shopbell/1 approve {one.name} {one.serial} {one.sha256.hex()} * {one.risk} approver x"
    people = (("Ada", "approver"), ("Lee", "legal"))
    return ApprovedPack(one, tuple(Approval(name, role, name, NOW, statement) for name, role in people))


@dataclass(frozen=True)
class Shop:
    """A branch."""

    code: str = "north"
    name: str = "Northside"
    brand: str = "North"
    region: str = "west"
    city: str | None = None
    tz: str = "UTC"
    language: str = "en"
    vertical: str = "restaurant"
    phone: str | None = None
    contact: str | None = None
    sign_off: str | None = None


def review(text: str | None = "Good food", stars: float | None = 5, **facts: Any) -> Item:
    rating = None if stars is None else Decimal(str(stars))
    return Item(**{"text": text, "rating": rating, "best": rating and Decimal(5), **facts})


def ask(
    one: Item,
    *packs: Pack,
    branch: Shop | None = None,
    site: str = "yelp",
    history: Sequence[Use] = (),
    rules: ReplyRules = FREE,
    now: datetime = NOW,
    step: CaseStep | None = None,
    recent: Sequence[Recent] = (),
) -> Suggestions:
    shop = branch or Shop()
    found = triage(one, shop.language)
    return suggest(
        one,
        found,
        shop,
        site,
        [approved(p) for p in packs],
        history=history,
        rules=rules,
        now=now,
        step=step,
        recent=recent,
    )


def ids(found: Suggestions) -> list[str]:
    return [suggestion.item for suggestion in found.best]


# What fits

WAIT = item("wait", 'stars = [1, 3], topics = ["wait"]')
THANKS = item("thanks", "stars = [4, 5]")
SORRY = item("sorry", "stars = [1, 2]")


def test_the_reply_that_is_about_it_comes_first_and_says_why() -> None:
    found = ask(review("We waited 40 minutes", 2), pack(WAIT, THANKS, SORRY))
    assert ids(found) == ["wait", "sorry"]
    assert found.best[0].reasons[:2] == ("2 stars", "topic wait: 'waited 40 minutes'")
    assert found.best[0].reasons[2] == "item test/wait fits by topic wait"
    assert found.best[0].reasons[-1] == (
        "runner-up test/thanks lost because it is for 4 to 5 stars, this is 2 stars"
    )
    assert found.none_because is None


BANDS = [
    (review("x", 4), "stars = [4, 5]", True),
    (review("x", 5), "stars = [4, 5]", True),
    (review("x", 3), "stars = [4, 5]", False),
    (review("x", 3.5), "stars = [3, 3]", True),
    (review("x", 0.5), "stars = [1, 1]", True),
    (review("x", 8, best=Decimal(10)), "stars = [4, 5]", True),
    (review("x", 8, scale=Scale.POINTS10, best=Decimal(10)), "stars = [4, 5]", False),
    (review("x", 8, scale=Scale.POINTS10, best=Decimal(10)), "stars = [1, 1], points10 = [8, 10]", True),
    (review("x", 7.9, scale=Scale.POINTS10, best=None), "points10 = [8, 10]", False),
    (review("x", None, scale=Scale.RECOMMEND, recommends=True), "recommends = true", True),
    (review("x", None, scale=Scale.RECOMMEND, recommends=True), "recommends = false", False),
    (review("x", None, scale=Scale.RECOMMEND, recommends=True), "stars = [5, 5]", False),
    (review("x", None, scale=Scale.NONE), "stars = [1, 5]", False),
    (review("x", None, scale=Scale.NONE), 'kind = ["review"]', True),
    (review("x", 5, kind=Kind.MENTION), 'kind = ["review", "complaint"]', False),
    (review("x", None, kind=Kind.MENTION, scale=Scale.NONE), 'kind = ["mention"]', True),
    (review("x", None, kind=Kind.MENTION, scale=Scale.NONE), "text = true", False),
    (review("x", 5), "stars = [5, 5], text = true", True),
    (review("x", 5), "stars = [5, 5], text = false", False),
    (review(None, 5), "stars = [5, 5], text = false", True),
    (review("👍", 5), "stars = [5, 5], text = true", False),
    (review("Do you have a terrace?", 5), 'flags = ["question"]', True),
    (review("x", 5), 'flags = ["question"]', False),
]


@pytest.mark.parametrize(("one", "when", "fits"), BANDS)
def test_scales_are_alternatives_and_bands_include_their_ends(one: Item, when: str, fits: bool) -> None:
    assert bool(ask(one, pack(item("a", when))).best) is fits


def test_an_item_is_never_for_what_it_says_it_is_not_for() -> None:
    one = review("We waited an hour and were charged twice", 1)
    found = ask(one, pack(item("wait", 'topics = ["wait"]', 'topics = ["billing"]')))
    assert found.best == ()
    assert found.none_because == "nothing approved fits, because of 1 replies the nearest is not for billing"
    assert not ask(
        review("Thank you Maria", 5), pack(item("a", "stars = [5, 5]", 'flags = ["staff_named"]'))
    ).best


def test_while_a_case_is_offline_what_says_how_to_reach_somebody_comes_first() -> None:
    talk = item(
        "talk", "stars = [1, 2]", variants=[f"{word}: {{contact}}" for word in ("One", "Two", "Three")]
    )
    meanwhile = item("meanwhile", 'case = "offline"')
    packs = pack(SORRY, talk, meanwhile)
    one = review("The food was cold", 2)
    assert ids(ask(one, packs))[:2] == ["sorry", "talk"]
    found = ask(one, packs, step=CaseStep.OFFLINE)
    assert (set(ids(found)[:2]), ids(found)[2]) == ({"talk", "meanwhile"}, "sorry")
    assert any("asks for a talk in private" in reason for reason in found.best[0].reasons)


def test_a_reply_for_a_settled_case_is_offered_when_that_is_reported_and_then_alone() -> None:
    settled = item("settled", 'stars = [1, 3], case = "resolved"')
    one = review("The food was cold", 2)
    assert ids(ask(one, pack(SORRY, settled))) == ["sorry"]
    assert ids(ask(one, pack(SORRY, settled), step=CaseStep.RESOLVED)) == ["settled"]
    assert ask(one, pack(SORRY), step=CaseStep.RESOLVED).none_because == (
        "nothing approved fits, because of 1 replies the nearest does not say resolved"
    )
    held = review("I got food poisoning", 1)
    assert not ask(held, pack(SORRY, settled), step=CaseStep.RESOLVED).best


GUESSED = "The handrail on the stairs moves"
AS_TOLD = item("told", 'flags = ["safety"], suspected = false')


def test_a_suspicion_is_answered_with_words_that_fit_any_complaint() -> None:
    either = item("either", 'flags = ["safety"]')
    guess = item("guess", 'flags = ["safety", "illness"], suspected = true')
    held = pack(AS_TOLD, either, guess)
    assert ids(ask(review(GUESSED, 1), held)) == ["guess", "either"]
    assert ids(ask(review("There was a shard of glass in my smoothie", 1), held)) == ["either", "told"]


def test_words_for_a_guess_that_are_missing_are_named() -> None:
    assert ask(review(GUESSED, 1), pack(AS_TOLD)).none_because == (
        "nothing approved fits, because of 1 replies the nearest speaks of safety as told"
    )


def test_a_reply_for_a_flag_that_the_review_has_not_is_never_the_nearest() -> None:
    praise = review("Lovely people, wonderful food, the best evening", 1)
    said = ask(praise, pack(SORRY, AS_TOLD, item("wrong", 'flags = ["wrong_business"]'))).none_because
    assert said and said.endswith("goes by the rating, which the text contradicts with praise")


def test_a_mention_gets_only_what_was_written_for_mentions_even_where_it_is_held() -> None:
    holding = item("holding", 'flags = ["illness"]')
    held = review("They gave us food poisoning", None, kind=Kind.MENTION, scale=Scale.NONE)
    assert ask(replace(held, kind=Kind.REVIEW), pack(holding)).best
    found = ask(held, pack(holding))
    assert found.best == ()
    assert found.none_because == (
        "it is a mention, and no approved reply is written for mentions; nothing need be posted"
    )
    assert ask(held, pack(item("press", 'kind = ["mention"], flags = ["illness"]'))).best


def test_what_a_poor_review_praises_is_not_apologised_for() -> None:
    food = item("food", 'stars = [1, 3], topics = ["food"]')
    assert ids(ask(review("Delicious food, but we waited an hour", 2), pack(food, WAIT))) == ["wait"]
    assert ids(ask(review("The food was cold", 2), pack(food, WAIT))) == ["food"]


def test_where_something_is_blamed_nothing_else_is_apologised_for() -> None:
    food, price = item("food", 'stars = [1, 3], topics = ["food"]'), item("price", 'topics = ["price"]')
    mixed = "The fish, the rice, the soup and the bread are what they are. But far too expensive"
    assert ids(ask(review(mixed, 2), pack(food, price))) == ["price"]
    assert ids(ask(review("We had the fish and the soup", 2), pack(food, price))) == ["food"]


def test_a_middling_review_must_blame_what_it_gets_an_apology_for() -> None:
    food = item("food", 'stars = [1, 3], topics = ["food"]')
    assert ids(ask(review("We had the fish and the soup", 3), pack(food))) == []
    assert ids(ask(review("The soup was cold and bland", 3), pack(food))) == ["food"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Great prices, we had the soup", ["price"]),
        ("We had the soup, twelve dollars each", []),
        ("Lovely soup, although prices have gone up", []),
        ("Great soup. We waited an hour", []),
    ],
)
def test_a_good_review_must_praise_the_price_or_the_wait_it_is_thanked_for(
    text: str, expected: list[str]
) -> None:
    thanks = (
        item("price", 'stars = [4, 5], topics = ["price"]'),
        item("wait", 'stars = [4, 5], topics = ["wait"]'),
    )
    assert ids(ask(review(text), pack(*thanks))) == expected


def test_a_reply_about_two_things_answers_only_a_review_of_both() -> None:
    food = item("food", 'stars = [1, 3], topics = ["food", "drinks"]')
    both = item("both", 'stars = [1, 3], topics = ["food"], also = ["price", "wait"]')
    assert ids(ask(review("The soup was cold and far too expensive", 2), pack(food, both))) == [
        "both",
        "food",
    ]
    found = ask(review("The soup was cold", 2), pack(food, both))
    assert ids(found) == ["food"]
    assert found.runner_up and found.runner_up.why == "is about price or wait as well"


def test_a_dog_friendly_place_says_nothing_of_the_staff() -> None:
    found = triage(review("A kid friendly place, and dog friendly too"), "en").topics
    assert Topic.STAFF not in {one.topic for one in found}
    assert triage(review("Friendly people"), "en").topics[0].topic is Topic.STAFF


PLACES = [
    ('brand = ["North"]', True),
    ('brand = ["north"]', True),
    ('brand = ["South"]', False),
    ('region = ["east", "west"]', True),
    ('branch = ["south"]', False),
    ('site = ["yelp"]', True),
    ('site = ["google_maps"]', False),
    ('vertical = ["hotel"]', False),
    ('vertical = ["restaurant"]', True),
    ('language = ["es"]', False),
    ('language = ["en-GB"]', True),
    ("", True),
]


@pytest.mark.parametrize(("scope", "fits"), PLACES)
def test_a_pack_speaks_only_where_its_scope_says(scope: str, fits: bool) -> None:
    assert bool(ask(review(), pack(THANKS, scope=scope)).best) is fits


def test_a_pack_speaks_only_the_reviews_language() -> None:
    one = review("La comida estaba muy rica y el servicio excelente", 5)
    found = ask(one, pack(THANKS, name="english"), pack(THANKS, name="spanish", scope='language = ["es"]'))
    assert [suggestion.pack for suggestion in found.best] == ["spanish"]
    unknown = ask(review("ಠ_ಠ Ωx", 5), pack(THANKS, scope=""))
    assert unknown.best == () or unknown.best[0].reasons[-2:]


def test_the_narrower_pack_goes_first() -> None:
    wide, narrow = pack(THANKS, name="a-wide"), pack(THANKS, name="b-narrow", scope='brand = ["North"]')
    assert [suggestion.pack for suggestion in ask(review(), wide, narrow).best] == ["b-narrow", "a-wide"]


# Dates


@pytest.mark.parametrize(
    ("tz", "fits"), [("UTC", True), ("Pacific/Auckland", False), ("America/New_York", True)]
)
def test_the_last_day_is_the_branchs_own(tz: str, fits: bool) -> None:
    evening = datetime.fromisoformat("2026-11-22T20:00:00+00:00")
    found = ask(review(), pack(THANKS, until="2026-11-22"), branch=Shop(tz=tz), now=evening)
    assert bool(found.best) is fits


def test_the_newest_version_in_force_is_the_one_that_speaks() -> None:
    old, new, future = (
        pack(THANKS, serial=1),
        pack(THANKS, serial=2),
        pack(THANKS, serial=3, start=date(2027, 1, 1)),
    )
    assert [suggestion.serial for suggestion in ask(review(), future, old, new).best] == [2]


# Held


def test_a_held_review_gets_only_a_reply_that_names_its_flag() -> None:
    holding = item("holding", 'flags = ["illness", "injury"]')
    sick = review("I got food poisoning, and the wait was long", 1)
    assert ids(ask(sick, pack(WAIT, SORRY, holding))) == ["holding"]
    none = ask(sick, pack(WAIT, SORRY))
    assert none.best == ()
    assert none.none_because == "held for illness, and no approved holding reply is for this branch"


@given(st.sampled_from(sorted(Flag)), st.lists(st.sampled_from(sorted(HELD_FLAGS)), min_size=1, max_size=3))
@settings(max_examples=60)
def test_no_other_reply_ever_reaches_a_held_review(named: Flag, held: list[Flag]) -> None:
    found = judged(flags=tuple(held))
    answer = suggest(
        review("x", 1),
        found,
        Shop(),
        "yelp",
        [approved(pack(SORRY, item("b", f'flags = ["{named}"]')))],
        rules=FREE,
        now=NOW,
    )
    assert ids(answer) == (["b"] if named in held else [])


def judged(**changes: Any) -> Triage:
    return replace(triage(review("x", 1), "en"), **changes)


def test_flags_that_were_not_judged_allow_only_thanks() -> None:
    portuguese = "O atendimento foi muito bom e a comida estava maravilhosa, recomendo a todos"
    both = pack(THANKS, SORRY, scope='language = ["pt"]')
    found = ask(review(portuguese, 5), both)
    assert ids(found) == ["thanks"]
    assert "flags were not judged: read the review before you answer" in found.best[0].reasons
    assert ask(review(portuguese, 1), both).best == ()


@pytest.mark.parametrize("vertical", sorted(HEALTH_VERTICALS))
def test_a_health_branch_hears_only_what_was_written_for_it(vertical: str) -> None:
    anywhere, own = pack(THANKS), pack(THANKS, name="own", scope=f'vertical = ["{vertical}"]')
    branch = Shop(vertical=vertical)
    assert ask(review(), anywhere, branch=branch).best == ()
    assert [suggestion.pack for suggestion in ask(review(), anywhere, own, branch=branch).best] == ["own"]


def test_a_bank_hears_routine_words_only_where_they_name_banks() -> None:
    anywhere, own = pack(THANKS), pack(THANKS, name="own", scope='vertical = ["bank"]')
    branch = Shop(vertical="bank")
    assert ask(review(), anywhere, branch=branch).best == ()
    assert [suggestion.pack for suggestion in ask(review(), anywhere, own, branch=branch).best] == ["own"]
    guarded = anywhere.model_copy(update={"risk": Risk.SENSITIVE})
    found = rehearse(review(), triage(review(), "en"), branch, "yelp", [guarded], rules=FREE, now=NOW)
    assert ids(found) == ["thanks"]


# Wording

DAYS = [timedelta(days=3), timedelta(days=9), timedelta(days=40)]


def use(variant: int, ago: timedelta, name: str = "thanks") -> Use:
    return Use("test", name, variant, NOW - ago)


def test_the_wording_used_longest_ago_is_next_and_says_so() -> None:
    def chosen(*history: Use) -> tuple[int, str]:
        (found,) = ask(review(), pack(THANKS), history=history).best
        return found.variant, found.reasons[-1]

    assert chosen(use(1, DAYS[0]), use(2, DAYS[1]))[0] == 3
    variant, because = chosen(use(1, DAYS[0]), use(2, DAYS[2]), use(3, DAYS[1]))
    assert (variant, because) == (2, "variant 2, because variant 1 was used here 3 days ago")
    assert chosen(use(2, DAYS[0], "other"))[1].endswith("none was used here yet")


def test_branches_begin_with_different_wordings() -> None:
    first = {ask(review(), pack(THANKS), branch=Shop(code=code)).best[0].variant for code in "abcdefgh"}
    assert first == {1, 2, 3}


def test_the_same_item_is_not_the_first_choice_twice_in_a_row() -> None:
    two = pack(item("a", "stars = [5, 5]"), item("b", "stars = [5, 5]"))
    assert ids(ask(review(), two)) == ["a", "b"]
    assert ids(ask(review(), two, history=[use(1, DAYS[0], "a")])) == ["b", "a"]


def test_what_the_site_would_cut_is_not_offered() -> None:
    wordy = item("thanks", "stars = [4, 5]", variants=("é" * 30, "short", "e" * 60))
    in_bytes = ReplyRules(limit=60, unit=LengthUnit.BYTES)
    history = [use(2, DAYS[0])]
    (found,) = ask(review(), pack(wordy), rules=in_bytes, history=history).best
    assert found.variant == 2 and "no other may stand there" in found.reasons[-1]
    (found,) = ask(review(), pack(wordy), rules=ReplyRules(limit=60), history=history).best
    assert found.variant == 1
    nothing = ask(review(), pack(wordy), rules=ReplyRules(limit=5))
    assert nothing.best == ()
    assert nothing.none_because == (
        "nothing approved fits, because of 1 replies the nearest is longer than yelp takes (5 characters)"
    )


def test_a_blank_counts_as_full_where_the_site_has_a_limit() -> None:
    blank = '[item.blank.fix]\nhint = "what you did"\nmax = 50\n'
    one = pack(item("thanks", "stars = [4, 5]", variants=("a [fix].", "b [fix].", "c [fix].")) + blank)
    assert ask(review(), one, rules=ReplyRules(limit=60)).best
    assert not ask(review(), one, rules=ReplyRules(limit=58)).best
    assert not ask(review(), one, rules=ReplyRules(limit=100, unit=LengthUnit.BYTES)).best


def test_a_site_that_prints_in_ink_is_told() -> None:
    rules = ReplyRules(one_shot=True, source="site help, 2026")
    (finding,) = ask(review(), pack(THANKS), rules=rules).best[0].findings
    assert (finding.level, finding.site, finding.source) == ("note", "yelp", "site help, 2026")


OFFER = ("We will refund you, {first_name}", "We offer you a voucher", "The next drink is on us")


def test_what_a_rule_forbids_there_is_not_suggested_and_says_why() -> None:
    offering = pack(item("thanks", "stars = [4, 5]", variants=OFFER))
    refused = ask(review(), offering, site="tripadvisor")
    assert refused.best == ()
    said = refused.none_because or ""
    assert said.startswith(
        "nothing approved fits, because of 1 replies the nearest may not stand on tripadvisor"
    )
    assert "it offers money, a gift or a discount: '" in said and "Tripadvisor support 200614337" in said
    (elsewhere,) = ask(review(author="Maria G."), offering, site="yelp").best
    (finding,) = elsewhere.findings
    assert (finding.rule, finding.level, finding.site) == ("compensation", "warn", "yelp")
    assert elsewhere.text[finding.start : finding.end] in (
        "refund you",
        "offer you a voucher",
        "is on us",
    )


def test_a_wording_that_breaks_no_rule_is_taken_instead() -> None:
    mixed = item("thanks", "stars = [4, 5]", variants=(OFFER[0], "Thank you, {first_name}", OFFER[1]))
    for code in "abcdefgh":
        (found,) = ask(review(), pack(mixed), branch=Shop(code=code), site="tripadvisor").best
        assert found.variant == 2 and not found.findings


def test_a_finding_stands_where_the_filled_text_shows_it() -> None:
    blank = '[item.blank.fix]\nhint = "why we refund you"\nmax = 50\n'
    texts = tuple(
        f"{{first_name}}, we [fix]; {word} the meal is on us. {{sign_off}}" for word in ("a", "b", "c")
    )
    one = pack(item("thanks", "stars = [4, 5]", variants=texts) + blank)
    shop = Shop(sign_off="SAM AND THE WHOLE TEAM", contact="x")
    (found,) = ask(review(author="Thandiwe N."), one, branch=shop).best
    (finding,) = found.findings
    assert found.text[finding.start : finding.end] == "is on us"
    assert "Thandiwe" in found.text and "[why we refund you]" in found.text


def test_a_wording_unlike_the_recent_replies_is_taken() -> None:
    texts = ("So glad that you liked the soup", "It is good to hear about this", "Many thanks for such words")
    one = pack(item("thanks", "stars = [4, 5]", variants=texts))
    for code in "abcdefgh":
        recent = [Recent(f"thanks {text}!", "this branch") for text in texts[:2]]
        (found,) = ask(review(), one, branch=Shop(code=code), recent=recent).best
        assert (found.variant, found.findings) == (3, ())
    everywhere = [Recent(f"thanks {text}", "this branch") for text in texts]
    assert ask(review(), one, recent=everywhere, site="yelp").best == ()
    (alike,) = ask(review(), one, recent=everywhere, site="facebook").best
    assert [(finding.rule, finding.level) for finding in alike.findings] == [("similar", "warn")]


# Shape


def test_three_at_most_and_the_nearest_loser() -> None:
    many = pack(*(item(name, "stars = [5, 5]") for name in ("a", "b", "c", "d", "e")))
    found = ask(review(), many)
    assert ids(found) == ["a", "b", "c"]
    assert found.runner_up is not None and found.runner_up.item == "d"
    assert "lost because it scored" in found.best[0].reasons[-1]


def test_nothing_approved_is_a_fact_and_says_so() -> None:
    found = ask(review())
    assert found.as_json() == {
        "suggestions": [],
        "runner_up": None,
        "none_because": "nothing approved fits, because no pack is approved here",
    }


def test_a_suggestion_has_one_shape_everywhere() -> None:
    blank = '[item.blank.fix]\nhint = "what you did"\nmax = 50\nforbid = ["link"]\n'
    texts = ("Hi {first_name}, we [fix]. {sign_off}", "We [fix]", "Now [fix]")
    one = pack(item("a", "stars = [1, 2]", variants=texts) + blank)
    found = ask(review("Bad", 1, author="Maria G."), one, history=[Use("test", "a", v, NOW) for v in (2, 3)])
    (shown,) = found.as_json()["suggestions"]
    assert shown["text"] == "a Hi Maria, we [what you did]. The team"
    assert {
        key: shown[key] for key in ("pack", "serial", "sha256", "item", "variant", "approved", "class")
    } == {
        "pack": "test",
        "serial": 1,
        "sha256": one.sha256.hex(),
        "item": "a",
        "variant": 1,
        "approved": True,
        "class": "within_bounds",
    }
    assert shown["blanks"] == [
        {"name": "fix", "hint": "what you did", "max": 50, "empty": False, "forbid": ["link"], "choices": []}
    ]
    assert [shown["text"][span["start"] : span["end"]] for span in shown["spans"]] == [
        "a Hi ",
        "Maria",
        ", we ",
        "[what you did]",
        ". ",
        "The team",
    ]
    final = shown["text"].replace("[what you did]", "added a host")
    assert classify(found.best[0].filled, final).reply_class is ReplyClass.WITHIN_BOUNDS


def test_a_rehearsal_says_that_nobody_approved_it() -> None:
    one, shop = pack(THANKS), Shop()
    found = triage(review(), "en")
    bench = rehearse(review(), found, shop, "yelp", [one], rules=FREE, now=NOW)
    assert [suggestion.approved for suggestion in bench.best] == [False]
    signed = rehearse(review(), found, shop, "yelp", [one], approved={one.sha256}, rules=FREE, now=NOW)
    assert [suggestion.approved for suggestion in signed.best] == [True]


def test_an_unapproved_pack_is_refused_by_its_type() -> None:
    with pytest.raises(AttributeError):
        suggest(review(), judged(), Shop(), "yelp", [pack(THANKS)], rules=FREE, now=NOW)  # type: ignore[list-item]


def test_a_stored_branch_is_a_branch() -> None:
    row = Branch(code="north", name="Northside", vertical="restaurant", sign_off="Sam")
    found = suggest(
        review(), triage(review(), "en"), row, "yelp", [approved(pack(THANKS))], rules=FREE, now=NOW
    )
    assert ids(found) == ["thanks"]


# Whatever is asked


@given(
    st.sampled_from(
        ["Great food", "We waited an hour", "I got sick", "Is it open?", "👍", "", "Muy rico", "Lecker"]
    ),
    st.sampled_from([None, 1, 2, 3, 4, 5]),
    st.sampled_from(["restaurant", "hotel", "dental", "car_service", "retail"]),
    st.sampled_from(["Maria G.", "Great Food!!", "{sign_off}", "[fix]", "Bob\nEvil", None]),
)
@settings(max_examples=150)
def test_no_answer_ever_breaks_a_promise(
    text: str, stars: int | None, vertical: str, author: str | None
) -> None:
    one = review(text, stars, author=author)
    found = ask(one, *SHIPPED, branch=Shop(vertical=vertical, sign_off="Sam"))
    again = ask(one, *reversed(SHIPPED), branch=Shop(vertical=vertical, sign_off="Sam"))
    assert found.as_json() == again.as_json()
    assert bool(found.best) is (found.none_because is None)
    for suggestion in found.best:
        filled = suggestion.filled
        assert suggestion.approved and "{" not in suggestion.text and "Evil" not in suggestion.text
        assert "".join(filled.text[span.start : span.end] for span in filled.spans) == suggestion.text
        own = classify(filled, suggestion.text).reply_class
        assert own is (ReplyClass.VERBATIM if filled.is_ready else ReplyClass.OFF_PACK)
        held = triage(one, "en").held
        assert not held or suggestion.pack.startswith("holding")

"""The packs that are shipped: whole, well written, within every site's rules, and an answer for what comes."""

# ruff: noqa: E501, RUF001 - sentences are compared whole, and languages have their own quotation marks

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz

from service.approval.folder import read_folder
from service.domain import (
    HEALTH_VERTICALS,
    HELD_FLAGS,
    Flag,
    Item,
    Kind,
    ReplyClass,
    Scale,
    Topic,
)
from service.replies.beforehand import findings_of
from service.replies.classify import classify
from service.replies.filling import Filled, fill
from service.replies.pack import BANK, CaseStep, Pack, Placeholder, ReplyItem, Risk, Variant
from service.replies.policy import Setting
from service.replies.slots import PieceKind
from service.replies.spoken import TopicScore
from service.replies.suggest import rehearse
from service.replies.suggestion import Suggestion, Suggestions
from service.replies.triage import Triage, triage
from service.replies.variants import longest
from service.sites.registry import SITES
from tests.conftest import NOW

HOME = Path(__file__).resolve().parents[1]
SHELF = read_folder(HOME / "templates_local")
SHIPPED = {one.pack.name: one.pack for one in SHELF.packs}
HOLDING = {name: pack for name, pack in SHIPPED.items() if name.startswith("holding")}
ORDINARY = {name: pack for name, pack in SHIPPED.items() if name not in HOLDING}
HEALTH = {name for name, pack in SHIPPED.items() if HEALTH_VERTICALS & set(pack.scope.vertical)}
FALLBACKS_TOLD = {"en": "Hi ", "es": "Hola, ", "fr": "Bonjour ", "de": "Hallo "}
AS_LONG_AS_IT_GETS = {
    Placeholder.FIRST_NAME: "Marie-Bernadette",
    Placeholder.BRANCH: "B" * 120,
    Placeholder.BRAND: "B" * 120,
    Placeholder.CITY: "Ö" * 120,
    Placeholder.PHONE: "0" * 30,
    Placeholder.CONTACT: "ü" * 120,
    Placeholder.SIGN_OFF: "Ñ" * 120,
}

each_pack = pytest.mark.parametrize("one", SHIPPED.values(), ids=SHIPPED)
each_ordinary = pytest.mark.parametrize("one", ORDINARY.values(), ids=ORDINARY)


@dataclass(frozen=True)
class Shop:
    """A branch that has told nothing of itself but its language and its trade."""

    language: str = "en"
    vertical: str = "restaurant"
    code: str = "north"
    name: str = ""
    brand: str = "Northside"
    region: str = ""
    city: str | None = None
    tz: str = "UTC"
    phone: str | None = None
    contact: str | None = None
    sign_off: str | None = None


def review(text: str | None, stars: float | None = None, **facts: Any) -> Item:
    rating = None if stars is None else Decimal(str(stars))
    scale = Scale.NONE if stars is None else Scale.STARS5
    return Item(**{"text": text, "rating": rating, "best": rating and Decimal(5), "scale": scale, **facts})


def ask(one: Item, branch: Shop, judged: Triage | None = None, step: CaseStep | None = None) -> Suggestions:
    """What all shipped packs together offer on a site without a limit."""
    found = judged or triage(one, branch.language)
    packs = tuple(SHIPPED.values())
    return rehearse(one, found, branch, "facebook", packs, rules=SITES[0].reply, now=NOW, step=step)


def speaking_of(topic: Topic, one: Item, language: str) -> Triage:
    """The judgement of a review that speaks of one topic, and no more."""
    plain = triage(review("x", one.rating and float(one.rating)), language)
    return replace(
        plain, language=language, has_words=True, topics=(TopicScore(topic, 0.6),), flags=(), sentiment=None
    )


def item_of(suggestion: Suggestion) -> ReplyItem:
    return next(item for item in SHIPPED[suggestion.pack].items if item.id == suggestion.item)


def variants(one: Pack) -> Iterator[tuple[ReplyItem, Variant]]:
    return ((item, variant) for item in one.items for variant in item.variants)


def locked(variant: Variant) -> str:
    return " ".join(piece.text for piece in variant.pieces if piece.kind is PieceKind.LOCKED)


# What is there

LANGUAGES = ("en", "es", "fr", "de")
NAMES = {
    *(
        f"{kind}-{language}"
        for kind in ("general", "restaurant", "hotel", "holding")
        for language in LANGUAGES
    ),
    *("dental-en", "medical-en", "car-service-en", "home-services-en", "retail-en", "salon-en", "gym-en"),
    *("bank-en", "holding-health-en"),
}


def test_the_shelf_is_whole_and_has_no_problem() -> None:
    assert SHELF.problems == ()
    assert set(SHIPPED) == NAMES


def test_a_serial_names_the_same_words_for_ever() -> None:
    """A changed pack gets a higher serial, words for it in ``changes``, and its line in starter_serials.txt."""
    lines = (HOME / "tests" / "starter_serials.txt").read_text("utf-8").splitlines()
    told = {name: (int(serial), sha256) for name, serial, sha256 in map(str.split, lines)}
    assert told == {name: (pack.serial, pack.sha256.hex()) for name, pack in SHIPPED.items()}
    assert all(pack.changes for pack in SHIPPED.values())


def test_who_must_sign_follows_from_what_is_at_stake() -> None:
    assert {SHIPPED[name].risk for name in HEALTH} == {Risk.REGULATED}
    assert {pack.risk for name, pack in HOLDING.items() if name not in HEALTH} == {Risk.SENSITIVE}
    assert SHIPPED["bank-en"].risk is not Risk.ROUTINE


# How it is written

NEVER = {
    "": ("http", "www", "@", "{brand}", "!!", "...", "–", "—", "…", " {sign_off}."),
    "en": (
        *(
            "valued customer",
            "any inconvenience",
            "feedback",
            "strive",
            "going forward",
            "we apologi",
            "reach out",
        ),
        *(
            "rest assured",
            "at your earliest",
            "do not hesitate",
            "don't hesitate",
            "as per",
            "high standards",
        ),
        *(
            "refund",
            "discount",
            "voucher",
            "compensat",
            "free of charge",
            "gift",
            "on the house",
            "reimburse",
        ),
        *(
            "update your review",
            "change your review",
            "remove",
            "delete",
            "fake",
            "lawyer",
            "untrue",
            "allege",
        ),
        *("misunderst", "our records", "competitor"),
    ),
    "es": (
        *("estimado", "cliente valioso", "disculpe las molestias", "disculpen las molestias", "no dude en"),
        *(
            "reembols",
            "descuento",
            "gratis",
            "vale de",
            "compensa",
            "cambie su reseña",
            "elimine",
            "falsa",
            "mentira",
        ),
        *("abogad", "lamentamos los inconvenientes", "retroalimentación", "a la mayor brevedad"),
    ),
    "fr": (
        *("cher client", "chère cliente", "désagrément", "n'hésitez pas", "dans les plus brefs délais"),
        *(
            "rembours",
            "remise",
            "réduction",
            "gratuit",
            "bon d'achat",
            "dédommag",
            "modifier votre avis",
            "supprim",
        ),
        *("avocat", "mensonge", "faux avis", "retour d'expérience"),
    ),
    "de": (
        *(
            "sehr geehrte",
            "unannehmlichkeit",
            "feedback",
            "zögern sie nicht",
            "werte kund",
            "schnellstmöglich",
        ),
        *(
            "erstatt",
            "gutschein",
            "rabatt",
            "kostenlos",
            "entschädig",
            "geschenk",
            "bewertung ändern",
            "löschen",
        ),
        *("anwalt", "lüge", "gefälscht", "diesbezüglich", "bedauern wir"),
    ),
}
GRATITUDE = {
    "en": r"\bthank|\bappreciat",
    "es": r"\bgracias\b|agradezco que (nos )?(lo )?(diga|cuente)",
    "fr": r"\bmerci|remercie",
    "de": r"\bdanke\b|\bdank\b|bedank",
}


@each_pack
def test_the_words_promise_nothing_ask_for_nothing_and_are_no_stock_phrase(one: Pack) -> None:
    (language,) = one.scope.language
    for item, variant in variants(one):
        said = locked(variant).casefold()
        assert not [word for word in (*NEVER[""], *NEVER[language]) if word in said], (
            item.id,
            variant.source,
        )


def _may_follow_a_complaint(item: ReplyItem) -> bool:
    stars, is_held = item.when.stars, bool(HELD_FLAGS.intersection(item.when.flags))
    return is_held or Kind.COMPLAINT in item.when.kind or bool(stars and stars[0] < 3)


@each_pack
def test_nobody_is_thanked_for_a_complaint(one: Pack) -> None:
    (language,) = one.scope.language
    for item, variant in variants(one):
        if _may_follow_a_complaint(item) and Flag.QUESTION not in item.when.flags:
            assert not re.search(GRATITUDE[language], locked(variant), re.I), (item.id, variant.source)


REGRET = re.compile(r"\b(sorry|siento|regrette|pardon|excuses|leid|Entschuldigung|unfortunately)\b")


@each_pack
def test_nobody_is_apologised_to_for_praise(one: Pack) -> None:
    for item, variant in variants(one):
        stars = item.when.stars
        if stars and stars[0] >= 4:
            assert not REGRET.search(locked(variant)), (item.id, variant.source)


COUNTED = re.compile(r"\b(stars?|estrellas?|étoiles?|sterne?n?)\b", re.I)


@each_pack
def test_no_reply_counts_stars_where_the_site_may_have_none(one: Pack) -> None:
    for item, variant in variants(one):
        if item.when.points10 or item.when.recommends is not None:
            assert not COUNTED.search(locked(variant)), (item.id, variant.source)


@each_pack
def test_three_wordings_do_not_sound_alike(one: Pack) -> None:
    for item in one.items:
        for first, second in combinations(item.variants, 2):
            assert fuzz.ratio(locked(first), locked(second)) < 60, (item.id, first.source, second.source)
            assert first.source.split()[:4] != second.source.split()[:4], item.id


@each_ordinary
def test_no_wording_comes_twice_in_a_pack(one: Pack) -> None:
    texts = [variant.source for _, variant in variants(one)]
    for first, second in combinations(texts, 2):
        assert fuzz.ratio(first, second, score_cutoff=92) == 0, (first, second)


@each_pack
def test_a_name_stands_only_in_a_greeting(one: Pack) -> None:
    (language,) = one.scope.language
    for item, variant in variants(one):
        for place, piece in enumerate(variant.pieces):
            if piece.kind is PieceKind.PLACEHOLDER and piece.text == Placeholder.FIRST_NAME:
                assert place == 1 and variant.pieces[0].text == FALLBACKS_TOLD[language], item.id


@each_pack
def test_health_and_bank_replies_call_nobody_by_name(one: Pack) -> None:
    if one.name in HEALTH or one.name == "bank-en":
        assert Placeholder.FIRST_NAME not in one.fallback


BETRAYS = (
    *(
        "your visit",
        "your appointment",
        "your treatment",
        "your care",
        "your teeth",
        "your experience",
        "patient ",
    ),
    *("patients", "visiting us", "see you", "coming to us", "come back", "seeing you", "you were", "you had"),
    *("your doctor", "your dentist", "your account", "your bill", "last time", "next time", "again soon"),
)


def test_health_replies_confirm_nobody() -> None:
    assert {"dental-en", "medical-en", "holding-health-en"} == HEALTH
    for name in HEALTH:
        for _, variant in variants(SHIPPED[name]):
            said = variant.source.casefold()
            assert not [word for word in BETRAYS if word in said], variant.source


ADOPTS = (
    "rate",
    "interest",
    "return",
    "invest",
    "savings",
    "mortgage",
    "loan",
    "best bank",
    "your account",
    "advice ",
)


def test_bank_replies_adopt_no_claim() -> None:
    for item, variant in variants(SHIPPED["bank-en"]):
        words = variant.source.casefold()
        found = [word for word in ADOPTS if re.search(rf"\b{word}s?\b", words)]
        assert not found or "do not give advice" in words, (item.id, found)


# How it reads

SAMPLE = {
    "en": "changed how we plan",
    "es": "hemos cambiado el turno",
    "fr": "une personne de plus le soir",
    "de": "eine zweite Kraft am Abend",
}


def _fillings(item: ReplyItem, variant: Variant, one: Pack) -> Iterator[tuple[Filled, str]]:
    """The variant as it may end up: blanks full, and where they may be, left out."""
    for values in (dict(one.fallback), AS_LONG_AS_IT_GETS):
        filled = fill(item, variant, values)
        full = empty = filled.text
        for blank in filled.blanks.values():
            value = blank.choices[0] if blank.choices else SAMPLE[one.scope.language[0]]
            full = full.replace(f"[{blank.hint}]", value)
            empty = empty.replace(f"[{blank.hint}] ", "" if blank.empty else f"{value} ")
        yield filled, full
        if filled.blanks and all(blank.empty for blank in filled.blanks.values()):
            yield filled, empty


@each_pack
def test_every_wording_reads_well_with_any_filling(one: Pack) -> None:
    (language,) = one.scope.language
    for item, variant in variants(one):
        for filled, text in _fillings(item, variant, one):
            where = (item.id, text)
            assert "  " not in text and not set(text) & set("{}[]\n"), where
            stops = ",." if language == "fr" else ",.;:!?"
            assert not re.search(rf" [{stops}]", text), where
            assert language != "fr" or not re.search(r"[^ ][;:!?]", text), where
            assert text[0].isupper() or text[0] in "¡¿", where
            assert variant.source.endswith("{sign_off}") and variant.source.count("{sign_off}") == 1, where
            expected = ReplyClass.WITHIN_BOUNDS if filled.blanks else ReplyClass.VERBATIM
            assert classify(filled, text).reply_class is expected, where


@each_pack
def test_every_wording_closes_its_sentence_before_it_is_signed(one: Pack) -> None:
    for item, variant in variants(one):
        before = variant.source.removesuffix("{sign_off}")
        ends = (". ", "! ", "? ", "[answer] ", "[respuesta] ", "[reponse] ", "[antwort] ")
        assert before.endswith(ends), (item.id, variant.source)


@each_pack
def test_every_wording_is_short_enough_for_every_site_with_its_blanks_full(one: Pack) -> None:
    for site in SITES:
        for item, variant in variants(one):
            filled = fill(item, variant, AS_LONG_AS_IT_GETS)
            limit = site.reply.limit
            assert limit is None or longest(filled, site.reply.unit) <= limit, (site.name, item.id)


STRICTEST = tuple(site for site in SITES if site.name in ("tripadvisor", "google_maps", "yelp"))


@each_pack
def test_no_wording_breaks_a_rule_of_any_site(one: Pack) -> None:
    for site in STRICTEST:
        for vertical in one.scope.vertical or ("general",):
            setting = Setting(site.name, site.reply, vertical, one.scope.language[0])
            for item, variant in variants(one):
                found = findings_of(fill(item, variant, dict(one.fallback)), setting)
                serious = [one for one in found if one.level != "note"]
                assert not serious, (site.name, vertical, item.id, serious[0].rule, serious[0].why)


# What it answers

TOPICS: dict[str, tuple[Topic, ...]] = {
    "general": tuple(topic for topic in Topic if topic is not Topic.ROOM),
    "restaurant": (
        *(Topic.WAIT, Topic.STAFF, Topic.SERVICE, Topic.FOOD, Topic.DRINKS, Topic.PRICE, Topic.CLEANLINESS),
        *(Topic.AMBIENCE, Topic.NOISE, Topic.BOOKING, Topic.BILLING, Topic.DELIVERY, Topic.PARKING),
        *(
            Topic.LOCATION,
            Topic.SELECTION,
            Topic.QUALITY,
            Topic.COMMUNICATION,
            Topic.FACILITIES,
            Topic.ACCESS,
        ),
    ),
    "hotel": (
        *(Topic.WAIT, Topic.STAFF, Topic.SERVICE, Topic.FOOD, Topic.DRINKS, Topic.PRICE, Topic.CLEANLINESS),
        *(
            Topic.AMBIENCE,
            Topic.NOISE,
            Topic.BOOKING,
            Topic.BILLING,
            Topic.PARKING,
            Topic.LOCATION,
            Topic.QUALITY,
        ),
        *(Topic.COMMUNICATION, Topic.ROOM, Topic.FACILITIES, Topic.ACCESS, Topic.SELECTION),
    ),
    "car_service": (
        *(
            Topic.WAIT,
            Topic.STAFF,
            Topic.SERVICE,
            Topic.PRICE,
            Topic.BILLING,
            Topic.QUALITY,
            Topic.COMMUNICATION,
        ),
        *(
            Topic.PUNCTUALITY,
            Topic.BOOKING,
            Topic.CLEANLINESS,
            Topic.FACILITIES,
            Topic.LOCATION,
            Topic.SELECTION,
        ),
    ),
    "home_services": (
        *(Topic.PUNCTUALITY, Topic.WAIT, Topic.COMMUNICATION, Topic.QUALITY, Topic.PRICE, Topic.BILLING),
        *(Topic.STAFF, Topic.SERVICE, Topic.BOOKING, Topic.CLEANLINESS),
    ),
    "retail": (
        *(Topic.RETURNS, Topic.SELECTION, Topic.QUALITY, Topic.STAFF, Topic.SERVICE, Topic.WAIT, Topic.PRICE),
        *(
            Topic.BILLING,
            Topic.DELIVERY,
            Topic.CLEANLINESS,
            Topic.PARKING,
            Topic.LOCATION,
            Topic.COMMUNICATION,
        ),
    ),
    "salon": (
        *(
            Topic.QUALITY,
            Topic.WAIT,
            Topic.BOOKING,
            Topic.PUNCTUALITY,
            Topic.STAFF,
            Topic.SERVICE,
            Topic.PRICE,
        ),
        *(Topic.BILLING, Topic.CLEANLINESS, Topic.AMBIENCE, Topic.COMMUNICATION, Topic.NOISE),
    ),
    "gym": (
        *(
            Topic.FACILITIES,
            Topic.CLEANLINESS,
            Topic.STAFF,
            Topic.SERVICE,
            Topic.BILLING,
            Topic.PRICE,
            Topic.WAIT,
        ),
        *(Topic.NOISE, Topic.AMBIENCE, Topic.BOOKING, Topic.ACCESS, Topic.PARKING, Topic.COMMUNICATION),
    ),
    "bank": (
        *(
            Topic.WAIT,
            Topic.BILLING,
            Topic.COMMUNICATION,
            Topic.ACCESS,
            Topic.STAFF,
            Topic.SERVICE,
            Topic.PRICE,
        ),
        *(Topic.FACILITIES, Topic.BOOKING),
    ),
    "dental": (
        *(Topic.WAIT, Topic.PUNCTUALITY, Topic.BOOKING, Topic.STAFF, Topic.SERVICE, Topic.COMMUNICATION),
        *(Topic.PRICE, Topic.BILLING, Topic.QUALITY, Topic.CLEANLINESS, Topic.FACILITIES, Topic.ACCESS),
    ),
}
TOPICS["medical"] = TOPICS["dental"]
OF_TRADE = [
    (pack, vertical) for pack in ORDINARY.values() for vertical in pack.scope.vertical or ("general",)
]
each_trade = pytest.mark.parametrize(
    ("one", "vertical"), OF_TRADE, ids=[f"{p.name}-{v}" for p, v in OF_TRADE]
)


@each_trade
@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
def test_every_star_is_answered_with_words_and_without(one: Pack, vertical: str, stars: int) -> None:
    branch = Shop(one.scope.language[0], vertical)
    for has_words in (True, False):
        judged = replace(
            triage(review("x", stars), branch.language),
            has_words=has_words,
            topics=(),
            flags=(),
            sentiment=None,
        )
        found = ask(review("x" if has_words else None, stars), branch, judged)
        assert found.best, (stars, has_words, found.none_because)
        assert found.best[0].pack == one.name or vertical == "health", found.best[0].pack


@each_trade
def test_every_topic_of_its_trade_is_met_by_a_reply_about_it(one: Pack, vertical: str) -> None:
    branch, missed = Shop(one.scope.language[0], vertical), []
    for topic in TOPICS.get(vertical, TOPICS["medical"]):
        bad = review("x", 2)
        (first, *_) = ask(bad, branch, speaking_of(topic, bad, branch.language)).best
        if topic not in item_of(first).when.topics or first.pack.split("-")[0] == "holding":
            missed.append(topic.value)
    assert missed == []


@each_trade
def test_praise_of_people_is_met_by_a_reply_about_people(one: Pack, vertical: str) -> None:
    branch, good = Shop(one.scope.language[0], vertical), review("x", 5)
    (first, *_) = ask(good, branch, speaking_of(Topic.STAFF, good, branch.language)).best
    assert (
        Topic.STAFF in item_of(first).when.topics and first.pack.split("-")[0] != "general"
    ) or not one.scope.vertical


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_and_points_are_answered_like_stars(language: str) -> None:
    for vertical in ("general", "restaurant", "hotel"):
        branch = Shop(language, vertical)
        for facts, stars in (
            ({"recommends": True, "scale": Scale.RECOMMEND}, 5),
            ({"recommends": False, "scale": Scale.RECOMMEND}, 1),
            ({"rating": Decimal(10), "best": Decimal(10), "scale": Scale.POINTS10}, 5),
            ({"rating": Decimal("8.5"), "best": Decimal(10), "scale": Scale.POINTS10}, 4),
            ({"rating": Decimal(6), "best": Decimal(10), "scale": Scale.POINTS10}, 3),
            ({"rating": Decimal(2), "best": Decimal(10), "scale": Scale.POINTS10}, 1),
        ):
            (first, *_) = ask(review(None, None, **facts), branch).best
            band = item_of(first).when.stars
            assert band and band[0] <= stars <= band[1], (language, vertical, facts, first.item)


@pytest.mark.parametrize(
    "vertical", ["general", "restaurant", "hotel", "home_services", "dental", "medical", "bank"]
)
def test_a_complaint_without_a_rating_is_answered(vertical: str) -> None:
    one = review("They will not call me back about my order", None, kind=Kind.COMPLAINT)
    branch = Shop("en", vertical)
    judged = replace(triage(one, "en"), flags=(), sentiment=None)
    found = ask(one, branch, judged)
    assert found.best and Kind.COMPLAINT in item_of(found.best[0]).when.kind
    assert ask(one, branch, judged, CaseStep.RESOLVED).best


@each_trade
def test_a_settled_case_has_a_report_back_and_nothing_else_has_it(one: Pack, vertical: str) -> None:
    branch, bad = Shop(one.scope.language[0], vertical), review("x", 1)
    judged = speaking_of(Topic.STAFF, bad, branch.language)
    settled = ask(bad, branch, judged, CaseStep.RESOLVED).best
    assert settled and all(item_of(found).when.case is CaseStep.RESOLVED for found in settled)
    assert all(item_of(found).when.case is None for found in ask(bad, branch, judged).best)


@each_trade
def test_a_complaint_may_be_taken_to_a_direct_talk(one: Pack, vertical: str) -> None:
    """One of its replies to poor stars invites to the branch's own contact, whatever the review is about."""
    open_to_all = [item for item in one.items if item.when.stars == (1, 2) and not item.when.topics]
    assert any(
        Placeholder.CONTACT in variant.source and not variant.blanks
        for item in open_to_all
        for variant in item.variants
    )


# What is held

HOLDING_PLACES = [
    *((language, vertical) for language in LANGUAGES for vertical in ("general", "restaurant", "hotel")),
    *(("en", vertical) for vertical in ("car_service", "home_services", "retail", "salon", "gym", "bank")),
    *(("en", vertical) for vertical in sorted(HEALTH_VERTICALS)),
]


@pytest.mark.parametrize(("language", "vertical"), HOLDING_PLACES)
@pytest.mark.parametrize("flag", sorted(HELD_FLAGS))
def test_every_held_flag_has_its_holding_reply_and_no_other(flag: Flag, language: str, vertical: str) -> None:
    for stars in (1, 3, 5):
        one = review("x", stars)
        judged = replace(speaking_of(Topic.FOOD, one, language), flags=(flag,))
        found = ask(one, Shop(language, vertical), judged).best
        assert found and {suggestion.pack for suggestion in found} <= set(HOLDING)
        assert flag in item_of(found[0]).when.flags
    assert (vertical in HEALTH_VERTICALS) is (found[0].pack == "holding-health-en")


@pytest.mark.parametrize(("language", "vertical"), HOLDING_PLACES)
@pytest.mark.parametrize("flag", sorted(HELD_FLAGS))
def test_a_mere_suspicion_is_never_named_in_public(flag: Flag, language: str, vertical: str) -> None:
    one = review("x", 1)
    judged = replace(speaking_of(Topic.FOOD, one, language), flags=(flag,), suspected=frozenset({flag}))
    first, *others = ask(one, Shop(language, vertical), judged).best
    assert item_of(first).when.suspected
    assert all({Flag.LEGAL, Flag.EXTORTION}.issuperset(item_of(other).when.flags) for other in others)


def test_no_item_outside_the_holding_packs_names_a_held_flag() -> None:
    for one in ORDINARY.values():
        for item in one.items:
            assert not HELD_FLAGS.intersection(item.when.flags), (one.name, item.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lawyers_word_goes_before_every_other_matter(language: str) -> None:
    one = review("x", 1)
    judged = replace(speaking_of(Topic.FOOD, one, language), flags=(Flag.ILLNESS, Flag.LEGAL))
    (found,) = ask(one, Shop(language), judged).best
    assert item_of(found).when.flags == (Flag.LEGAL,)


def test_a_bank_hears_nothing_that_was_written_for_any_shop() -> None:
    for stars in (1, 3, 5):
        one = review("x", stars)
        found = ask(one, Shop("en", BANK), speaking_of(Topic.STAFF, one, "en")).best
        assert {suggestion.pack for suggestion in found} == {"bank-en"}


# In plain words

IN_PLAIN_WORDS = [
    ("restaurant", 5, "The pasta was delicious", Topic.FOOD, "restaurant-en"),
    ("restaurant", 5, "Such friendly staff", Topic.STAFF, "restaurant-en"),
    ("restaurant", 2, "Waited an hour for our food", Topic.WAIT, "restaurant-en"),
    ("restaurant", 1, "Cold, bland food", Topic.FOOD, "restaurant-en"),
    ("restaurant", 1, "The waiter was rude", Topic.STAFF, "restaurant-en"),
    ("restaurant", 2, "Overpriced", Topic.PRICE, "restaurant-en"),
    ("restaurant", 1, "Dirty tables and sticky menus", Topic.CLEANLINESS, "restaurant-en"),
    ("restaurant", 2, "They lost our reservation", Topic.BOOKING, "restaurant-en"),
    ("hotel", 5, "Spotless room and a comfortable bed", Topic.ROOM, "hotel-en"),
    ("hotel", 2, "The room was tiny and the shower broken", Topic.ROOM, "hotel-en"),
    ("hotel", 2, "So loud we could not sleep, thin walls", Topic.NOISE, "hotel-en"),
    ("hotel", 1, "Rude receptionist", Topic.STAFF, "hotel-en"),
    ("car_service", 5, "Honest, explained everything, fair price", Topic.PRICE, "car-service-en"),
    ("car_service", 1, "Still broken after three repairs", Topic.QUALITY, "car-service-en"),
    ("car_service", 2, "Took three hours longer than promised", Topic.PUNCTUALITY, "car-service-en"),
    ("dental", 5, "Gentle and friendly staff", Topic.STAFF, "dental-en"),
    ("dental", 1, "Waited an hour past my appointment", Topic.WAIT, "dental-en"),
    ("retail", 1, "The cashier was rude", Topic.STAFF, "retail-en"),
    ("retail", 5, "Lovely shop", None, "retail-en"),
]


@pytest.mark.parametrize(("vertical", "stars", "text", "topic", "name"), IN_PLAIN_WORDS)
def test_an_ordinary_review_is_answered_about_what_it_says(
    vertical: str, stars: int, text: str, topic: Topic | None, name: str
) -> None:
    first = ask(review(text, stars), Shop("en", vertical)).best[0]
    assert first.pack == name
    assert topic is None or topic in item_of(first).when.topics, first.reasons


HELD_REVIEWS = [
    ("en", "restaurant", "I got food poisoning here", "holding-en", "holding-illness"),
    ("en", "restaurant", "Food poisoning, and my lawyer will be in touch", "holding-en", "holding-legal"),
    ("en", "dental", "They shared my medical records", "holding-health-en", "holding-privacy"),
    ("es", "restaurant", "Había cucarachas en la cocina, una vergüenza", "holding-es", "seguridad"),
    ("de", "restaurant", "Wir wurden wegen unserer Hautfarbe nicht bedient", "holding-de", "respekt"),
]


@pytest.mark.parametrize(("language", "vertical", "text", "name", "reply"), HELD_REVIEWS)
def test_a_held_review_is_met_with_a_holding_reply(
    language: str, vertical: str, text: str, name: str, reply: str
) -> None:
    found = ask(review(text, 1), Shop(language, vertical))
    assert [(one.pack, one.item) for one in found.best] == [(name, reply)]

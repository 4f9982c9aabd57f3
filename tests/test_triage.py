"""Triage: urgency, topics and flags with their reasons; what was not judged says so."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import HELD_FLAGS, Flag, Item, Kind, Scale, Topic, Urgency
from service.models import Review
from service.replies import lexicon as lexicons
from service.replies.due import due
from service.replies.language import language_of
from service.replies.lexicon import lexicon
from service.replies.patterns import tokens_of
from service.replies.triage import Triage, stars_of, triage

HELD = sorted(HELD_FLAGS)
HOME = Path(__file__).resolve().parents[1]


def review(text: str | None = None, stars: float | None = 5, **facts: object) -> Item:
    rating = None if stars is None else Decimal(str(stars))
    return Item(**{"text": text, "rating": rating, "best": rating and Decimal(5), **facts})  # type: ignore[arg-type]


def judged(text: str | None, stars: float | None = 3, language: str = "en", **facts: object) -> Triage:
    return triage(review(text, stars, **facts), language)


def flags(text: str, stars: float | None = 3, language: str = "en") -> set[Flag]:
    found = judged(text, stars, language).flags
    assert found is not None
    return set(found)


def topics(text: str, language: str = "en") -> list[Topic]:
    return [found.topic for found in judged(text, 3, language).topics]


# Urgency

URGENCIES = [
    (review("Cold food", 1), Urgency.HIGH, 24),
    (review("Cold food", 2), Urgency.HIGH, 24),
    (review("It was fine", 3), Urgency.NORMAL, 72),
    (review("Lovely", 5), Urgency.NORMAL, 72),
    (review(None, 5), Urgency.LOW, 168),
    (review("👍👍", 5), Urgency.LOW, 168),
    (review(None, 1), Urgency.NORMAL, 72),
    (review("I got food poisoning", 5), Urgency.HELD, 24),
    (review("Bad", None, scale=Scale.RECOMMEND, recommends=False), Urgency.HIGH, 24),
    (review("Good", None, scale=Scale.RECOMMEND, recommends=True), Urgency.NORMAL, 72),
    (review("Cold", 4, scale=Scale.POINTS10, best=Decimal(10)), Urgency.HIGH, 24),
    (review("Good", 9, scale=Scale.POINTS10, best=Decimal(10)), Urgency.NORMAL, 72),
    (review("They never called back", None, kind=Kind.COMPLAINT, scale=Scale.NONE), Urgency.HIGH, 24),
    (review("Saw this place on my walk", None, kind=Kind.MENTION, scale=Scale.NONE), Urgency.LOW, 168),
    (review("I got food poisoning", None, kind=Kind.MENTION, scale=Scale.NONE), Urgency.HELD, 24),
    (review("I am a journalist", None, kind=Kind.MENTION, scale=Scale.NONE), Urgency.HIGH, 24),
    (review("I am a journalist and I am writing about this", 4), Urgency.HIGH, 24),
]


@pytest.mark.parametrize(("item", "urgency", "hours"), URGENCIES)
def test_stars_and_flags_say_how_soon_a_person_must_act(item: Item, urgency: Urgency, hours: int) -> None:
    found = triage(item, "en")
    assert (found.urgency, found.due_hours) == (urgency, hours)


def test_a_yes_or_no_is_never_turned_into_stars_where_a_person_reads() -> None:
    assert judged("Good", None, scale=Scale.RECOMMEND, recommends=True).reasons[0] == "recommends"
    assert judged("Good", 8, scale=Scale.POINTS10, best=Decimal(10)).reasons[0] == "8 out of 10"
    assert judged("Good", 1).reasons[0] == "1 star"
    assert judged(None, 4.5).reasons[0] == "4.5 stars; a rating without words"


# Reasons


def test_a_judgement_says_why_in_the_reviewers_own_words() -> None:
    found = judged("We waited 40 minutes and then the waiter was rude.", 2)
    assert found.reasons == (
        "2 stars",
        "topic staff: 'waiter'",
        "topic wait: 'waited 40 minutes'",
        "topic service: 'waiter'",
        "language en: told by the text",
    )
    assert found.sentiment is not None and -0.8 < found.sentiment < -0.5


def test_a_reason_quotes_on_one_line_and_briefly() -> None:
    found = judged("They gave me food\u202e \u2009 poisoning", 1)
    assert "flag illness: 'food   poisoning'" in found.reasons
    assert all("\n" not in reason and "\u202e" not in reason for reason in found.reasons)


def test_what_is_only_suspected_says_so() -> None:
    guess = judged("The handrail on the stairs moves", 1)
    assert guess.held == guess.suspected == {Flag.SAFETY} and guess.is_guess
    assert guess.reasons[0] == "1 star; held for safety (suspected)"
    told = judged("I got food poisoning here", 1)
    assert told.held == {Flag.ILLNESS} and not told.suspected and not told.is_guess
    assert told.reasons[0] == "1 star; held for illness"


def test_what_one_word_suspects_and_another_tells_is_told() -> None:
    both = judged("My stomach was off after the shrimp. I got food poisoning here", 1)
    assert both.held == {Flag.ILLNESS} and not both.suspected


def test_what_was_cut_short_says_so() -> None:
    assert "only the beginning of the text was heard" in judged("Great", text_complete=False).reasons


# Held flags

HELD_CASES: dict[Flag, list[str]] = {
    Flag.SAFETY: [
        "There was a piece of glass in my salad",
        "We saw a cockroach run across the table",
        "Bed bugs in room 12",
        "Smelled gas the whole night",
        "The chicken was completely raw",
        "The brakes failed on the way home",
        "A waiter shoved me and threatened us",
        "Mouldy bread",
        "It did not feel safe at all",
        "Había cucarachas en la cocina",
        "J'ai trouvé un morceau de verre dans mon plat",
        "Das Fleisch war verdorben und es gab Kakerlaken",
    ],
    Flag.INJURY: [
        "My mother slipped on the wet floor",
        "I chipped my tooth on a stone in the bread",
        "The hot plate burned my hand",
        "Ended up in the hospital",
        "Had to get stitches",
        "Me caí por las escaleras y acabé en urgencias",
        "Ma fille s'est blessée sur la terrasse",
        "Meine Mutter ist auf dem nassen Boden ausgerutscht",
    ],
    Flag.ILLNESS: [
        "Got food poisoning from the oysters",
        "My whole family got sick after eating here",
        "I was throwing up all night",
        "made me violently ill",
        "Ignored my nut allergy and I had an allergic reaction",
        "Never been so sick in my life, vomiting for two days",
        "Nos pusimos malos, una intoxicación",
        "Toute la famille a été malade, intoxication alimentaire",
        "Nach dem Essen musste ich mich übergeben",
    ],
    Flag.LEGAL: [
        "You will be hearing from my lawyer",
        "I am going to sue you",
        "I filed a police report",
        "reported them to the health department",
        "See you in small claims court",
        "They stole my watch",
        "Voy a poner una denuncia en la policía",
        "Je vais porter plainte, mon avocat vous contactera",
        "Ich werde Anzeige erstatten, mein Anwalt meldet sich",
    ],
    Flag.DISCRIMINATION: [
        "The host was openly racist",
        "They ignored us because we are black",
        "Refused to let us in with a service dog",
        "made fun of my accent",
        "Felt discriminated against",
        "Un trato racista por mi acento",
        "Personnel raciste",
        "Wurden wegen unserer Herkunft nicht bedient",
    ],
    Flag.PRIVACY: [
        "They gave out my phone number to another guest",
        "Someone filmed me without my consent",
        "They shared my medical records",
        "A man walked in on us in the room",
        "This is a HIPAA violation",
        "Publicaron mis datos personales",
        "Ils ont diffusé mes données personnelles",
        "Meine Daten wurden ohne meine Zustimmung weitergegeben",
    ],
    Flag.MINOR: [
        "The manager yelled at my child",
        "They served alcohol to minors",
        "My 4 year old was burned by the soup",
        "I am 14 years old and they laughed at me",
        "He grabbed my son by the arm",
        "Gritaron a mi hijo",
        "Ils ont crié sur ma fille",
        "Der Kellner hat mein Kind angeschrien",
    ],
    Flag.EXTORTION: [
        "I will remove this review if you refund me",
        "Give me a refund or I will post this everywhere",
        "Pay me and I will delete the review",
        "one star until I get my money back, unless you give a refund",
        "This is blackmail",
        "Quitaré la reseña si me devuelven el dinero",
        "Je supprime mon avis si vous me remboursez",
        "Ich lösche die Bewertung, sobald ich mein Geld habe",
    ],
}


def test_every_held_flag_has_its_cases() -> None:
    assert set(HELD_CASES) == HELD_FLAGS


@pytest.mark.parametrize(("flag", "text"), [(flag, text) for flag in HELD for text in HELD_CASES[flag]])
def test_what_a_named_person_must_know_is_held(flag: Flag, text: str) -> None:
    found = judged(text, 5)
    assert found.flags is not None and flag in found.flags, found.reasons
    assert found.urgency is Urgency.HELD
    assert any(reason.startswith(f"flag {flag}: '") for reason in found.reasons)


HARMLESS = [
    "The burgers are to die for, killer tacos too",
    "It's a crime not to go",
    "So good it should be illegal",
    "A total steal at that price, and they stole my heart",
    "I am sick of bad pizza, so this was a relief",
    "Sick beats and great vibes",
    "Nobody got sick, the kitchen is spotless",
    "I did not get food poisoning this time",
    "Dangerously good ribs",
    "Great food court, right by the tennis courts",
    "Sue was a wonderful hostess",
    "Excellent hospitality",
    "For the discriminating palate",
    "They broke the mold with this one",
    "A big hit with my kids",
    "A minor issue with the booking, quickly solved",
    "We fell in love with this place",
    "My husband almost passed out menus himself, such friendly staff",
    "A hidden gem near the hospital",
    "This place is the bomb, I'd kill for that cake",
    "Mickey Mouse pancakes for the little ones",
    "They fixed my broken tooth in one visit",
    "The soup cured my cold",
    "Cutting edge design, bleeding edge menu",
    "My kids loved the burgers and the staff were kind to our daughter",
    "La comida está de muerte, un robo de corazones",
    "Un truc de malade, on a adoré",
    "Avocat toast délicieux",
    "Das Gericht war köstlich, keine Klagen",
    "Wahnsinnig lecker, zum Sterben gut",
    "Servicio de enfermería excelente y muy amable",
    "The vomit-inducing carpet aside, a lovely stay",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_manner_of_speaking_is_not_held(text: str) -> None:
    found = judged(text, 5)
    assert not found.held, found.reasons


@pytest.mark.parametrize(
    ("text", "stars", "flag", "told"),
    [
        ("The menu lists every allergen", 5, Flag.ILLNESS, False),
        ("The menu lists every allergen", None, Flag.ILLNESS, False),
        ("The menu lists no allergen, and the waiter was rude about it", None, Flag.ILLNESS, False),
        ("I told the waiter about my allergy. He shrugged", 1, Flag.ILLNESS, True),
        ("I told the rude waiter about my allergy, terrible", None, Flag.ILLNESS, True),
        ("Look at the handrail on the stairs. It moves", 2, Flag.SAFETY, True),
        ("A lovely handrail, great view, and on the stairs it moves", 2, Flag.SAFETY, True),
        ("Lovely rooms and a great view. But the wet floor has no sign", 5, Flag.SAFETY, True),
        ("But what a lovely, great, wonderful wet floor: it has no sign", 5, Flag.SAFETY, False),
        ("They treated my shoulder injury wonderfully, a great team", 5, Flag.INJURY, False),
        ("The drinks were great. I got food poisoning", 5, Flag.ILLNESS, True),
        ("My toddler ran to the coach and would not leave", 5, Flag.MINOR, False),
        ("Lovely pho, but the ceiling over our booth is bulging", 2, Flag.SAFETY, True),
        ("Good trucks. But a taped extension cord lies in a puddle", 3, Flag.SAFETY, True),
        ("A pretty place. The wet floor has no sign", 3, Flag.SAFETY, True),
        ("The wet floor has no sign", 3, Flag.SAFETY, False),
        ("A pretty place. The wet floor has no sign", 4, Flag.SAFETY, True),
        ("The wet floor has no sign. A pretty place", 4, Flag.SAFETY, False),
        ("A pretty place. The wet floor has no sign", 5, Flag.SAFETY, False),
        ("A pretty place. Heads up: the wet floor has no sign", 5, Flag.SAFETY, True),
        ("A pretty place. Only: the wet floor has no sign", 5, Flag.SAFETY, True),
        ("A pretty place. The wet floor has no sign though", 5, Flag.SAFETY, True),
        ("A lovely, great, wonderful place until the wet floor has no sign", 5, Flag.SAFETY, True),
        ("Smelled gas, called these guys, they were here in twenty minutes", 5, Flag.SAFETY, False),
        ("Smelled gas, called these guys, they were here in twenty minutes", 1, Flag.SAFETY, True),
        ("A lovely, great place, but the wet floor has no sign", 4, Flag.SAFETY, True),
        ("A lovely place where the wet floor has no sign, but fine", 4, Flag.SAFETY, False),
    ],
)
def test_a_suspicion_is_enough_only_in_a_review_that_complains(
    text: str, stars: float | None, flag: Flag, told: bool
) -> None:
    assert (flag in flags(text, stars)) is told


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("A lovely, great, wonderful stay and the handrail on the stairs moves", Flag.SAFETY),
        ("Great pub, lovely barman: he sold my 14 year old a beer over the counter", Flag.MINOR),
        ("Lovely waiter, great cake, ten percent off if you leave a five star review", Flag.EXTORTION),
    ],
)
def test_what_holds_in_any_review_is_a_suspicion_that_no_praise_takes_away(text: str, flag: Flag) -> None:
    assert flag in judged(text, 5).suspected


def test_what_holds_in_any_review_is_excused_where_praise_tells_who_solved_it() -> None:
    assert not judged("Our gas line was loose and the shelf came down; they fixed it in an hour", 5).held


TOLD = [
    (Flag.QUESTION, "Nice place. Do you have a gluten free menu?", 4),
    (Flag.QUESTION, "¿Tienen aparcamiento? Muy bonito todo", 4),
    (Flag.STAFF_NAMED, "Maria was wonderful", 5),
    (Flag.STAFF_NAMED, "Our server Xiomara was wonderful", 5),
    (Flag.WRONG_BUSINESS, "Sorry, wrong restaurant, this review was meant for another place", 1),
    (Flag.WRONG_BUSINESS, "Sorry wrong place, this was meant for the pizzeria next door", 1),
    (Flag.PRESS, "I have contacted the local news about this", 1),
    (Flag.SPAM, "Earn money from home, whatsapp me", 5),
    (Flag.TROLL, "Never actually been, I just hate the name", 1),
    (Flag.PRAISE, "Amazing food", 5),
]


@pytest.mark.parametrize(("flag", "text", "stars"), TOLD)
def test_what_is_worth_knowing_is_told(flag: Flag, text: str, stars: int) -> None:
    assert flag in flags(text, stars)


TOLD_ELSEWHERE = [
    ("es", Flag.PRESS, "Voy a llamar a la prensa y a la televisión"),
    ("fr", Flag.PRESS, "Je suis journaliste et je vais en parler"),
    ("de", Flag.PRESS, "Ich bin Journalist und werde darüber berichten"),
    ("es", Flag.WRONG_BUSINESS, "Perdón, me equivoqué de restaurante, la reseña era para otro local"),
    ("fr", Flag.WRONG_BUSINESS, "Désolé, mauvais restaurant, cet avis était pour un autre"),
    ("de", Flag.WRONG_BUSINESS, "Falsches Restaurant, die Bewertung war für ein anderes gedacht"),
    ("es", Flag.WRONG_BUSINESS, "Disculpen, sitio equivocado: iba para el local de al lado"),
    ("fr", Flag.WRONG_BUSINESS, "Oups, cet avis concerne le voisin, je me suis trompé de fiche"),
    ("de", Flag.WRONG_BUSINESS, "Ups, das war für den Laden nebenan, habe mich vertan"),
    ("es", Flag.QUESTION, "¿A qué hora abren los domingos?"),
    ("es", Flag.QUESTION, "Muy bonito. ¿Hay aparcamiento?"),
    ("fr", Flag.QUESTION, "Est-ce que vous acceptez les chiens ?"),
    ("de", Flag.QUESTION, "Haben Sie sonntags geöffnet?"),
    ("de", Flag.QUESTION, "Wann macht ihr sonntags auf?"),
    ("es", Flag.QUESTION, "Todo bien. ¿Hacen envíos a domicilio?"),
    ("es", Flag.QUESTION, "¿Me podrían decir si queda sitio para un carrito?"),
    ("fr", Flag.QUESTION, "Très bien. Livrez-vous à domicile ?"),
    ("fr", Flag.QUESTION, "À quelle heure fermez-vous le dimanche ?"),
    ("de", Flag.QUESTION, "Sind Hunde auf der Terrasse erlaubt?"),
    ("de", Flag.QUESTION, "Sehr lecker. Nehmt ihr Karten?"),
    ("es", Flag.PRAISE, "Todo estupendo"),
    ("fr", Flag.PRAISE, "Un accueil formidable"),
    ("de", Flag.PRAISE, "Hervorragendes Essen"),
    ("es", Flag.SPAM, "Gana dinero desde casa, escríbeme por whatsapp"),
    ("fr", Flag.SPAM, "Gagnez de l'argent depuis chez vous, contactez-moi sur telegram"),
    ("de", Flag.SPAM, "Geld verdienen von zu Hause, Telegram an mich"),
    ("es", Flag.TROLL, "Nunca he estado allí, pero les pongo una estrella"),
    ("fr", Flag.TROLL, "Je n'y suis jamais allé mais je mets une étoile"),
    ("de", Flag.TROLL, "War noch nie dort, aber ein Stern von mir"),
    ("es", Flag.STAFF_NAMED, "Nuestra camarera Lucía fue un encanto"),
    ("fr", Flag.STAFF_NAMED, "Merci à Camille pour son accueil"),
    ("de", Flag.STAFF_NAMED, "Unser Kellner Jonas war super"),
]


@pytest.mark.parametrize(("language", "flag", "text"), TOLD_ELSEWHERE)
def test_it_is_told_in_each_language(language: str, flag: Flag, text: str) -> None:
    assert flag in flags(text, 4, language)


def test_anger_is_no_question_and_low_stars_are_no_praise() -> None:
    assert Flag.QUESTION not in flags("Are you kidding me?! Who runs this place?!", 1)
    assert Flag.QUESTION not in flags("¿Quién les dio permiso? Nunca más", 1)
    assert Flag.QUESTION not in flags("Geht's noch? Nie wieder dieser Laden", 1)
    assert Flag.PRAISE not in flags("The food used to be great", 2)
    assert Flag.STAFF_NAMED not in flags("I will be back in May. Great Rose wine, Summer menu")
    assert Flag.STAFF_NAMED not in flags("We came by from Victor Hugo Square and Martin Street")


def test_a_messenger_is_how_shops_answer_and_no_spam() -> None:
    assert Flag.SPAM not in flags("They answered every question on WhatsApp and sent us the bill there", 5)
    assert Flag.SPAM not in flags("Contestan enseguida por whatsapp y el préstamo salió bien", 5, "es")


# Topics


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We waited 40 minutes for a table", Topic.WAIT),
        ("The room was tiny and the bed squeaked", Topic.ROOM),
        ("Filthy toilets, everything sticky and dirty", Topic.CLEANLINESS),
        ("They charged me twice and sent a wrong invoice", Topic.BILLING),
        ("Overpriced for what it is", Topic.PRICE),
        ("La comida estaba fría y los platos sosos", Topic.FOOD),
        ("Trop cher, le prix est excessif", Topic.PRICE),
        ("Wir mussten ewig warten, die Wartezeit war zu lang", Topic.WAIT),
        ("Nobody returned my calls", Topic.COMMUNICATION),
        ("Our reservation was lost", Topic.BOOKING),
        ("Two hours in the waiting room", Topic.WAIT),
        ("They refused to take back the shoes", Topic.RETURNS),
        ("29.84 pour un trio", Topic.PRICE),
        ("Sie wollten die Hose nicht umtauschen", Topic.RETURNS),
    ],
)
def test_what_a_review_speaks_of_comes_first(text: str, first: Topic) -> None:
    assert topics(text)[0] is first


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("I can't wait to come back", Topic.WAIT),
        ("No wait at all, lovely", Topic.WAIT),
        ("Room for improvement", Topic.ROOM),
        ("The waiting room is bright", Topic.WAIT),
        ("Next to the national park", Topic.PARKING),
        ("Looking forward to the food we have to go and try", Topic.DELIVERY),
        ("I do not get the chance to go often", Topic.DELIVERY),
        ("The wonderful smell of fresh bread", Topic.CLEANLINESS),
        ("Avoid at all cost", Topic.PRICE),
        ("This should be publicly and loudly known", Topic.NOISE),
        ("My boss was footing the bill", Topic.BILLING),
        ("Tried to cancel for 3 months and they keep charging my card", Topic.BOOKING),
        ("Sub-par work on the gearbox", Topic.FOOD),
        ("If that bug never showed up I would give a 4", Topic.PUNCTUALITY),
        ("They left the bleach on and burned my hair", Topic.FOOD),
    ],
)
def test_a_word_in_another_sense_is_no_topic(text: str, absent: Topic) -> None:
    assert absent not in topics(text)


def test_a_negated_trouble_word_still_tells_the_topic() -> None:
    assert Topic.STAFF in topics("The staff was not rude")


@pytest.mark.parametrize(
    ("text", "language", "topic", "blamed"),
    [
        ("Les prix sont vraiment exagérés", "fr", Topic.PRICE, True),
        ("29.84 pour un trio", "fr", Topic.PRICE, True),
        ("Seulement 9.50 pour un menu", "fr", Topic.PRICE, False),
        ("Prices have gone up again since the spring", "en", Topic.PRICE, True),
        ("They raised their prices last month", "en", Topic.PRICE, True),
        ("Han subido mucho los precios", "es", Topic.PRICE, True),
        ("Les prix ont encore augmenté", "fr", Topic.PRICE, True),
        ("Die Preise sind im Herbst gestiegen", "de", Topic.PRICE, True),
        ("Le problème n'est pas la nourriture, c'est l'attente", "fr", Topic.FOOD, False),
        ("The food was not the problem, the waiter was rude", "en", Topic.FOOD, False),
    ],
)
def test_a_topic_is_blamed_where_its_clause_complains_of_it(
    text: str, language: str, topic: Topic, blamed: bool
) -> None:
    found = {one.topic: one for one in judged(text, 2, language).topics}
    assert found[topic].blamed is blamed


def test_more_words_of_a_topic_weigh_more() -> None:
    found = judged("Cold food, bland food, tiny portions. The staff was fine.")
    assert [(one.topic, one.score) for one in found.topics][:1] == [(Topic.FOOD, 0.87)]


# Language


@pytest.mark.parametrize(
    ("text", "branch", "language"),
    [
        ("Great pizza!", "en", "en"),
        ("Amazing", "en", "en"),
        ("Muy buena comida", "en", "es"),
        ("Sehr lecker", "en", "de"),
        ("Très bon", "en", "fr"),
        ("No complaints!", "en", "en"),
        ("Ottimo cibo, servizio eccellente", "en", "it"),
        ("Top", "de-AT", "de"),
        ("Nunca he estado allí, pero les pongo una estrella", "es", "es"),
        ("O atendimento foi péssimo e a comida estava estragada, nunca mais volto", "es", "pt"),
        ("Le tatouage suinte, j'ai 39,4. Le salon trouve ça normal.", "fr", "fr"),
        ("👍", "fr", "fr"),
        ("Отлично", "en", "ru"),
        ("Ωραία", "en", "el"),
        ("ಠ_ಠ", "en", None),
        ("a\u0000b\ud800 c", "en", "en"),
    ],
)
def test_a_short_text_is_read_in_the_branchs_language_unless_it_says_otherwise(
    text: str, branch: str, language: str | None
) -> None:
    told = language_of(text, tokens_of(text), branch)
    assert told.code == language or (language is None and told.code in (None, "kn")), told


def test_a_star_that_waits_for_something_is_no_joke_among_praise() -> None:
    text = "Bon resto, parfait. Je mettrai la cinquième étoile quand le bon cadeau promis sera là"
    assert Flag.EXTORTION in flags(text, 4, "fr")


def test_a_language_without_a_list_is_not_judged() -> None:
    found = judged("O atendimento foi péssimo e a comida estava estragada, nunca mais volto", 1)
    assert found.language == "pt" and found.flags is None and found.topics == ()
    assert "topics and flags not judged: no word list for pt" in found.reasons
    assert found.urgency is Urgency.HIGH


def test_a_rating_without_words_was_judged_and_has_no_flags() -> None:
    assert judged(None, 5).flags == ()


# Shapes


@given(
    st.text(max_size=300),
    st.sampled_from([None, 1, 2, 3, 4, 5]),
    st.sampled_from(["en", "es", "fr", "de", "pt", ""]),
)
@settings(max_examples=300)
def test_anything_is_judged_the_same_twice_and_survives_storage(
    text: str, stars: int | None, branch: str
) -> None:
    found = judged(text, stars, branch)
    assert found == judged(text, stars, branch)
    assert Triage.from_json(found.as_json()) == found
    assert all(0 < topic.score < 1 for topic in found.topics)
    assert all(reason.isprintable() for reason in found.reasons)


def test_a_hostile_text_is_judged_quickly() -> None:
    for text in (
        "made " * 4000 + "sick",
        "a" * 50_000,
        "glass in my " * 2000,
        "\u0301" * 30_000,
        "(.*)+$" * 3000,
    ):
        assert judged(text, 3).urgency in Urgency


def test_a_stored_review_is_judged_as_what_was_read() -> None:
    row = Review(
        listing_id=1, first_seen_at=datetime.now(UTC), last_seen_at=datetime.now(UTC), rating=2.0, best=5.0
    )
    row.text = "We waited 40 minutes"
    assert triage(row, "en") == judged("We waited 40 minutes", 2)


@pytest.mark.parametrize("code", lexicons.languages())
def test_every_pattern_in_the_lists_is_well_formed_and_matches_something(code: str) -> None:
    words = lexicon(code)
    assert words is not None and words.common
    assert set(lexicons._raw(code)["flag"]) >= HELD_FLAGS


# Any machine

JUDGE_ALL = """
import json, sys
from decimal import Decimal
from service.domain import Item
from service.replies.triage import triage
for line in sys.stdin:
    text = json.loads(line)
    print(json.dumps(triage(Item(text=text, rating=Decimal(3), best=Decimal(5)), "en").as_json()))
"""


def _judged_elsewhere(seed: str, locale: str) -> str:
    texts = [text for flag in HELD for text in HELD_CASES[flag]] + HARMLESS
    environment = {
        "PYTHONHASHSEED": seed,
        "LC_ALL": locale,
        "TZ": "Pacific/Kiritimati",
        "PYTHONPATH": str(HOME),
    }
    lines = "\n".join(map(json.dumps, texts))
    command = [sys.executable, "-c", JUDGE_ALL]
    return subprocess.run(
        command, input=lines, env=environment, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.server
def test_the_same_input_gives_the_same_line_on_any_machine() -> None:
    one, other = _judged_elsewhere("1", "C"), _judged_elsewhere("4242", "tr_TR.UTF-8")
    assert one == other and one.count("\n") > 90


# Due times


@dataclass(frozen=True)
class Moment:
    """A case of due times: London, Monday to Friday nine to five."""

    heard: str
    claim: str


WEEK = [{"day": day, "from": "09:00", "until": "17:00"} for day in range(5)]
HEARD = [
    Moment("2026-11-23T10:00", "2026-11-23T14:00"),  # a Monday morning
    Moment("2026-11-23T15:00", "2026-11-24T11:00"),  # over the night
    Moment("2026-11-27T16:00", "2026-11-30T12:00"),  # over the weekend
    Moment("2026-12-24T16:00", "2026-12-28T12:00"),  # over Christmas
    Moment("2026-11-23T03:00", "2026-11-23T13:00"),  # before opening
]


@pytest.mark.parametrize("moment", HEARD)
def test_four_working_hours_are_counted_while_the_branch_is_open(moment: Moment) -> None:
    heard = datetime.fromisoformat(moment.heard).replace(tzinfo=UTC)
    found = due(Urgency.HIGH, heard, "Europe/London", WEEK, ["2026-12-25"])
    assert found.claim_at == datetime.fromisoformat(moment.claim).replace(tzinfo=UTC)
    assert found.public_at == heard + timedelta(hours=24)


def test_several_blocks_a_day_and_the_branchs_own_zone_count() -> None:
    blocks = [{"day": 0, "from": "12:00", "until": "14:00"}, {"day": 0, "from": "18:00", "until": "22:00"}]
    heard = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past eleven in New York
    assert due(Urgency.HELD, heard, "America/New_York", blocks, []).claim_at == datetime(
        2026, 11, 24, 1, tzinfo=UTC
    )


def test_what_cannot_be_read_counts_as_open_from_nine_to_six() -> None:
    heard = datetime(2026, 11, 22, 9, tzinfo=UTC)
    junk = [{"day": 9}, None, "x", {"day": 0, "from": "17:00", "until": "09:00"}]
    assert due(Urgency.HIGH, heard, "No/Where", junk, [None, "x"]).claim_at == heard + timedelta(hours=4)


def test_praise_is_nobodys_hurry_and_a_closed_branch_is_nobodys_fault() -> None:
    heard = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert due(Urgency.LOW, heard, "UTC", [], []).claim_at is None
    assert due(Urgency.LOW, heard, "UTC", [], []).public_at == heard + timedelta(days=7)
    closed = [(heard + timedelta(days=day)).date().isoformat() for day in range(70)]
    assert due(Urgency.HIGH, heard, "UTC", [], closed).claim_at == heard + timedelta(days=60)


def test_nobody_waits_for_an_answer_to_a_mention_but_a_held_one_wants_a_person() -> None:
    heard = datetime(2026, 11, 22, 9, tzinfo=UTC)
    calm = due(Urgency.LOW, heard, "UTC", [], [], Kind.MENTION)
    assert (calm.claim_at, calm.public_at) == (None, None)
    held = due(Urgency.HELD, heard, "UTC", [], [], Kind.MENTION)
    assert (held.claim_at, held.public_at) == (heard + timedelta(hours=4), None)


def test_an_hour_that_the_clock_skips_is_not_counted() -> None:
    night = [{"day": 6, "from": "00:00", "until": "06:00"}]
    heard = datetime(2027, 3, 28, 0, tzinfo=UTC)  # London puts its clocks forward at one
    assert due(Urgency.HIGH, heard, "Europe/London", night, []).claim_at == datetime(
        2027, 3, 28, 4, tzinfo=UTC
    )


# Scales


def test_stars_of_any_scale_are_comparable() -> None:
    assert stars_of(review(None, 5, scale=Scale.POINTS10, best=None)) == 2.5
    assert stars_of(review(None, None, scale=Scale.RECOMMEND, recommends=False)) == 1.0
    assert stars_of(review(None, None, scale=Scale.NONE)) is None

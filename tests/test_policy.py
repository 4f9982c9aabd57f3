"""The rules on what may be said in public: what breaks them in four languages, and what does not."""

# ruff: noqa: RUF001 - look-alike letters are what some of these tests are about

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import HEALTH_VERTICALS, LengthUnit, ReplyRules
from service.replies.grounds import How, Level, languages, rules
from service.replies.language import primary
from service.replies.pack import VERTICALS
from service.replies.policy import Setting, blocks, check
from service.replies.repeats import Recent
from service.sites.registry import SITES

SITE_NAMES = {site.name for site in SITES}


def broken(text: str, site: str = "tripadvisor", vertical: str = "restaurant", **more: object) -> set[str]:
    setting = Setting(site, vertical=vertical)
    return {finding.rule for finding in check(text, replace(setting, **more))}


BREACHES = {
    "link": [
        "Write to us through www.example.com",
        "More at https://example.org/a?b=c",
        "See example.com for the menu",
        "It is all on northside.co.uk/menu",
        "Mehr auf beispiel.de.",
        "Mehr steht auf beispiel.de und im Haus",
        "Visita ejemplo.es para más",
        "Go to bit.ly/3xyz",
        "look at example dot com",
        "look at example [dot] com",
        "see ｅｘａｍｐｌｅ．ｃｏｍ",
        "see exa\u200bmple.c\u00adom",
        "see eхаmple.соm",
        "see example。com",
        "hxxp://example.net",
        "http : // example.net",
    ],
    "email": [
        "Write to jo.smith@example.com",
        "Write to jo＠example．com",
        "Write to jo (at) example.com",
        "escriba a jo arroba gmail",
        "jo\u200b@exa\u00admple.com",
    ],
    "phone": [
        "Call me on 555-123-4567",
        "Call (555) 123 4567",
        "Ring +44 20 7946 0018",
        "Appelez le 01.23.45.67.89",
        "Llame al 612 345 678",
        "Rufen Sie 030 1234567 an",
        "Call ５５５１２３４５６７",
        "Call 5\u200b55 1\u00ad23 45\u206067",
        "Call 5️⃣5️⃣5️⃣1️⃣2️⃣3️⃣4️⃣",
        "five five five one two three four",
        "call us at 555123",
        "tel. 0049 170 1234567",
        "555·123·4567",
    ],
    "personal-name": [
        "Our manager Maria Gonzalez will ring",
        "Ask for Mr. Whitfield",
        "Pregunte por la Sra. Quintana",
        "Demandez Mme Lefebvre",
        "Frau Schneider ist für Sie da",
        "Dr Okonkwo has read it",
    ],
    "compensation": [
        "We will refund you in full",
        "I would like to offer you a 20% discount",
        "Your next dinner is on us",
        "Come in for a free dessert: we will give you a free dessert",
        "We can offer you a gift card",
        "Take $20 off your bill",
        "Le devolveremos el importe",
        "Le ofrecemos un descuento",
        "La próxima copa gratis",
        "Nous vous rembourserons",
        "Nous souhaitons vous offrir un verre",
        "un geste commercial vous attend",
        "Wir möchten Ihnen einen Gutschein schicken",
        "Der Kaffee geht aufs Haus",
        "Sie bekommen 10 % Rabatt",
        "We will give you a rеfund",
    ],
    "incentive": [
        "We will give you a voucher if you change your review",
        "A 10% discount in exchange for a review",
        "Le daremos un vale si cambia su reseña",
        "Une remise si vous modifiez votre avis",
        "Einen Gutschein, wenn Sie Ihre Bewertung ändern",
    ],
    "fraud-accusation": [
        "This is a fake review",
        "You were never here",
        "You have never eaten at our place",
        "You're lying",
        "Clearly written by a competitor",
        "This never happened",
        "You are not a real customer",
        "Esta reseña es falsa",
        "Usted nunca ha estado en nuestro local",
        "Esto es de la competencia",
        "C'est un faux avis",
        "Vous n'êtes jamais venu chez nous",
        "Vous mentez",
        "Das ist eine gefälschte Bewertung",
        "Sie waren nie bei uns",
        "Das ist frei erfunden",
        "This is a fаkе rеviеw",
        "This is a f\u200bake re\u00adview",
    ],
    "doubt": [
        "We have no record of your booking",
        "We cannot find your reservation",
        "No nos consta ninguna reserva a su nombre",
        "Nous ne trouvons pas votre réservation",
        "Wir haben keine Reservierung auf Ihren Namen gefunden",
    ],
    "legal-threat": [
        "We will take legal action",
        "You will hear from our lawyers",
        "We will sue you for this",
        "This is slander and our attorney will contact you",
        "Tomaremos acciones legales",
        "Nuestros abogados se pondrán en contacto",
        "Nous allons porter plainte",
        "Notre avocat vous contactera",
        "Wir behalten uns rechtliche Schritte vor",
        "Das ist Verleumdung",
    ],
    "ask-change": [
        "Please update your review",
        "We hope you will reconsider your rating",
        "Could you remove the review?",
        "Would you consider changing your one-star review?",
        "Please take your review down",
        "Le pedimos que modifique su reseña",
        "¿Podría eliminar esta opinión?",
        "Merci de modifier votre avis",
        "Pourriez-vous supprimer cet avis ?",
        "Bitte ändern Sie Ihre Bewertung",
        "Würden Sie Ihre Bewertung bitte anpassen?",
    ],
    "ask-review": [
        "Please leave us a review",
        "Would you leave us five stars?",
        "Rate us on the app",
        "Déjenos una reseña",
        "Laissez-nous un avis",
        "Hinterlassen Sie uns eine Bewertung",
    ],
    "gating": [
        "If you enjoyed it, leave us a review; otherwise write to me",
        "Please talk to us before posting a negative review",
        "Si le ha gustado, deje una reseña",
        "Contactez-nous avant de publier un avis",
        "Bitte sprechen Sie mit uns, bevor Sie eine Bewertung schreiben",
    ],
    "identity": ["You must be the lady at table four", "Were you the guest who left early?"],
    "platform": ["Tripadvisor should check this"],
    "promotion": [
        "Book directly with us",
        "Visit our website",
        "Síganos en redes",
        "Suivez-nous sur les réseaux",
    ],
    "attack": [
        "You are ridiculous",
        "What an idiot",
        "This is bullshit",
        "Usted es un maleducado",
        "Vous êtes malhonnête",
        "Sie sind unverschämt",
        "ＩＤＩＯＴ",
    ],
    "shouting": ["WE DID NOTHING WRONG at all", "NOSOTROS NO HICIMOS NADA"],
    "emoji": ["Thank you 🙏", "Merci ❤️", "👩‍🍳 danke", "5️⃣ stars"],
    "list": ["We did:\n- this\n- that", "• one thing", "1. this\n2. that", "This is **bold**", "<b>Hi</b>"],
    "unfilled": ["Hi {first_name}", "We have [what you changed]"],
}
SITE_OF = {"emoji": "yelp"}


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in BREACHES.items() for text in texts]
)
def test_a_breach_is_found(rule: str, text: str) -> None:
    assert rule in broken(text, SITE_OF.get(rule, "tripadvisor"))


HARMLESS = {
    "en": [
        "We open at 5pm and close at 11.30 pm, 24/7 in summer.",
        "We are open 11:00-22:30, and 12.00 - 15.00 on 24.12.2026.",
        "Since 2019-2024 we have served 1,200,000 guests and 1.200.000 more.",
        "I have looked at order 12345678 and at reference no. 2026-114455.",
        "Invoice #20261122004 is in front of me.",
        "The menu is $12.50 to $45, the set lunch £19.95 and the cake 7,50 €.",
        "The 2 x 4 table for 6 at 19:30 was ours to keep.",
        "Thank you for taking the time to leave us a review.",
        "Thank you for your five-star review, Maria.",
        "I read every review, and I have changed the rota.",
        "This should never have happened.",
        "That should never happen at our place, and I am sorry.",
        "Parking is free of charge after six, so feel free to use it.",
        "Glad you enjoyed the complimentary breakfast.",
        "You can count on us. Please get in touch, and feel free to ask for me.",
        "Our refund policy hangs at the till.",
        "Sue and Bill at the food court were happy to read this.",
        "You are right to expect better.",
        "We never offer discounts for reviews.",
        "I will look after this myself. Sam",
        "Thank you.We mean it.",
        "The e.g. and i.e. of it; Mr. and Mrs. are welcome, too.",
        "It is a real pleasure to read this. See you at the bar on the corner.",
        "We were wrong; our address is 1200 North Street, London SW1A 1AA.",
        "We serve an average of 3500 people a week, 180000 a year.",
        "Not a single complaint in 10 years; 4 of 5 guests come back.",
        "I would never ask anybody to leave by taxi.",
        "Thank you for your kind words.",
        "Write to us at info@northside.example, and ask for Anne Marie.",
    ],
    "es": [
        "Abrimos a las 17.00 y cerramos a las 23.30, de lunes a viernes.",
        "Gracias por dejarnos una reseña tan bonita.",
        "Gracias por tomarse el tiempo de escribir su opinión.",
        "Esto nunca debió ocurrir y lo siento mucho.",
        "He mirado el pedido 12345678.",
        "El menú cuesta 12,50 € y 45 € por la noche.",
        "Gracias por sus palabras.De nada.",
        "Nos alegra que le gustara la copa de vino.",
        "La calle está cerca de la Plaza Mayor.",
    ],
    "fr": [
        "Nous ouvrons à 17h00 et fermons à 23h30, 7j/7.",
        "Merci d'avoir pris le temps de laisser un avis.",
        "Cela n'aurait jamais dû arriver.",
        "J'ai regardé la commande 12345678.",
        "Le menu est à 12,50 € et 45 € le soir.",
        "Ravi que le verre de vin vous ait plu.",
        "Votre avis compte et nous en parlons en équipe.",
        "Monsieur, merci de vos mots.",
    ],
    "de": [
        "Wir öffnen um 17.00 Uhr und schließen um 23.30 Uhr, täglich.",
        "Vielen Dank, dass Sie sich die Zeit genommen haben, eine Bewertung zu schreiben.",
        "Das hätte nie passieren dürfen.",
        "Ich habe mir die Bestellung 12345678 angesehen.",
        "Das Menü kostet 12,50 € und abends 45 €.",
        "Schön, dass Ihnen das Geschenk gefallen hat.",
        "Die Zimmer sind kein Gift, sondern ruhig.",
        "Ihre Bewertung habe ich mit dem Team gelesen.",
        "Ihre Bewertung lesen wir, um etwas zu ändern.",
        "Der Termin am 24.12. - 26.12. bleibt, Raum 2.1.",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in HARMLESS.items() for text in texts]
)
def test_what_only_looks_like_a_breach_is_none(language: str, text: str) -> None:
    for site in ("tripadvisor", "yelp", "google_maps"):
        assert not broken(text, site, language=language), check(text, Setting(site))


HEALTH = [
    "Thank you for visiting us",
    "We are sorry about your appointment",
    "Your treatment went as planned",
    "As a patient of ours you know us",
    "When you were here we were full",
    "See you again soon",
    "Thank you for trusting us with your smile",
    "It was a pleasure treating you",
    "Gracias por su visita",
    "Sentimos que su cita empezara tarde",
    "Como paciente nuestro lo sabe",
    "Merci pour votre visite",
    "Votre rendez-vous a commencé en retard",
    "À bientôt",
    "Danke für Ihren Besuch",
    "Ihr Termin begann zu spät",
    "Als Patientin kennen Sie uns",
    "Tһank you for your vіsit",
]
HEALTH_HARMLESS = [
    "Privacy rules keep us from saying whether anyone is a patient here.",
    "We cannot confirm who our patients are. Please ring the practice manager.",
    "Our team tries to see everybody on time. Thank you for the kind words.",
    "La ley nos impide decir quién es paciente. Llámenos, por favor.",
    "La loi nous interdit de dire qui nous consulte. Appelez-nous.",
    "Wir dürfen nicht sagen, wer bei einer Praxis ist. Rufen Sie uns an.",
]


@pytest.mark.parametrize("vertical", sorted(HEALTH_VERTICALS))
@pytest.mark.parametrize("text", HEALTH)
def test_a_health_branch_never_hints_at_a_patient(text: str, vertical: str) -> None:
    found = blocks(check(text, Setting("yelp", vertical=vertical)))
    assert found is not None and found.rule == "health-relationship" and "HIPAA" in found.source


@pytest.mark.parametrize("text", HEALTH_HARMLESS)
def test_a_health_branch_may_say_that_it_says_nothing(text: str) -> None:
    assert not broken(text, "google_maps", "dental")


@pytest.mark.parametrize("text", HEALTH)
def test_a_restaurant_may_speak_of_a_visit(text: str) -> None:
    assert "health-relationship" not in broken(text)


@pytest.mark.parametrize(
    "text",
    [
        "We are glad you like our returns",
        "Thank you for praising the performance",
        "We guarantee a return of 5",
        "Nos alegra que le guste la rentabilidad",
        "Merci, nos rendements vous plaisent",
        "Es freut uns, dass Sie mit der Rendite zufrieden sind",
    ],
)
def test_a_bank_takes_over_no_claim(text: str) -> None:
    assert "finance-adopts" in broken(text, "google_maps", "bank")
    assert "finance-adopts" not in broken(text)


def test_the_branchs_own_facts_are_no_breach() -> None:
    own = ("+44 20 7946 0018", "sam@northside.example", "Sam Whitfield, manager")
    text = "Ring +44 20 7946 0018 or write to sam@northside.example. Sam Whitfield, manager"
    assert broken(text) >= {"phone", "email"}
    assert not broken(text, own=own) & {"phone", "email", "personal-name"}
    assert "phone" in broken(text + " or 555 123 4567", own=own)


def test_the_writers_surname_is_never_said() -> None:
    assert "personal-name" in broken("Thank you, Maria Quill.", author="Maria Quill")
    assert "personal-name" in broken("Thank you, Ms Quill.", author="Maria Quill")
    assert "personal-name" in broken("We wrote to Quill today.", author="Maria Quill")
    assert not broken("Thank you, Maria. Good food is our aim.", author="Maria Good")
    assert not broken("Thank you, Maria.", author="Maria Quill")
    assert not broken("Thank you, Ana Maria.", author="Ana Maria")
    assert not broken("Hi Maria, Thank you. Monday is quiet.", author="Maria G.")


@pytest.mark.parametrize(
    ("text", "is_quote"),
    [
        ("You wrote “slow and cold” and you are right.", True),
        ("That the soup was slow and cold and nobody came is on me.", True),
        ("The soup was slow, and that is on me.", False),
        ("We call it “the house soup”.", False),
    ],
)
def test_a_review_is_not_repeated_where_that_is_forbidden(text: str, is_quote: bool) -> None:
    review = "The soup was slow and cold and nobody came to our table."
    assert ("quoting" in broken(text, review=review)) is is_quote
    assert "quoting" not in broken(text, "google_maps", review=review)
    assert ("quoting" in broken(text, "google_maps", "dental", review=review)) is is_quote


def test_what_is_nearly_the_same_as_a_recent_reply_is_told_with_where() -> None:
    first = "Hi Maria, that was too long a wait, and I am sorry. Please ask for me next time. Sam"
    text = "Hi Tom, that was too long a wait, and I am so sorry. Please ask for me next time. Sam"
    recent = (
        Recent("Something else entirely, about the soup.", "this branch"),
        Recent(first, "a branch nearby"),
    )
    (found,) = check(text, Setting("yelp", author="Tom", recent=recent))
    assert (found.rule, found.level) == ("similar", "block")
    assert "at a branch nearby" in found.why and found.why.endswith("% alike)")
    (elsewhere,) = check(text, Setting("google_maps", recent=recent))
    assert elsewhere.level == "warn"
    assert not check("We have spoken about the wait.", Setting("yelp", recent=recent))


@pytest.mark.parametrize(
    ("limit", "unit", "is_long"),
    [(10, LengthUnit.CHARACTERS, False), (9, LengthUnit.CHARACTERS, True), (10, LengthUnit.BYTES, True)],
)
def test_a_site_counts_in_its_own_unit(limit: int, unit: LengthUnit, is_long: bool) -> None:
    rules_here = ReplyRules(limit=limit, unit=unit, source="the site's help, 2026")
    found = check("é" * 10, Setting("google_maps", rules_here))
    assert bool(found) is is_long
    if found:
        assert (found[0].rule, found[0].level, found[0].source) == (
            "length",
            "block",
            "the site's help, 2026",
        )
        assert found[0].start == (5 if unit is LengthUnit.BYTES else limit)


def test_a_finding_shows_where_it_stands_in_the_text_as_given() -> None:
    text = "Thank you… this is a ﬁne f\u200bake rеview, Tom."
    (found,) = check(text, Setting("google_maps"))
    assert text[found.start : found.end] == "f\u200bake rеview"
    assert found.why.endswith(": 'f\u200bake rеview'")


def test_a_language_without_lists_is_not_judged_rather_than_clean() -> None:
    (found,) = check("Obrigado pela visita.", Setting("yelp", language="pt"))
    assert (found.rule, found.level) == ("not-judged", "note")
    assert not check("Thank you.", Setting("yelp", language="en-GB"))


def test_the_gravest_ground_decides() -> None:
    text = "We would like to offer you a voucher."
    levels = {
        site: [one.level for one in check(text, Setting(site)) if one.rule == "compensation"]
        for site in ("tripadvisor", "trustpilot", "facebook")
    }
    assert levels == {"tripadvisor": ["block"], "trustpilot": ["block"], "facebook": ["warn"]}
    assert blocks(check(text, Setting("facebook"))) is None
    assert blocks(check(text, Setting("facebook", vertical="bank"))) is not None


def test_every_rule_says_where_it_comes_from() -> None:
    assert len({rule.id for rule in rules()}) == len(rules())
    assert languages() >= {"en", "es", "fr", "de"}
    for rule in rules():
        assert rule.why and rule.mend and rule.grounds
        for ground in rule.grounds:
            assert ground.source or rule.how is How.LENGTH
            assert re.fullmatch(r"\d{4}-\d\d", ground.read) or rule.how is How.LENGTH
            assert ground.site <= SITE_NAMES and ground.vertical <= VERTICALS
            assert ground.level in Level
    assert primary("en-GB") in languages()


@given(st.text(max_size=120))
@settings(max_examples=150)
def test_any_text_is_judged_and_every_span_lies_within_it(text: str) -> None:
    for found in check(text, Setting("tripadvisor", vertical="dental", author=text, review=text)):
        assert found.start is not None and found.end is not None
        assert 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize(
    "heap",
    ["😀", "1 ", "a.", "a@", "1.", "[", "*", "you ", "fake ", "Mr ", "“a", "- a\n", "<a ", "555-", "\u0301"],
)
def test_a_heap_of_anything_is_checked_in_no_time(heap: str) -> None:
    text = heap * (20_000 // len(heap))
    began = time.process_time()
    check(text, Setting("tripadvisor", author="a", review=text, recent=(Recent(text, "x"),)))
    assert time.process_time() - began < 4

"""What leaves the house is said in its reader's language; the review and the reply stay as they are."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr
from sqlmodel import col, select

from service.alerts import media
from service.alerts.compose import Ways, compose
from service.alerts.door_letter import written
from service.alerts.facts import DigestFacts, Facts, Offer, ReviewFacts, Week
from service.alerts.letter import Mailbox, as_message
from service.alerts.notice import notice_of
from service.alerts.outbox import deliver
from service.alerts.outline_digest import digest_subject
from service.alerts.ring import ring
from service.db import Database
from service.domain import EventKind, Item, ReplyClass, Urgency
from service.errors import DeliveryFailed
from service.models import Delivery, Review
from service.replies.triage import Triage, triage
from service.sentences import in_language, say
from service.settings import Settings
from service.tongues import tongue_of
from tests import ringing
from tests.ringing import NOW, Clock, Recorder, packing, post, told

SPANISH = tongue_of("es")
WORDS = "Waited 40 minutes."
REPLY = "Thank you, Ann. We are sorry that you waited."


def reviewed(text: str) -> ReviewFacts:
    return ReviewFacts(id=7, rating=2, best=5, author="Ann", text=text)


def offered(**facts: object) -> Facts:
    """An alert with an approved reply, rung because of its stars."""
    offer = Offer(
        pack="north",
        serial=7,
        sha256="0" * 64,
        item="wait",
        variant=1,
        text=REPLY,
        reply_class=ReplyClass.VERBATIM,
        reasons=(say("fits by its rating alone"),),
    )
    given = {
        "offer": offer,
        "due_at": NOW,
        "why": (say("1 star"),),
        "told_because": say("it is in your hands"),
    }
    return told(**(given | facts))


def test_an_alert_is_mailed_in_the_language_of_whoever_it_goes_to(database: Database) -> None:
    with database.transaction() as session:
        north = ringing.branch(session)
        where = ringing.listing(session, north)
        for name, locale in (("Ines", "es"), ("Kim", "en"), ("Kai", "tlh")):
            ringing.channel(session, ringing.person(session, name, locale=locale))
        about = ringing.review(session, where)
        ringing.event(session, where, about)
    ring(database, packing(), NOW)
    mail = Recorder()
    deliver(database, post(mail=mail), Clock())
    said = {one.name: compose(one.facts, media.MAIL, one.ways, one.tongue) for one in mail.parcels}
    assert said["Ines"].subject == "Northside: 2 de 5 estrellas en Yelp, de Ann L."
    assert said["Kim"].subject == said["Kai"].subject == "Northside: 2 of 5 stars on Yelp, from Ann L."
    assert "Reseña nueva: 2 de 5 estrellas" in said["Ines"].text
    assert '<html lang="es">' in (said["Ines"].html or "")
    assert '<html lang="en">' in (said["Kim"].html or "")


def test_review_and_reply_stay_in_their_own_language() -> None:
    message = compose(
        offered(review=reviewed(WORDS)), media.MAIL, Ways("https://bell.example.com/r/t"), SPANISH
    )
    assert WORDS in message.text
    assert REPLY in message.text
    assert "Respuesta aprobada, palabra por palabra (north n.º 7, wait, variante 1):" in message.text
    assert "Responder antes del: domingo 22 de noviembre, 09:00 (UTC)." in message.text
    assert "Por qué esta urgencia: 1 estrella" in message.text
    assert "Por qué esta respuesta: encaja solo por su puntuación" in message.text
    assert "Abrir aquí: https://bell.example.com/r/t" in message.text


def test_what_was_frozen_yesterday_can_still_be_said_today() -> None:
    stored = Facts.model_validate(offered().model_dump(mode="json"))
    assert stored.told_because == "it is in your hands"
    said = compose(stored, media.MAIL, Ways(stop="https://bell.example.com/u/t"), SPANISH).text
    assert "Por qué usted: está en sus manos." in said


def test_a_digest_and_a_phone_speak_it_too() -> None:
    digest = DigestFacts(when="weekly", week=Week(new=1204, waiting=2, overdue=1, watched=3, unheard=0))
    facts = Facts(
        kind=EventKind.DIGEST, at=NOW, urgency=Urgency.LOW, subject=digest_subject(digest), digest=digest
    )
    message = compose(facts, media.MAIL, Ways(), SPANISH)
    assert message.subject == "Shopbell, esta semana: no se oyó nada nuevo"
    assert "1.204 reseñas nuevas esta semana; 2 esperan respuesta, 1 de ellas vencidas." in message.text
    assert notice_of(offered(), Ways(), "t", SPANISH).title == "Reseña nueva: 2 de 5 estrellas"


def test_what_did_not_fit_is_said_in_it() -> None:
    long = offered(review=reviewed("Waited and waited. " * 2000))
    assert "caracteres más donde lleva el enlace]" in compose(long, media.TELEGRAM, Ways(), SPANISH).text


def test_a_link_to_sign_in_is_mailed_in_it(now: datetime) -> None:
    settings = Settings(mail=SecretStr("smtp://mail.example"), mail_from="bell@example.com")
    letter = written(settings, Mailbox("Inés", "ines@example.com"), "https://b.example/s", "Olga", SPANISH)
    plain = as_message(letter, now).get_body(("plain",))
    assert letter.subject == "Su cuenta en Shopbell"
    assert plain and "Olga le ha creado una cuenta en Shopbell, como Inés." in plain.get_content()


def test_reasons_are_kept_so_that_they_can_be_said_in_any_language(database: Database) -> None:
    with database.transaction() as session:
        judged = triage(Item(author="Ann", text="Terrible, we waited forty minutes.", rating=1.0), "en")
        about = ringing.review(session, ringing.listing(session), triage=judged.as_json())
        session.commit()
    with database.reading() as session:
        stored = session.get_one(Review, about.id)
        assert stored.triage is not None
        reasons = Triage.from_json(stored.triage).reasons
        found = col(Review.triage)["urgency"].as_string() == "high"
        assert session.scalars(select(col(Review.id)).where(found)).all() == [about.id]
    assert reasons[0] == "1 star"
    said = [in_language(one, SPANISH) for one in reasons]
    assert said[0] == "1 estrella"
    assert "tema espera: 'waited forty minutes'" in said


def test_what_stood_in_rows_before_is_english(database: Database) -> None:
    with database.transaction() as session:
        about = ringing.review(session, ringing.listing(session), triage={"reasons": ["1 star"]})
        session.commit()
    with database.reading() as session:
        stored = session.get_one(Review, about.id)
        assert [in_language(one, SPANISH) for one in (stored.triage or {})["reasons"]] == ["1 star"]


def test_why_something_was_not_delivered_is_kept_likewise(database: Database) -> None:
    with database.transaction() as session:
        channel = ringing.channel(session, ringing.person(session))
        ringing.alert(session, [channel])
    failing = Recorder(
        [DeliveryFailed(say("%(name)s answered %(status)s.", name="Mail", status=500), permanent=True)]
    )
    deliver(database, post(mail=failing), Clock())
    with database.reading() as session:
        error = session.scalars(select(col(Delivery.last_error))).one()
    assert error == "Mail answered 500."
    assert in_language(error or "", SPANISH) == "Mail respondió 500."

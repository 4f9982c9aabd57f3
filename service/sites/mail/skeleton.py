"""What of a mail stays when another customer writes: its lines, and which of them are the site's own.

A line is taken for the site's own label where every word in it is one that sites label things with. Names and
reviews are almost never made of such words alone; where one is, its mail has another shape, and a person is
asked again.
"""

from __future__ import annotations

import hashlib
import re

from service.sites.mail.base import Mail
from service.sites.mail.links import without_targets

_MOST_LINES = 1000
_LONGEST_LABEL = 12  # words
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_LABELS = (  # words that say what a line is for: at least one of them must be in a label
    "account answer business comment complaint contact customer details diner email feedback guest help"
    " hotel listing left manage message notification page policy posted preferences privacy profile"
    " publicly rated rating read recommend recommended recommendation recommends reply respond response"
    " restaurant review reviewed reviewer see settings show star stars summary support terms unsubscribe"
    " update view visit wrote cliente comentario contestar correo cuenta dejó detalles empresa estrella"
    " establecimiento huésped leer mensaje negocio notificación opinión perfil política privacidad queja"
    " recomendación recomienda reseña responder respuesta restaurante valoración ver calificación avis"
    " client commentaire compte confidentialité consulter entreprise étoile établissement évaluation"
    " laissé lire message note notification paramètres plainte profil recommandation recommande répondre"
    " réponse voir abmelden ansehen antworten anzeigen bewertung bewertet beschwerde datenschutz"
    " einstellungen empfehlung empfiehlt gast gelesen hilfe hinterlassen konto kunde kundin lesen"
    " nachricht profil rezension stern sterne sternen unternehmen verfasst"
)
_JOINTS = (  # words that join them
    "a about all an and are at by for from full gave got has have here hi how in is it just more my new"
    " now of on online or our owner please that the this to was we with you your you've al con de del el"
    " en es esta este está ha la las le lo los más nueva nuevas nuevo nuevos para por se sobre su tiene tu"
    " un una usted y ya à au aux ce cette d des du et leur l les nouveau nouveaux nouvel nouvelle"
    " nouvelles par plus pour sur tous une vos votre vous alle am auf dein deine dem den der die diese"
    " dieses ein eine einen einer erhalten für haben hat ihr ihre ihrem im ist jetzt mehr mit neu neue"
    " neuen neuer und uns von vom zu zum zur öffentlich"
)
LABELS, JOINTS = (
    frozenset(form for word in words.split() for form in (word, word + "s", word + "n"))
    for words in (_LABELS, _JOINTS)
)


def lines(mail: Mail) -> tuple[str, ...]:
    """The lines a person marks in: 0 is the subject, then each line of the text that is not empty.

    White space is collapsed; the targets of links are left out, since they are no words.
    """
    told = [row for line in mail.text.split("\n") if (row := without_targets(line))]
    return (" ".join(mail.subject.split()), *told[:_MOST_LINES])


def is_label(line: str) -> bool:
    """Whether a line is the site's own: all its words are words of labels, and one says what it is for."""
    words = _words(line)
    return (
        0 < len(words) <= _LONGEST_LABEL
        and any(word in LABELS for word in words)
        and all(word in LABELS or word in JOINTS for word in words)
    )


def alike(line: str) -> str:
    """``line`` as labels are compared: without figures, capitals and marks."""
    return " ".join(_words(line)) or line.strip()


def shape_of(mail: Mail) -> bytes:
    """The SHA-256 of what stays the same in every mail of one template.

    That is the sender's domain, the subject with all but the words of labels left out, and the label lines in
    order. Author, stars and text are no part of it.
    """
    subject, *body = lines(mail)
    labels = dict.fromkeys(_singular(line) for line in body if is_label(line))
    told = "\n".join(["shopbell mail shape 1", mail.domain, _outline(subject), *labels])
    return hashlib.sha256(told.encode("utf-8", "replace")).digest()


def _outline(subject: str) -> str:
    """The subject's words that say what it is for, and one mark for each run of others.

    Words that only join are no help here: names have them too ("Ann A. de la Cruz").
    """
    told: list[str] = []
    for word in _words(subject):
        shown = _stem(word) if word in LABELS else "*"
        if shown != "*" or told[-1:] != ["*"]:
            told.append(shown)
    return " ".join(told)


def _singular(line: str) -> str:
    return " ".join(map(_stem, _words(line)))


def _stem(word: str) -> str:
    """One form for "star" and "stars", "Stern" and "Sternen": the figure before it is no part of a shape."""
    return "stern" if word.startswith("stern") else word.removesuffix("s")


def _words(line: str) -> list[str]:
    return [word.casefold().replace("\u2019", "'") for word in _WORD.findall(line)]

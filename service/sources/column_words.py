"""What columns of reviews are called, in English, Spanish, French and German; folded, without accents."""

from __future__ import annotations

import re
import unicodedata

from service.sources.columns import Field

NAMES: dict[Field, str] = {
    Field.AUTHOR: """
        author, author name, author title, reviewer, reviewer name, name, user, user name, username,
        customer, customer name, guest, guest name, consumer, display name, reviewed by, written by, by,
        from, profile name, autor, autora, nombre, cliente, usuario, nombre del autor, resenador, auteur,
        nom, client, utilisateur, nom de l auteur, verfasser, verfasserin, kunde, nutzer, gast, bewertet
        von, rezensent, nutzername
    """,
    Field.RATING: """
        rating, ratings, stars, star, star rating, score, review rating, review score, note, reviewer
        rating, rating value, overall rating, overall, points, bewertung in sternen, sterne,
        sternebewertung, anzahl sterne, punkte, wertung, gesamtbewertung, calificacion, puntuacion,
        estrellas, valoracion, nota, etoiles, nombre d etoiles, evaluation, note sur 5, number of stars,
        review stars
    """,
    Field.BEST: """
        best, best rating, out of, max, maximum, max rating, scale, rating scale, von maximal, hochstwert,
        escala, maximo, echelle, sur, skala
    """,
    Field.RECOMMENDS: """
        recommends, recommended, recommend, recommendation, recommendation type, would recommend,
        sentiment, recomienda, recomendacion, recommande, recommandation, empfiehlt, empfehlung,
        weiterempfehlung, liked
    """,
    Field.DATE: """
        date, time, datetime, posted, posted at, posted on, created, created at, create time, created
        time, date created, review date, review time, date posted, published, published at, publish date,
        publish at, date published, timestamp, when, submitted, submitted at, review created, review date
        time, created utc, date time, fecha, fecha de publicacion, publicado, fecha de la resena, date de
        publication, publie le, date de l avis, le, datum, bewertungsdatum, veroffentlicht, erstellt,
        erstellt am, zeit, zeitpunkt
    """,
    Field.TITLE: """
        title, review title, headline, subject, summary, review headline, titulo, asunto, titre, titre de
        l avis, objet, titel, uberschrift, betreff
    """,
    Field.TEXT: """
        text, review, review text, review content, review body, reviews, comment, comments, content, body,
        message, description, feedback, review comment, full review, your review, opinion, resena,
        comentario, comentarios, texto, texto de la resena, mensaje, avis, commentaire, commentaires,
        texte, contenu, texte de l avis, bewertung, rezension, kommentar, bewertungstext, nachricht,
        inhalt, meinung
    """,
    Field.REPLY: """
        reply, response, owner response, owner reply, response text, reply text, business response,
        answer, owner answer, response from the owner, management response, reply content, review reply,
        company reply, business reply, owner response text, respuesta, respuesta del propietario,
        respuesta de la empresa, reponse, reponse du proprietaire, reponse de l entreprise, antwort,
        antwort des inhabers, stellungnahme, antworttext, response content, owner comment
    """,
    Field.REPLY_DATE: """
        reply date, response date, reply time, owner response date, responded at, replied at, response
        time, date of response, owner reply date, reply update time, fecha de respuesta, date de reponse,
        antwortdatum, datum der antwort, response from the owner date
    """,
    Field.LINK: """
        link, url, permalink, review url, review link, source url, web address, enlace, lien, adresse,
        verweis
    """,
    Field.ID: """
        id, review id, reviewid, uuid, unique id, external id, guid, identifier, id de resena, id de l
        avis, bewertungs id, kennung, reference, review reference
    """,
    Field.BRANCH: """
        branch, location, store, shop, location name, store name, branch name, business, business name,
        place, place name, outlet, restaurant, hotel, company, listing, store code, address, property,
        sucursal, tienda, local, ubicacion, negocio, magasin, etablissement, agence, boutique, lieu,
        filiale, standort, geschaft, betrieb, unternehmen, ort
    """,
    Field.SITE: """
        site, source, platform, channel, website, review site, network, provider, origin, sitio,
        plataforma, fuente, canal, plateforme, plattform, quelle, portal, seite
    """,
}


def folded(header: str) -> str:
    """ "reviewText", "Review_Text" and "RÉVIEW  text" are all "review text"."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    plain = unicodedata.normalize("NFKD", parted.casefold())
    words = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(words.split())


_ANSWER = frozenset(
    ["reply", "response", "answer", "owner", "antwort", "inhaber", "respuesta", "propietario", "reponse"]
)
_OF_ANSWER = {Field.DATE: Field.REPLY_DATE, Field.TEXT: Field.REPLY}
_NAMED = {
    " ".join(name.split()): field
    for field, names in NAMES.items()
    for name in names.replace("\n", " ").split(",")
}


def meant(header: str) -> tuple[Field, int] | None:
    """What a column so called is, and how surely: by so many words, and by ten more where they are its whole
    name; None for names that tell nothing."""
    name = folded(header)
    if name in _NAMED:
        return _NAMED[name], 10 + len(name.split())
    words = name.split()
    if not _ANSWER & set(words):
        return _within(words)
    found = _within([word for word in words if word not in _ANSWER])  # "responseFromOwnerText"
    field = _OF_ANSWER.get(found[0]) if found else Field.REPLY
    return (field, found[1] if found else 1) if field else None


def _within(words: list[str]) -> tuple[Field, int] | None:
    if len(words) > 6:
        return None
    for length in range(min(4, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):  # the last word says what it is: "reviewer rating"
            part = " ".join(words[start : start + length])
            if part in _NAMED and len(part) > 2:
                return _NAMED[part], length
    return None

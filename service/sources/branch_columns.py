"""What columns of a table of branches are called, in English, Spanish, French and German. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from service.sources.column_words import folded
from service.sources.sheet import Row

PAGE = "url"
"""The one field that may have several columns: one for each site, perhaps."""

NAMES = {
    "name": """
        branch, branch name, name, store, store name, shop, shop name, location, location name, business,
        business name, outlet, sucursal, nombre de la sucursal, tienda, nombre, local, magasin, nom du
        magasin, nom, etablissement, agence, filiale, filialname, standort, geschaft, betrieb
    """,
    "brand": "brand, brand name, banner, marca, ensena, marque, enseigne, marke",
    "region": "region, area, district, territory, zona, comarca, secteur geographique, gebiet, bezirk",
    "city": "city, town, ciudad, localidad, poblacion, ville, commune, stadt, ort",
    "tz": "time zone, timezone, tz, zona horaria, huso horario, fuseau horaire, zeitzone",
    "language": "language, lang, locale, idioma, lengua, langue, sprache",
    "vertical": """
        vertical, trade, industry, type, category, business type, rubro, sector, tipo, metier, secteur,
        type d activite, branche, gewerbe, art
    """,
    "phone": """
        phone, phone number, telephone, telephone number, tel, telefono, numero de telefono, telephone,
        numero de telephone, telefon, telefonnummer
    """,
    "contact": "contact, email, e mail, mail, contact email, contacto, correo, courriel, kontakt",
    "sign_off": "sign off, signoff, signature, signed, signed by, firma, firmado, signe, unterschrift",
    "hours": """
        hours, opening hours, open, business hours, horario, horarios, horario de apertura, horaires,
        heures d ouverture, horaires d ouverture, offnungszeiten, geoffnet
    """,
    "holidays": "holidays, closed on, closed days, festivos, cerrado, jours feries, ferme le, feiertage",
    "staff": "staff, staff names, team, employees, personal, empleados, equipe, personnel, mitarbeiter, team",
    PAGE: """
        listing, listings, listing url, page, page url, review page, url, link, web address, enlace, pagina,
        perfil, lien, page d avis, profil, seite, verweis, bewertungsseite, google, google maps, yelp,
        trustpilot, facebook, tripadvisor, bbb, angi, dealerrater, justdial
    """,
}

TITLE_ROWS = 10  # how far down the row of names may stand

_FIELD_OF = {
    " ".join(word.split()): field
    for field, words in NAMES.items()
    for word in words.replace("\n", " ").split(",")
}


def meant(header: str) -> str | None:
    """The field that a column so called holds; None for a name that tells nothing."""
    return _FIELD_OF.get(folded(header))


def header_of(rows: Sequence[Row]) -> int | None:
    """The place of the row of names: that with the most we know; None where none names the branch."""
    known = [sum(meant(cell) is not None for cell in row) for row in islice(rows, TITLE_ROWS)]
    if not known or not max(known):
        return None
    place = known.index(max(known))
    return place if any(meant(cell) == "name" for cell in rows[place]) else None


def columns_of(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The places of each field's columns, the first where a field can have one only."""
    found: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        field = meant(name)
        if field is not None and (field == PAGE or field not in found):
            found[field] = (*found.get(field, ()), place)
    return found

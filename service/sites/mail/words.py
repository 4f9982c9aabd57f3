"""What subjects say, in the languages the sites write to owners in: of a review, or of something else.

Subjects hold names that anybody may choose, so these words only sort mails; no fact is read by them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

REVIEW: Mapping[str, str] = {
    "en": r"reviews?|reviewed|ratings?|rated|feedback",
    "es": r"reseñas?|reseñad[oa]|opinión|opiniones|valoración|valoraciones|calificación|calificaciones",
    "fr": r"avis|évaluations?|évalué|commentaires?",
    "de": r"bewertung(?:en)?|bewertet|rezension(?:en)?|beurteilung(?:en)?|feedback",
    "it": r"recensione|recensioni",
    "pt": r"avaliação|avaliações",
    "nl": r"beoordeling(?:en)?|recensies?",
}
"""Of a review; the last three only so that such a mail is shown and not put aside."""

RECOMMENDATION: Mapping[str, str] = {
    "en": r"recommend(?:s|ed|ations?)?",
    "es": r"recomienda|recomendó|recomendado|recomendación|recomendaciones",
    "fr": r"recommande|recommandé|recommandations?",
    "de": r"empfiehlt|empfohlen|empfehlung(?:en)?",
}
"""Of a recommendation, as Facebook has them."""

COMPLAINT: Mapping[str, str] = {
    "en": r"complaints?",
    "es": r"quejas?|reclamos?|reclamación|reclamaciones|denuncias?",
    "fr": r"plaintes?|réclamations?",
    "de": r"beschwerden?|reklamation(?:en)?",
}
"""Of a complaint, as BBB has them."""

ASIDE: Mapping[str, str] = {
    "en": r"summary|digest|newsletter|weekly|monthly|invoice|receipt|payments?|billing|passwords?|sign[- ]?in"
    r"|log[- ]?in|security|verify|verification|webinar|tips|advert\w*|ads|promot\w+|discount|leads?|quotes?"
    r"|invite|get more reviews|write a review|ask (?:your )?(?:customers|guests)|for you|suggested",
    "es": r"resumen|boletín|semanal|mensual|factura|recibo|pagos?|contraseña|inicio de sesión|iniciar sesión"
    r"|seguridad|verifica\w*|consejos|anuncios?|promoci\w+|presupuesto|invita\w*"
    r"|escribe una (?:reseña|opinión)",
    "fr": r"résumé|récapitulatif|hebdomadaire|mensuel|facture|reçu|paiements?|mot de passe|connexion|sécurité"
    r"|vérifi\w+|conseils|publicité|promotion\w*|devis|invite[zr]?|rédigez un avis|laissez un avis",
    "de": r"zusammenfassung|wöchentlich\w*|monatlich\w*|rechnung|quittung|zahlung(?:en)?|passwort|kennwort"
    r"|anmeld\w+|sicherheit\w*|bestätig\w+|verifizier\w+|tipps|werb\w+|anzeigen|angebot|einlad\w+"
    r"|bewertung (?:schreiben|abgeben)",
}
"""Of something else, even where the word for a review is near: summaries, invoices, codes, adverts."""

NEWS: Mapping[str, str] = {
    "en": r"new (?:\S+ ){0,2}(?:review|complaint|recommendation|rating|feedback)"
    r"|left (?:you )?a (?:\S+ )?review"
    r"|(?:reviewed|rated) (?:you|your)|\d[- ]star review|wrote a review (?:of|for|about)"
    r"|received a complaint",
    "es": r"nuev[oa]s? (?:reseña|opinión|valoración|queja|recomendación)"
    r"|(?:dejó|ha dejado) una (?:reseña|opinión)",
    "fr": r"nouve(?:l|lle|aux?) (?:avis|évaluation|commentaire|plainte|recommandation)"
    r"|a (?:laissé|rédigé) un avis",
    "de": r"neue[rsn]? (?:\S+ )?(?:bewertung|rezension|beschwerde|empfehlung)"
    r"|hat (?:\S+ ){0,6}(?:bewertet|rezensiert)",
}
"""Of a new one, in so many words; these win over ``ASIDE``, since a shop may be called "Weekly"."""


def is_of_another_script(subject: str) -> bool:
    """Whether a subject is in letters that none of these words are in, so that nothing here can sort it."""
    letters = [letter for letter in subject if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and latin * 2 < len(letters)


def pattern(*tables: Mapping[str, str]) -> re.Pattern[str]:
    """One pattern for all words of all languages in ``tables``, as whole words."""
    every = "|".join(words for table in tables for words in table.values())
    return re.compile(rf"(?<!\w)(?:{every})(?!\w)", re.IGNORECASE)

"""German written without umlauts, as on keyboards that have none: "ueber" is "über"."""

from __future__ import annotations

import re

from service.replies.patterns import Token

_UMLAUTS = frozenset("äöüÄÖÜ")
# Beginnings of words that nobody writes so who has umlauts at hand.
_SURE = (
    *("fuer", "ueber", "zurueck", "waere", "waeren", "waehrend", "haette", "wuerde", "koennen", "koennt"),
    *("moecht", "muesst", "muessen", "duerf", "hoer", "gehoer", "schoen", "groess", "kueche", "fruehstueck"),
    *("spaet", "naechst", "tuer", "natuerlich", "gefuehl", "fuehl", "schluessel", "maedchen", "uebel"),
    *("verkaeuf", "aerzt", "aerger", "hoechst", "moeglich", "unmoeglich", "haende", "zaehne"),
)
_WRITTEN_OUT = re.compile(r"(?<=[ao])e|(?<![aeoq])ue")


def with_umlauts(text: str, tokens: list[Token]) -> list[Token]:
    """``tokens`` of ``text`` folded as if it had umlauts, where it has none: "kueche" as "kuche"."""
    if not _UMLAUTS.isdisjoint(text) or not any(token.word.startswith(_SURE) for token in tokens):
        return tokens
    return [token._replace(word=_respelt(token.word)) for token in tokens]


def _respelt(word: str) -> str:
    """``word`` with "ae", "oe" and "ue" as one letter; not the "ue" of "neue", "Frauen" or "Quelle"."""
    return _WRITTEN_OUT.sub(lambda found: "u" if found[0] == "ue" else "", word)

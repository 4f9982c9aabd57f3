"""Folding words, so that a list written once finds them as people write them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_THREE_ALIKE = re.compile(r"(.)\1{2,}")
_SPELT_OUT = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'") | {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}
)


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """``word`` in lower case, without accents and compatibility forms: "slooow" is "slow", "œuf" "oeuf"."""
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word.translate(_SPELT_OUT))
        word = "".join(char for char in word if not unicodedata.combining(char))
    return _THREE_ALIKE.sub(r"\1", word.casefold())

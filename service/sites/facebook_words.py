"""The two things a recommendation says, in the languages its reader may have chosen.

The words stand between the writer's name and the Page's ("Ann doesn't recommend The Page"), so a word for
recommending and a word for not are enough. Seen on pages: English, Marathi (2021-07), French, German, Spanish
(2022 to 2025); the others are the same verbs from their dictionaries.
"""

# ruff: noqa: RUF001 (letters of other scripts are what this reads)

from __future__ import annotations

import re
import unicodedata

_RECOMMEND = re.compile(
    r"recom|recoman|empf[ie]+hl|rekom+end|anbefal|consigli|beve+l|raadt|polec|suosittel|doporuč|odporúča"
    r"|ajánl|öner|tavsiye|priporoč|preporuč|препоруч|препоръч|рекоменд|рекоменду|συνιστ|προτείν|ממליצ|ממליץ"
    r"|يوصي|توصي|نوصي|पेशकश|शिफारस|सिफ़ारिश|अनुशंसा|सुझाव|सलाह|แนะนำ|đề xuất|giới thiệu|khuyên|menyarank|menyor"
    r"|推薦|推荐|おすすめ|オススメ|추천"
)
_NOT = re.compile(
    r"n['’]t\b|\b(?:not|nicht|pas|no|non|não|nao|niet|af|nie|inte|ikke|ei|nu|nem|ne|не|δεν|לא|لا|tidak|không)\b"
    r"|नाही|नहीं|नाहीत|ไม่|不|ません|ない|않|안 |sconsigl|nedoporuč|neodporúč|önerm|etm[ei]|desaconsej"
)


def recommends(words: str) -> bool | None:
    """True or False for what the words between the two names say; None where we do not know them."""
    folded = unicodedata.normalize("NFC", words).casefold()
    if not _RECOMMEND.search(folded):
        return None
    return not _NOT.search(folded)

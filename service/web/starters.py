"""The packs that fit the branches there are: which a new installation would read and sign first."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.catalogue import Catalogued
from service.domain import HEALTH_VERTICALS
from service.installation import DEMO_CODE
from service.models import Branch
from service.replies.pack import BANK, Scope

GUARDED = HEALTH_VERTICALS | {BANK}  # whose words must have been written for them

Voice = tuple[str, str]  # a language and a vertical


def voices(session: Session) -> set[Voice]:
    """What the branches speak, and of what."""
    real = ~col(Branch.code).startswith(DEMO_CODE, autoescape=True)
    found = session.execute(select(col(Branch.language), col(Branch.vertical)).where(real).distinct())
    return {(language.partition("-")[0], vertical) for language, vertical in found}


def fitting(packs: list[Catalogued], spoken: set[Voice]) -> list[Catalogued]:
    """Those that speak for any of the ``spoken``: written for its trade first, then for any."""
    found = [one for one in packs if one.pack and any(_fits(one.pack.scope, *voice) for voice in spoken)]
    return sorted(found, key=lambda one: (not one.pack or not one.pack.scope.vertical, one.name))


def _fits(scope: Scope, language: str, vertical: str) -> bool:
    languages = {each.partition("-")[0] for each in scope.language}
    if languages and language not in languages:
        return False
    return vertical in scope.vertical or (not scope.vertical and vertical not in GUARDED)

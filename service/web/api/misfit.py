"""``/misfit``: a page looks other than the extension knows it. Counted; nothing of the page is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service.people.devices import Scope
from service.sources import misfits
from service.sources.misfits import Code, Reported
from service.web.api.endpoint import Call, Endpoint
from service.web.api.shapes import Asked, Site, Version, Whole

Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,40}$")]
Count = Annotated[int, Field(ge=0, le=100_000), Whole]


class MisfitAsked(Asked):
    """What did not fit, on which kind of page; ``counts`` say how much of it was found at all."""

    site: Site
    surface: Word
    code: Code
    counts: Annotated[dict[str, Count], Field(max_length=10)]
    version: Version


def misfit(call: Call, asked: MisfitAsked) -> None:
    """Count that a page looks other than it should."""
    told = Reported(call.who.device.id or 0, asked.site, asked.surface, asked.code, asked.version)
    with call.database.transaction() as session:
        misfits.count(session, told, call.now)


ENDPOINTS = (Endpoint("/misfit", misfit, MisfitAsked, None, scope=Scope.POSTED),)

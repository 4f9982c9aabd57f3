"""A wording that was shown before, filled anew for its review, since it may have been withdrawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.replies.approved import ApprovedPack
from service.replies.case import Case
from service.replies.choosing import Standing, setting_for
from service.replies.filling import Filled, fill, values_for
from service.replies.fit import Misfit, Stage, item_misfit, pack_misfit
from service.replies.normal import normal_form
from service.replies.policy import Setting
from service.replies.slots import PieceKind
from service.sentences import say

WITHDRAWN = Misfit(Stage.DATES, lambda: say("is not approved any more"))
_NOTHING = "\N{NULL}"  # for a blank that is left out; nothing typed may hold it


@dataclass(frozen=True, slots=True)
class Renewed:
    """The approved wording as it is now, and where it is to stand."""

    filled: Filled
    setting: Setting


def renewed(
    packs: Sequence[ApprovedPack], sha256: bytes, item_id: str, variant: int, case: Case, standing: Standing
) -> Renewed | Misfit:
    """Variant ``variant`` (from 1) of an item of the version ``sha256``, or why it may not answer."""
    pack = next((one.pack for one in packs if one.pack.sha256 == sha256), None)
    item = next((one for one in pack.items if one.id == item_id), None) if pack else None
    if pack is None or item is None or not 1 <= variant <= len(item.variants):
        return WITHDRAWN
    if misfit := pack_misfit(pack, case.where) or item_misfit(item, case):
        return misfit
    values = values_for(case.branch, case.review.author, pack)
    filled = fill(item, item.variants[variant - 1], values)
    return Renewed(filled, setting_for(pack, case, values, standing))


def written(filled: Filled, typed: Mapping[str, str]) -> str:
    """The text with what was typed into its blanks, as ``classify`` reads it.

    A blank that may stay empty takes the space beside it along; one that may not keeps its hint, and so shows
    that it still waits.
    """
    out = ""
    for span in filled.spans:
        words = filled.text[span.start : span.end]
        if span.kind is PieceKind.BLANK:
            value = normal_form(typed.get(span.name, "").replace(_NOTHING, "")).strip()
            words = value or (_NOTHING if filled.blanks[span.name].empty else words)
        out += words
    emptied = out.replace(f" {_NOTHING} ", " ").replace(f"\n{_NOTHING} ", "\n")
    return normal_form(emptied.replace(_NOTHING, ""))

"""Words that were given once, as the beginning of an item for a pack: a person writes the rest. Pure."""

from __future__ import annotations

import json
import re

from service.replies.filling import BranchFacts
from service.replies.names import first_name
from service.replies.pack import FEWEST_VARIANTS, Placeholder
from service.replies.triage import Reviewed, Triage, stars_of

_FACTS = {
    Placeholder.SIGN_OFF: "sign_off",
    Placeholder.CONTACT: "contact",
    Placeholder.PHONE: "phone",
    Placeholder.BRANCH: "name",
    Placeholder.BRAND: "brand",
    Placeholder.CITY: "city",
}


def item_skeleton(text: str, review: Reviewed, triage: Triage | None, branch: BranchFacts) -> str:
    """``text`` as an item in TOML, with placeholders for this branch's facts and the first name."""
    first = _with_placeholders(text, review.author, branch)
    more = [f'  "",  # variant {number}: say it otherwise' for number in range(2, FEWEST_VARIANTS + 1)]
    return "\n".join(
        [
            "# From words that were approved for one review. Name it, check `when`, write the other variants",
            "# so that they do not sound alike, raise the pack's serial, and submit it.",
            "[[item]]",
            'id = "rename-me"',
            'tone = "warm"',
            f"when = {_when(review, triage)}",
            "variants = [",
            f"  {json.dumps(first, ensure_ascii=False)},",
            *more,
            "]",
        ]
    )


def _with_placeholders(text: str, author: str | None, branch: BranchFacts) -> str:
    facts = {name: getattr(branch, field) for name, field in _FACTS.items()}
    wanted = {Placeholder.FIRST_NAME: first_name(author), **facts}
    for name, value in wanted.items():
        if value:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{name.value}}}", text)
    return text


def _when(review: Reviewed, triage: Triage | None) -> str:
    parts = []
    if stars := stars_of(review):
        parts.append(f"stars = [{max(1, int(stars))}, {max(1, int(stars))}]")
    if triage and triage.topics:
        parts.append(f"topics = {json.dumps([found.topic.value for found in triage.topics])}")
    if triage and triage.held:
        parts.append(f"flags = {json.dumps(sorted(flag.value for flag in triage.held))}")
    return f"{{ {', '.join(parts)} }}" if parts else "{ }"

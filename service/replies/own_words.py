"""Words for one review alone: what they are called, how many must answer for them, and offering them. Pure.

They are governed as packs are. The risk class follows from the review, because nobody writes a class into
words that are wanted today: where a wrong sentence could admit guilt or confirm a patient, it needs the same
two people here as in a pack that is read at leisure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from service.domain import HEALTH_VERTICALS, ReplyRules
from service.replies.approved import ApprovedWords
from service.replies.called import AND
from service.replies.filling import BranchFacts, Filled, Span
from service.replies.pack import BANK, Risk
from service.replies.policy import Setting, blocks, check
from service.replies.repeats import Recent
from service.replies.slots import PieceKind
from service.replies.suggestion import Suggestion, Suggestions
from service.replies.triage import Reviewed, Triage
from service.sentences import listed, say

VALID_FOR = timedelta(hours=48)
LONGEST = 5000  # code points; a site's own limit is checked by its rule
_NAMED = "review:"  # no pack can be called so
_SEEN = 16  # hex digits: enough to tell two readings of one review apart


def name_of(review: int) -> str:
    """What stands in a statement, a recall or a posting where a pack's name would."""
    return f"{_NAMED}{review}"


def is_for_one_review(name: str) -> bool:
    """Whether a pack's name is none, and names the words of one review."""
    return name.startswith(_NAMED)


def review_of(name: str) -> int:
    """The review that such a name is of."""
    return int(name.removeprefix(_NAMED))


def seen_as(review: Reviewed) -> str:
    """A short name of the review as it stands: an edit changes it, and with it what was approved."""
    rating = None if review.rating is None else float(review.rating)
    said = [review.kind, rating, review.recommends, review.title, review.text]
    return sha256(json.dumps(said).encode()).hexdigest()[:_SEEN]


def risk_of(triage: Triage | None, vertical: str) -> Risk:
    """Regulated where a patient could be confirmed; sensitive where held, not judged, or a bank's."""
    if vertical.casefold() in HEALTH_VERTICALS:
        return Risk.REGULATED
    if triage is None or triage.flags is None or triage.held or vertical == BANK:
        return Risk.SENSITIVE
    return Risk.ROUTINE


def setting_of(
    review: Reviewed,
    branch: BranchFacts,
    site: str,
    rules: ReplyRules,
    language: str | None,
    recent: Sequence[Recent] = (),
) -> Setting:
    """What the rules must know of where the words are to stand."""
    facts = (branch.name, branch.brand, branch.city, branch.phone, branch.contact, branch.sign_off)
    return Setting(
        site=site,
        rules=rules,
        vertical=branch.vertical,
        language=language or branch.language,
        author=review.author,
        review="\n".join(filter(None, (review.title, review.text))) or None,
        own=tuple(fact for fact in facts if fact),
        recent=tuple(recent),
    )


def as_filled(text: str) -> Filled:
    """The words as a reply with nothing to fill in."""
    return Filled(text, (Span(PieceKind.LOCKED, "", 0, len(text)),), {})


def before_others(words: ApprovedWords, found: Suggestions, setting: Setting, most: int) -> Suggestions:
    """``found`` with ``words`` first, ``most`` in all; as it is where a rule forbids them there by now."""
    findings = check(words.text, setting)
    if blocks(findings):
        return found
    people = listed((f"{one.person} ({one.role})" for one in words.approvals), AND)
    own = Suggestion(
        pack=name_of(words.review),
        serial=words.number,
        sha256=words.sha256,
        item=words.seen,
        variant=1,
        approved=True,
        filled=as_filled(words.text),
        findings=findings,
        reasons=(
            say("asked for this review, and approved for it alone by %(people)s", people=people),
            say("valid until %(until)s UTC", until=f"{words.until:%Y-%m-%d %H:%M}"),
        ),
        score=max((one.score for one in found.best), default=0.0) + 1,
    )
    return replace(found, best=(own, *found.best)[:most], none_because=None)

"""How the desk says things: plain words for closed sets, times and numbers. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.domain import (
    EventKind,
    Health,
    Kind,
    Outcome,
    Proof,
    ReplyClass,
    ReviewState,
    Role,
    Route,
    Scale,
    Urgency,
)
from service.models import (
    AccountState,
    CaseEntryKind,
    CaseOutcome,
    CaseState,
    Ended,
    ImportState,
    InboundState,
    PostingState,
    ReviewAct,
)
from service.people.devices import Scope
from service.people.may import Grant

STATE = {
    ReviewState.NEW: "new",
    ReviewState.SEEN: "seen by a person",
    ReviewState.CLAIMED: "claimed",
    ReviewState.INSERTED: "reply inserted",
    ReviewState.SUBMITTED: "reply submitted",
    ReviewState.ANSWERED: "answered in public",
    ReviewState.REJECTED: "reply rejected by the site",
    ReviewState.VANISHED: "reply vanished from the site",
    ReviewState.CLOSED: "closed without reply",
}

ACT = {
    ReviewAct.CLAIMED: "took it",
    ReviewAct.ASSIGNED: "handed it to",
    ReviewAct.RELEASED: "gave it back",
    ReviewAct.SNOOZED: "put it off",
    ReviewAct.WOKEN: "brought it back",
    ReviewAct.NOTED: "noted",
    ReviewAct.CLOSED: "closed it without a reply",
    ReviewAct.REOPENED: "opened it again",
}

CASE = {
    CaseState.OPEN: "our turn",
    CaseState.WAITING: "waits for them",
    CaseState.RESOLVED: "settled",
    CaseState.CLOSED: "ended",
}

CASE_ENTRY = {
    CaseEntryKind.CALLED: "called",
    CaseEntryKind.WROTE: "wrote",
    CaseEntryKind.VISITED: "paid a visit",
    CaseEntryKind.ANSWERED: "they answered",
    CaseEntryKind.AGREED: "they agreed to an offer",
    CaseEntryKind.NOTE: "noted",
    CaseEntryKind.OPENED: "took it offline",
    CaseEntryKind.ENDED: "ended the case",
    CaseEntryKind.REOPENED: "opened it again",
    CaseEntryKind.REPORTED: "reported back in public",
    CaseEntryKind.TAKEN_BACK: "says it is not reported back after all",
}

CASE_OUTCOME = {
    CaseOutcome.PUT_RIGHT: "We put it right",
    CaseOutcome.AGREED: "They took what we offered",
    CaseOutcome.CLEARED_UP: "A misunderstanding, and it is cleared up",
    CaseOutcome.NOT_AGREED: "We did not come together",
    CaseOutcome.NOT_REACHED: "They could not be reached",
    CaseOutcome.NOT_OURS: "It was not about us",
}

POSTING = {
    PostingState.SHOWN: "was shown a reply",
    PostingState.COPIED: "took a reply along",
    PostingState.INSERTED: "inserted a reply",
    PostingState.SUBMITTED: "says it is posted",
    PostingState.SEEN_IN_PUBLIC: "saw the reply in public",
    PostingState.DENIED: "says it is not posted",
}

PROVED = {
    PostingState.COPIED: "taken along; nobody has said yet that it was posted",
    PostingState.INSERTED: "put into the site's box; nobody has said yet that it was posted",
    PostingState.SUBMITTED: "said to be posted, and not seen in public yet",
    PostingState.SEEN_IN_PUBLIC: "seen in public",
    PostingState.DENIED: "not posted, as its person says",
}

SIGN = {
    "pressed": "the site's own button was pressed by its person",
    "visible": "the text was seen in its place",
    "told": "its person's word",
}
"""What a paired browser saw, by the names it gives."""

BROWSER_MAY = {
    Scope.SUGGEST: "See the open reviews there, and the approved replies that fit them.",
    Scope.POSTED: "Say which reply was inserted and posted.",
    Scope.CAPTURE: "Send the reviews on the screen to this desk, when you press for it.",
}

ENDED = {
    Ended.BY_PERSON: "ended at this desk",
    Ended.BY_BROWSER: "disconnected in the browser",
    Ended.LEFT: "its person has left",
    Ended.REUSED: "something that was used up came back, so somebody may have a copy of what it held. "
    "Look whether that computer is in good hands, then pair it anew",
}

CLASS = {
    ReplyClass.VERBATIM: "word for word as approved",
    ReplyClass.WITHIN_BOUNDS: "within its bounds",
    ReplyClass.OFF_PACK: "not the approved words",
}

URGENCY = {
    Urgency.HELD: "Held",
    Urgency.HIGH: "Urgent",
    Urgency.NORMAL: "Normal",
    Urgency.LOW: "Calm",
}

NOT_JUDGED = "Not judged"

ROUTE = {
    Route.API: "the owner API",
    Route.CAPTURE: "a person's browser",
    Route.PAGE: "the public page",
    Route.FEED: "the feed",
    Route.MAIL: "the site's mail",
    Route.HAND: "a file or a paste",
}

MISFIT = {
    "zero_cards": "no reviews found",
    "no_name": "reviews without a name",
    "no_text": "reviews without words",
    "no_box": "no box to write in",
    "not_taken": "a box that did not take the text",
    "partial": "a box that took a part of the text",
}

EVENT = {
    EventKind.NEW: "New review",
    EventKind.EDITED: "Review edited",
    EventKind.REMOVED: "Review gone",
    EventKind.RESTORED: "Review back",
    EventKind.REPLIED: "Owner replied",
    EventKind.REPLY_EDITED: "Owner's reply edited",
    EventKind.REPLY_VANISHED: "Owner's reply gone",
    EventKind.FACTS_DRIFTED: "The listing's facts changed",
    EventKind.BASELINE: "A listing's past was read",
    EventKind.HEALTH: "A listing is heard differently",
    EventKind.SILENCE: "A listing is silent for longer than usual",
    EventKind.ALARM: "Something of ours to look at",
    EventKind.TWINS: "Two reviews we cannot tell apart",
    EventKind.RECALLED: "Approved words recalled",
    EventKind.SUBMITTED: "A pack waits for signatures",
    EventKind.SENT_BACK: "A pack was sent back",
    EventKind.WORDS_ASKED: "Words asked for",
    EventKind.WORDS_ANSWERED: "Words asked for were answered",
    EventKind.REPORT_BACK: "A report back is due",
    EventKind.CLAIMED: "Review taken",
    EventKind.REPLY_SUBMITTED: "Reply posted, by a person's word",
    EventKind.SEEN_IN_PUBLIC: "Reply seen in public",
    EventKind.PACK_APPROVED: "A pack was approved",
    EventKind.DIGEST: "A digest",
    EventKind.TEST: "A test",
}

MENTIONED = {EventKind.NEW: "New mention", EventKind.EDITED: "Mention edited"}

MAIL = {
    InboundState.WAITING: "waits to be read",
    InboundState.READ: "read",
    InboundState.HINT: "made us look",
    InboundState.ASIDE: "not about a review",
    InboundState.CONFIRM: "asks to confirm forwarding",
    InboundState.UNKNOWN: "cannot be read yet",
    InboundState.WHICH_LISTING: "whose is it?",
    InboundState.SETTLED: "dealt with",
    InboundState.FAILED: "a fault of ours",
}

ACCOUNT = {
    AccountState.NEW: "Not read yet",
    AccountState.OPEN: "Heard well",
    AccountState.FAILING: "Cannot be read just now",
    AccountState.SIGN_IN: "Needs a person to sign in",
    AccountState.PAUSED: "Paused",
}

ROLE = {
    Role.ALERT_ONLY: "told only",
    Role.VIEWER: "reader",
    Role.BRANCH: "branch manager",
    Role.AREA: "area manager",
    Role.APPROVER: "approver",
    Role.LEGAL: "legal",
    Role.ADMIN: "administrator",
}

PROOF = {
    Proof.PROVEN: "origin proven",
    Proof.UNPROVEN: "origin not proven",
    Proof.NONE: "origin not asked",
}

OUTCOME = {
    Outcome.OK: "read",
    Outcome.UNCHANGED: "unchanged",
    Outcome.EMPTY: "nothing there yet",
    Outcome.WALLED: "a wall",
    Outcome.SIGNED_OUT: "asks to sign in",
    Outcome.CHANGED_SHAPE: "cannot be read any more",
    Outcome.NOT_A_LISTING: "not this business's page",
    Outcome.GONE: "gone",
    Outcome.LIMITED: "asked us to slow down",
    Outcome.REFUSED: "we refused",
    Outcome.UNREACHABLE: "no answer",
}

HEALTH = {
    Health.OK: "Heard well",
    Health.NO_NEWS: "Silent for longer than usual",
    Health.WALLED: "The site shuts us out",
    Health.LAYOUT: "The page cannot be read any more",
    Health.UNREACHABLE: "The site does not answer",
    Health.OUR_ERROR: "A fault of ours",
    Health.NEVER: "Not looked at yet",
}

MEND = {
    Health.OK: "Nothing to do.",
    Health.NO_NEWS: "Open the page: if it has newer reviews than we do, it must be heard another way.",
    Health.WALLED: "We push against no wall. Read the page yourself, and bring in what you see.",
    Health.LAYOUT: "Open the page: has it moved, closed or changed? Upload a saved copy to see what reads.",
    Health.UNREACHABLE: "We keep trying, ever more rarely. If the address has changed, add the new one.",
    Health.OUR_ERROR: "Our log says more. The other listings are not affected.",
    Health.NEVER: "Wait for the first look, or ask for it now.",
}

HEALTH_FEED = {Health.LAYOUT: "No feed stands there any more"}
MEND_FEED = {
    Health.NO_NEWS: "Open what it tells of: if there is newer, the feed may have ended.",
    Health.WALLED: "It shuts programs out. Hear it another way: by a Google Alert for that place, perhaps.",
    Health.LAYOUT: "No feed stands at its address any more. Remove it, copy its address anew, and add it.",
}


def heard(health: str, route: str) -> str:
    """How one way of hearing does."""
    known = Health(health)
    return HEALTH_FEED.get(known, HEALTH[known]) if route == Route.FEED else HEALTH[known]


def mend(health: str, route: str) -> str:
    """What a person can do about a route's health."""
    known = Health(health)
    return MEND_FEED.get(known, MEND[known]) if route == Route.FEED else MEND[known]


def event(kind: str, about: str | None = None) -> str:
    """What happened, to a review or, where ``about`` says so, to a mention."""
    known = EventKind(kind)
    return MENTIONED.get(known, EVENT[known]) if about == Kind.MENTION else EVENT[known]


IMPORT = {
    ImportState.PREVIEW: "waits for you",
    ImportState.RUNNING: "under way",
    ImportState.STOPPED: "stopped",
    ImportState.DONE: "done",
    ImportState.FAILED: "failed",
}

COUNTED = {
    "new": "New to us",
    "known": "Known already",
    "updated": "Known, and told anew",
    "asked": "A question for you",
    "rejected": "Given back",
}


def role(given: Grant) -> str:
    """A role and where it counts: "branch manager for the branch harbour"."""
    return ROLE[given.role] + (f" for the {given.kind.value} {given.scope}" if given.scope else "")


def sentence(told: str) -> str:
    """What can stand as a sentence: its first letter large, a full stop behind it."""
    return f"{told[:1].upper()}{told[1:].rstrip('.')}."


def sign(name: str) -> str | None:
    """What proved a posting: what a browser saw, or the route of a look; None for what has no words."""
    return SIGN.get(name) or next((said for route, said in ROUTE.items() if route == name), None)


def stars(scale: str, rating: float | None, best: float | None, recommends: bool | None) -> str:
    """The verdict on the site's own scale, in words: "2 of 5 stars", "recommends", "no rating"."""
    if scale == Scale.RECOMMEND or (rating is None and recommends is not None):
        return {True: "recommends", False: "does not recommend", None: "no verdict"}[recommends]
    if rating is None:
        return "no rating"
    outer = best or (10 if scale == Scale.POINTS10 else 5)
    return f"{number(rating)} of {number(outer)} {'points' if scale == Scale.POINTS10 else 'stars'}"


def coverage(covered: str) -> str:
    """A coverage as ``str(Coverage)`` writes it, for people."""
    if covered == "all":
        return "all there are"
    return "only some of them" if covered == "partial" else f"all {covered.replace('(', ' ').rstrip(')')}"


def number(value: float) -> str:
    """``4.0`` is "4", ``4.25`` is "4.25"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def count(n: int, one: str, many: str | None = None) -> str:
    """``count(1, "review")`` is "1 review", ``count(2, "reply", "replies")`` is "2 replies"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def span(length: timedelta) -> str:
    """A length of time in its largest whole unit: "4 minutes", "3 hours", "2 days"."""
    seconds = int(abs(length.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= (2 * size if unit == "day" else size):
            return count(seconds // size, unit)
    return "less than a minute"


def ago(moment: datetime, now: datetime) -> str:
    """How far a moment lies behind or ahead: "3 hours ago", "in 2 days", "just now"."""
    if abs(now - moment) < timedelta(minutes=1):
        return "just now" if moment <= now else "in a moment"
    return f"{span(now - moment)} ago" if moment < now else f"in {span(moment - now)}"


def time_left(due: datetime | None, now: datetime) -> str:
    """What is left until something is due: "3 hours left", "2 days overdue", "nothing due"."""
    if due is None:
        return "nothing due"
    return f"{span(due - now)} left" if due > now else f"{span(now - due)} overdue"


def exact(moment: datetime, zone: str = "UTC") -> str:
    """A moment on the clock of ``zone``: "22 Nov 2026, 10:05 CET"."""
    local = moment.astimezone(zone_named(zone))
    return f"{local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def day(moment: datetime) -> str:
    """The day of a moment, in UTC: "22 Nov 2026"."""
    return f"{moment.astimezone(UTC).day} {moment.astimezone(UTC):%b %Y}"


def on_day(told: date) -> str:
    """A day as such: "22 Nov 2026"."""
    return f"{told.day} {told:%b %Y}"


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where there is none such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

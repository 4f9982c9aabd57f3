"""How the desk says things: plain words for closed sets, times and numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

from service.approval.given import State
from service.domain import (
    EventKind,
    Flag,
    Health,
    Kind,
    Outcome,
    Proof,
    ReplyClass,
    ReviewState,
    Role,
    Route,
    Scale,
    ScopeKind,
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
from service.replies.called import called
from service.replies.pack import Forbid
from service.sentences import whole
from service.web.phrases import N_, Phrases, counted, gettext, language, said

STATE = Phrases(
    {
        ReviewState.NEW: N_("new"),
        ReviewState.SEEN: N_("seen by a person"),
        ReviewState.CLAIMED: N_("claimed"),
        ReviewState.INSERTED: N_("reply inserted"),
        ReviewState.SUBMITTED: N_("reply submitted"),
        ReviewState.ANSWERED: N_("answered in public"),
        ReviewState.REJECTED: N_("reply rejected by the site"),
        ReviewState.VANISHED: N_("reply vanished from the site"),
        ReviewState.CLOSED: N_("closed without reply"),
    }
)

ACT = Phrases(
    {
        ReviewAct.CLAIMED: N_("took it"),
        ReviewAct.ASSIGNED: N_("handed it to"),
        ReviewAct.RELEASED: N_("gave it back"),
        ReviewAct.SNOOZED: N_("put it off"),
        ReviewAct.WOKEN: N_("brought it back"),
        ReviewAct.NOTED: N_("noted"),
        ReviewAct.CLOSED: N_("closed it without a reply"),
        ReviewAct.REOPENED: N_("opened it again"),
    }
)

CASE = Phrases(
    {
        CaseState.OPEN: N_("our turn"),
        CaseState.WAITING: N_("waits for them"),
        CaseState.RESOLVED: N_("settled"),
        CaseState.CLOSED: N_("ended"),
    }
)

CASE_ENTRY = Phrases(
    {
        CaseEntryKind.CALLED: N_("called"),
        CaseEntryKind.WROTE: N_("wrote"),
        CaseEntryKind.VISITED: N_("paid a visit"),
        CaseEntryKind.ANSWERED: N_("they answered"),
        CaseEntryKind.AGREED: N_("they agreed to an offer"),
        CaseEntryKind.NOTE: N_("noted"),
        CaseEntryKind.OPENED: N_("took it offline"),
        CaseEntryKind.ENDED: N_("ended the case"),
        CaseEntryKind.REOPENED: N_("opened it again"),
        CaseEntryKind.REPORTED: N_("reported back in public"),
        CaseEntryKind.TAKEN_BACK: N_("says it is not reported back after all"),
    }
)

CASE_OUTCOME = Phrases(
    {
        CaseOutcome.PUT_RIGHT: N_("We put it right"),
        CaseOutcome.AGREED: N_("They took what we offered"),
        CaseOutcome.CLEARED_UP: N_("A misunderstanding, and it is cleared up"),
        CaseOutcome.NOT_AGREED: N_("We did not come together"),
        CaseOutcome.NOT_REACHED: N_("They could not be reached"),
        CaseOutcome.NOT_OURS: N_("It was not about us"),
    }
)

POSTING = Phrases(
    {
        PostingState.SHOWN: N_("was shown a reply"),
        PostingState.COPIED: N_("took a reply along"),
        PostingState.INSERTED: N_("inserted a reply"),
        PostingState.SUBMITTED: N_("says it is posted"),
        PostingState.SEEN_IN_PUBLIC: N_("saw the reply in public"),
        PostingState.DENIED: N_("says it is not posted"),
    }
)

FORBIDDEN = Phrases(
    {
        Forbid.LINK: N_("link"),
        Forbid.PHONE: N_("phone number"),
        Forbid.EMAIL: N_("email"),
        Forbid.MONEY: N_("money"),
        Forbid.NAME: N_("name"),
        Forbid.NEWLINE: N_("line break"),
    }
)

PROVED = Phrases(
    {
        PostingState.COPIED: N_("taken along; nobody has said yet that it was posted"),
        PostingState.INSERTED: N_("put into the site's box; nobody has said yet that it was posted"),
        PostingState.SUBMITTED: N_("said to be posted, and not seen in public yet"),
        PostingState.SEEN_IN_PUBLIC: N_("seen in public"),
        PostingState.DENIED: N_("not posted, as its person says"),
    }
)

SIGN = Phrases(
    {
        "pressed": N_("the site's own button was pressed by its person"),
        "visible": N_("the text was seen in its place"),
        "told": N_("its person's word"),
    }
)
"""What a paired browser saw, by the names it gives."""

BROWSER_MAY = Phrases(
    {
        Scope.SUGGEST: N_("See the open reviews there, and the approved replies that fit them."),
        Scope.POSTED: N_("Say which reply was inserted and posted."),
        Scope.CAPTURE: N_("Send the reviews on the screen to this desk, when you press for it."),
    }
)

ENDED = Phrases(
    {
        Ended.BY_PERSON: N_("ended at this desk"),
        Ended.BY_BROWSER: N_("disconnected in the browser"),
        Ended.LEFT: N_("its person has left"),
        Ended.REUSED: N_(
            "something that was used up came back, so somebody may have a copy of what it held. "
            "Look whether that computer is in good hands, then pair it anew"
        ),
    }
)

CLASS = Phrases(
    {
        ReplyClass.VERBATIM: N_("word for word as approved"),
        ReplyClass.WITHIN_BOUNDS: N_("within its bounds"),
        ReplyClass.OFF_PACK: N_("not the approved words"),
    }
)

URGENCY = Phrases(
    {
        Urgency.HELD: N_("Held"),
        Urgency.HIGH: N_("Urgent"),
        Urgency.NORMAL: N_("Normal"),
        Urgency.LOW: N_("Calm"),
    }
)

NOT_JUDGED = N_("Not judged")  # said by ``_`` where it is shown

ROUTE = Phrases(
    {
        Route.API: N_("the owner API"),
        Route.CAPTURE: N_("a person's browser"),
        Route.PAGE: N_("the public page"),
        Route.FEED: N_("the feed"),
        Route.MAIL: N_("the site's mail"),
        Route.HAND: N_("a file or a paste"),
    }
)

MISFIT = Phrases(
    {
        "zero_cards": N_("no reviews found"),
        "no_name": N_("reviews without a name"),
        "no_text": N_("reviews without words"),
        "no_box": N_("no box to write in"),
        "not_taken": N_("a box that did not take the text"),
        "partial": N_("a box that took a part of the text"),
    }
)

EVENT = Phrases(
    {
        EventKind.NEW: N_("New review"),
        EventKind.EDITED: N_("Review edited"),
        EventKind.REMOVED: N_("Review gone"),
        EventKind.RESTORED: N_("Review back"),
        EventKind.REPLIED: N_("Owner replied"),
        EventKind.REPLY_EDITED: N_("Owner's reply edited"),
        EventKind.REPLY_VANISHED: N_("Owner's reply gone"),
        EventKind.FACTS_DRIFTED: N_("The listing's facts changed"),
        EventKind.BASELINE: N_("A listing's past was read"),
        EventKind.HEALTH: N_("A listing is heard differently"),
        EventKind.SILENCE: N_("A listing is silent for longer than usual"),
        EventKind.ALARM: N_("Something of ours to look at"),
        EventKind.TWINS: N_("Two reviews we cannot tell apart"),
        EventKind.RECALLED: N_("Approved words recalled"),
        EventKind.SUBMITTED: N_("A pack waits for signatures"),
        EventKind.SENT_BACK: N_("A pack was sent back"),
        EventKind.WORDS_ASKED: N_("Words asked for"),
        EventKind.WORDS_ANSWERED: N_("Words asked for were answered"),
        EventKind.REPORT_BACK: N_("A report back is due"),
        EventKind.CLAIMED: N_("Review taken"),
        EventKind.REPLY_SUBMITTED: N_("Reply posted, by a person's word"),
        EventKind.SEEN_IN_PUBLIC: N_("Reply seen in public"),
        EventKind.PACK_APPROVED: N_("A pack was approved"),
        EventKind.DIGEST: N_("A digest"),
        EventKind.TEST: N_("A test"),
    }
)

MENTIONED = Phrases({EventKind.NEW: N_("New mention"), EventKind.EDITED: N_("Mention edited")})

MAIL = Phrases(
    {
        InboundState.WAITING: N_("waits to be read"),
        InboundState.READ: N_("read"),
        InboundState.HINT: N_("made us look"),
        InboundState.ASIDE: N_("not about a review"),
        InboundState.CONFIRM: N_("asks to confirm forwarding"),
        InboundState.UNKNOWN: N_("cannot be read yet"),
        InboundState.WHICH_LISTING: N_("whose is it?"),
        InboundState.SETTLED: N_("dealt with"),
        InboundState.FAILED: N_("a fault of ours"),
    }
)

ACCOUNT = Phrases(
    {
        AccountState.NEW: N_("Not read yet"),
        AccountState.OPEN: N_("Heard well"),
        AccountState.FAILING: N_("Cannot be read just now"),
        AccountState.SIGN_IN: N_("Needs a person to sign in"),
        AccountState.PAUSED: N_("Paused"),
    }
)

ROLE = Phrases(
    {
        Role.ALERT_ONLY: N_("told only"),
        Role.VIEWER: N_("reader"),
        Role.BRANCH: N_("branch manager"),
        Role.AREA: N_("area manager"),
        Role.APPROVER: N_("approver"),
        Role.LEGAL: N_("legal"),
        Role.ADMIN: N_("administrator"),
    }
)

FLAG = Phrases(
    {
        Flag.SAFETY: N_("safety"),
        Flag.INJURY: N_("injury"),
        Flag.ILLNESS: N_("illness"),
        Flag.LEGAL: N_("legal"),
        Flag.DISCRIMINATION: N_("discrimination"),
        Flag.PRIVACY: N_("privacy"),
        Flag.MINOR: N_("minor"),
        Flag.EXTORTION: N_("extortion"),
        Flag.PRESS: N_("press"),
        Flag.STAFF_NAMED: N_("staff named"),
        Flag.WRONG_BUSINESS: N_("wrong business"),
        Flag.QUESTION: N_("question"),
        Flag.PRAISE: N_("praise"),
        Flag.SPAM: N_("spam"),
        Flag.TROLL: N_("troll"),
    }
)

JUDGED = Phrases(
    {"urgency": N_("Urgency"), "flags": N_("Flags"), "topics": N_("Topics"), "language": N_("Language")}
)

FIELD = Phrases(
    {
        "kind": N_("kind"),
        "author": N_("author"),
        "permalink": N_("permalink"),
        "syndicated from": N_("syndicated from"),
        "posted": N_("posted"),
        "text": N_("text"),
        "title": N_("title"),
        "language": N_("language"),
        "rating": N_("rating"),
        "recommends": N_("recommends"),
        "edited": N_("edited"),
        "reply": N_("reply"),
    }
)
"""What is known of a review, by the names of CONTRACTS §8.4."""

PRECISION = Phrases(
    {
        "second": N_("second"),
        "day": N_("day"),
        "month": N_("month"),
        "year": N_("year"),
        "relative": N_("relative"),
        "none": N_("none"),
    }
)

SCOPE = Phrases(
    {
        ScopeKind.ALL: N_("all"),
        ScopeKind.BRAND: N_("brand"),
        ScopeKind.REGION: N_("region"),
        ScopeKind.BRANCH: N_("branch"),
    }
)

STANDS = Phrases(
    {
        State.OPEN: N_("waits"),
        State.APPROVED: N_("approved"),
        State.EXPIRED: N_("expired"),
        State.REFUSED: N_("refused"),
        State.RECALLED: N_("recalled"),
    }
)

RECOMMENDS = Phrases({True: N_("recommends"), False: N_("does not recommend"), None: N_("no verdict")})

PROOF = Phrases(
    {
        Proof.PROVEN: N_("origin proven"),
        Proof.UNPROVEN: N_("origin not proven"),
        Proof.NONE: N_("origin not asked"),
    }
)

OUTCOME = Phrases(
    {
        Outcome.OK: N_("read"),
        Outcome.UNCHANGED: N_("unchanged"),
        Outcome.EMPTY: N_("nothing there yet"),
        Outcome.WALLED: N_("a wall"),
        Outcome.SIGNED_OUT: N_("asks to sign in"),
        Outcome.CHANGED_SHAPE: N_("cannot be read any more"),
        Outcome.NOT_A_LISTING: N_("not this business's page"),
        Outcome.GONE: N_("gone"),
        Outcome.LIMITED: N_("asked us to slow down"),
        Outcome.REFUSED: N_("we refused"),
        Outcome.UNREACHABLE: N_("no answer"),
    }
)

HEALTH = Phrases(
    {
        Health.OK: N_("Heard well"),
        Health.NO_NEWS: N_("Silent for longer than usual"),
        Health.WALLED: N_("The site shuts us out"),
        Health.LAYOUT: N_("The page cannot be read any more"),
        Health.UNREACHABLE: N_("The site does not answer"),
        Health.OUR_ERROR: N_("A fault of ours"),
        Health.NEVER: N_("Not looked at yet"),
    }
)

MEND = Phrases(
    {
        Health.OK: N_("Nothing to do."),
        Health.NO_NEWS: N_(
            "Open the page: if it has newer reviews than we do, it must be heard another way."
        ),
        Health.WALLED: N_("We push against no wall. Read the page yourself, and bring in what you see."),
        Health.LAYOUT: N_(
            "Open the page: has it moved, closed or changed? Upload a saved copy to see what reads."
        ),
        Health.UNREACHABLE: N_(
            "We keep trying, ever more rarely. If the address has changed, add the new one."
        ),
        Health.OUR_ERROR: N_("Our log says more. The other listings are not affected."),
        Health.NEVER: N_("Wait for the first look, or ask for it now."),
    }
)

HEALTH_FEED = Phrases({Health.LAYOUT: N_("No feed stands there any more")})
MEND_FEED = Phrases(
    {
        Health.NO_NEWS: N_("Open what it tells of: if there is newer, the feed may have ended."),
        Health.WALLED: N_(
            "It shuts programs out. Hear it another way: by a Google Alert for that place, perhaps."
        ),
        Health.LAYOUT: N_(
            "No feed stands at its address any more. Remove it, copy its address anew, and add it."
        ),
    }
)


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


IMPORT = Phrases(
    {
        ImportState.PREVIEW: N_("waits for you"),
        ImportState.RUNNING: N_("under way"),
        ImportState.STOPPED: N_("stopped"),
        ImportState.DONE: N_("done"),
        ImportState.FAILED: N_("failed"),
    }
)

COUNTED = Phrases(
    {
        "new": N_("New to us"),
        "known": N_("Known already"),
        "updated": N_("Known, and told anew"),
        "asked": N_("A question for you"),
        "rejected": N_("Given back"),
    }
)


def role(given: Grant) -> str:
    """A role and where it counts: "branch manager for the branch harbour"."""
    if not given.scope:
        return ROLE[given.role]
    told = {"role": ROLE[given.role], "kind": SCOPE[given.kind], "scope": given.scope}
    return gettext("%(role)s for the %(kind)s %(scope)s", **told)


def field(name: str) -> str:
    """What a fact of a review is called."""
    return FIELD.get(name, name)


def named(names: Iterable[str]) -> list[str]:
    """What flags or topics are called."""
    return [said(called(name)) for name in names]


def sentence(told: str) -> str:
    """What can stand as a sentence: its first letter large, a full stop behind it."""
    return said(whole(told))


def sign(name: str) -> str | None:
    """What proved a posting: what a browser saw, or the route of a look; None for what has no words."""
    return SIGN.get(name) or next((said for route, said in ROUTE.items() if route == name), None)


def stars(scale: str, rating: float | None, best: float | None, recommends: bool | None) -> str:
    """The verdict on the site's own scale, in words: "2 of 5 stars", "recommends", "no rating"."""
    if scale == Scale.RECOMMEND or (rating is None and recommends is not None):
        return RECOMMENDS[recommends]
    if rating is None:
        return gettext("no rating")
    told = {"rating": number(rating), "best": number(best or (10 if scale == Scale.POINTS10 else 5))}
    if scale == Scale.POINTS10:
        return gettext("%(rating)s of %(best)s points", **told)
    return gettext("%(rating)s of %(best)s stars", **told)


def coverage(covered: str) -> str:
    """A coverage as ``str(Coverage)`` writes it, for people."""
    if covered == "all":
        return gettext("all there are")
    if covered == "partial":
        return gettext("only some of them")
    return gettext("all %(covered)s", covered=covered.replace("(", " ").rstrip(")"))


def none_of(forbidden: Iterable[str]) -> str:
    """What a blank may not hold: "link, money, or line break"."""
    return format_list([FORBIDDEN[Forbid(one)] for one in forbidden], "or", locale=language())


def number(value: float) -> str:
    """``4.0`` is "4", ``4.25`` is "4.25"."""
    return format_decimal(round(value, 2), "0.##", locale=language())


def span(length: timedelta) -> str:
    """A length of time in its largest whole unit: "4 minutes", "3 hours", "2 days"."""
    seconds = int(abs(length.total_seconds()))
    if seconds >= 2 * 86_400:
        return counted("%(n)s day", "%(n)s days", seconds // 86_400)
    if seconds >= 3600:
        return counted("%(n)s hour", "%(n)s hours", seconds // 3600)
    if seconds >= 60:
        return counted("%(n)s minute", "%(n)s minutes", seconds // 60)
    return gettext("less than a minute")


def ago(moment: datetime, now: datetime) -> str:
    """How far a moment lies behind or ahead: "3 hours ago", "in 2 days", "just now"."""
    if abs(now - moment) < timedelta(minutes=1):
        return gettext("just now") if moment <= now else gettext("in a moment")
    if moment < now:
        return gettext("%(span)s ago", span=span(now - moment))
    return gettext("in %(span)s", span=span(moment - now))


def time_left(due: datetime | None, now: datetime) -> str:
    """What is left until something is due: "3 hours left", "2 days overdue", "nothing due"."""
    if due is None:
        return gettext("nothing due")
    if due > now:
        return gettext("%(span)s left", span=span(due - now))
    return gettext("%(span)s overdue", span=span(now - due))


def exact(moment: datetime, zone: str = "UTC") -> str:
    """A moment on the clock of ``zone``: "22 Nov 2026, 10:05 CET"."""
    local = moment.astimezone(zone_named(zone))
    told = format_datetime(local, gettext("d MMM y, HH:mm"), locale=language())
    return f"{told} {local.tzname()}"


def day(moment: datetime) -> str:
    """The day of a moment, in UTC: "22 Nov 2026"."""
    return on_day(moment.astimezone(UTC).date())


def on_day(told: date, pattern: str = "") -> str:
    """A day as such: "22 Nov 2026". ``pattern`` is one of the Unicode locale data's."""
    return format_date(told, pattern or gettext("d MMM y"), locale=language())


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where there is none such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

"""What an alert says of one review: who, where, how urgent and why, by when, and the reply. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.alerts.facts import AskedFacts, Blank, Facts, Offer, Place, ReviewFacts
from service.alerts.neutral import link as web_link
from service.alerts.outline import Outline, Part, Role, Run, foreign, line, link, ours, stop
from service.alerts.words import (
    URGENCY,
    author,
    is_mention,
    moment,
    noun,
    short_moment,
    spot,
    verdict,
    where,
)
from service.domain import EventKind, ReplyClass, Urgency
from service.replies.own_words import is_for_one_review
from service.sentences import Sentence, listed, say, say_many, whole

NEWS = {
    EventKind.NEW: (say("New review"), say("New mention")),
    EventKind.EDITED: (say("Edited review"), say("Edited mention")),
    EventKind.REPLY_VANISHED: (
        say("The site no longer shows our reply to this review"),
        say("The site no longer shows our reply to this mention"),
    ),
    EventKind.WORDS_ASKED: (say("Words are asked for this review"), say("Words are asked for this mention")),
    EventKind.WORDS_ANSWERED: (
        say("The words asked for this review are answered"),
        say("The words asked for this mention are answered"),
    ),
    EventKind.REPORT_BACK: (
        say("Report back in public how it ended: this review still stands without an ending"),
        say("Report back in public how it ended: this mention still stands without an ending"),
    ),
    EventKind.RECALLED: (
        say("Do not use the reply we sent you for this review"),
        say("Do not use the reply we sent you for this mention"),
    ),
}
"""Of a review, and of a mention."""

WAITS = {
    EventKind.WORDS_ASKED: (say("Words are asked for a review"), say("Words are asked for a mention")),
    EventKind.WORDS_ANSWERED: (
        say("Words asked for a review were answered"),
        say("Words asked for a mention were answered"),
    ),
    EventKind.REPORT_BACK: (say("A report back is due"), say("A report back is due")),
}
"""All that is told of a branch that keeps silent about its customers."""

NO_OFFER = say("No approved reply fits this review.")
NOT_PROVEN = say("Told by a mail whose origin is not proven: look at the site before you act on it.")
FIRST_NAME = "first_name"

CHANGED = {
    "text": say("text"),
    "title": say("title"),
    "rating": say("rating"),
    "recommends": say("recommends"),
}
"""What may have changed of a review, by its field; any other by its own name."""

FORBIDDEN = {
    "link": say("link"),
    "phone": say("phone"),
    "email": say("email"),
    "money": say("money"),
    "newline": say("newline"),
    "name": say("name"),
}
"""What a blank may forbid, by its name in a pack."""


def subject(kind: EventKind, place: Place | None, review: ReviewFacts, urgency: Urgency) -> str:
    """The subject of a review's first alert; later ones repeat it, so that mail programs keep one thread."""
    if place is not None and place.discreet:
        return say("%(where)s: a %(noun)s waits", where=where(place), noun=noun(review))
    nameless = is_mention(review) and not review.author
    told = [verdict(review), _on(place, review)]
    if urgency is Urgency.HELD:
        told.insert(0, say("held ") if is_mention(review) else say("held review, "))
    if not nameless:
        told.append(say(", from %(author)s", author=author(review)))
    return say("%(where)s: %(told)s", where=where(place), told=listed(told, ""))


def review_outline(facts: Facts, review: ReviewFacts, desk: str | None) -> Outline:
    """The outline of an alert about ``review``."""
    if facts.place is not None and facts.place.discreet:
        return _discreet(facts, review, desk)
    parts = (
        line(_headline(facts.kind, review), role=Role.HEADLINE),
        *_circumstances(facts, review),
        *_quote(review),
        *(_asked(facts.kind, facts.asked) if facts.asked else ()),
        *_reply(facts, review),
        *_why(facts),
        *_links(facts.place, review, desk),
    )
    return Outline((foreign(facts.subject),), _short(facts, review), parts, facts.urgency)


def _headline(kind: EventKind, review: ReviewFacts) -> str:
    news = NEWS.get(kind, (say("A review"), say("A mention")))[is_mention(review)]
    return news if is_mention(review) else say("%(news)s: %(verdict)s", news=news, verdict=verdict(review))


def _on(place: Place | None, review: ReviewFacts) -> str:
    there = spot(place, review)
    return say(" on %(site)s", site=there) if there else ""


def _discreet(facts: Facts, review: ReviewFacts, desk: str | None) -> Outline:
    """No name, no words, no stars, and no urgency or time either: those follow from the stars."""
    what = WAITS.get(facts.kind, (say("A review waits"), say("A mention waits")))[is_mention(review)]
    text = say("%(what)s at %(where)s. Open the desk to read it.", what=what, where=where(facts.place))
    parts = (line(text, role=Role.HEADLINE), *([link(say("Read it here"), desk)] if desk else []))
    return Outline((ours(facts.subject),), text, parts, Urgency.NORMAL)


def _short(facts: Facts, review: ReviewFacts) -> str:
    told = [verdict(review), _on(facts.place, review)]
    if facts.urgency is Urgency.HELD:
        told.insert(0, say("HELD, "))
    short = say("%(where)s: %(told)s.", where=where(facts.place), told=listed(told, ""))
    if not facts.due_at or not facts.place:
        return short
    by = short_moment(facts.due_at, facts.place.tz)
    return say("%(short)s Answer by %(moment)s.", short=short, moment=by)


def _circumstances(facts: Facts, review: ReviewFacts) -> Iterator[Part]:
    place = facts.place
    who = [foreign(author(review))]
    if place:
        town = f" ({place.city})" if place.city and place.city not in (place.branch or "") else ""
        spot = f"{where(place)}{town}"
        who.append(ours(say(", about %(spot)s,%(on)s", spot=spot, on=_on(place, review))))
    if review.posted:
        who += [ours(", "), foreign(review.posted)]
    if facts.unclaimed_since:
        at = moment(facts.unclaimed_since, place.tz if place else "UTC")
        hands = say("It was to be in somebody's hands by %(at)s.", at=at)
        yield line(hands, label=say("Nobody has taken it yet"))
    yield line(*who, label=say("Who and where"))
    if facts.recalled is not None:
        yield line(_recalled(_ended(facts.recalled)), label=say("Recalled"))
    yield line(stop(URGENCY[facts.urgency]), label=say("How urgent"))
    if not review.proven:
        yield line(NOT_PROVEN)
    if not review.judged:
        yield line(say("Its words were not judged: read them before you answer."))
    if facts.due_at:
        owed = facts.kind is EventKind.REPORT_BACK
        what = say("To be reported back by") if owed else say("Answer due by")
        yield line(stop(moment(facts.due_at, place.tz if place else "UTC")), label=what)
    if facts.changed:
        changed = listed(CHANGED.get(field, field) for field in facts.changed)
        yield line(say("Changed: %(changed)s.", changed=changed))
    if review.answered and facts.kind is EventKind.REPORT_BACK:
        yield line(say("It has an answer already; edit it there, or add to it."))
    elif review.answered:
        yield line(say("It has an answer already; see whether that still fits."))


def _recalled(why: str) -> str:
    return say(
        "It was recalled: %(why)s If you have posted it, change it on the site; what fits now is below.",
        why=why,
    )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _quote(review: ReviewFacts) -> Iterator[Part]:
    words = "\n".join(part for part in (review.title, review.text) if part)
    if not words:
        mention = say("The mention has no words, only a link.")
        yield line(mention if is_mention(review) else say("The review has no words, only its verdict."))
        return
    label = say("The mention") if is_mention(review) else say("The review")
    if not review.text_complete:
        label = say("%(label)s, as far as we have it", label=label)
    yield line(foreign(words), role=Role.QUOTE, label=label)


def _asked(kind: EventKind, asked: AskedFacts) -> Iterator[Part]:
    if kind is EventKind.WORDS_ANSWERED:
        if asked.refused_why is not None:
            yield line(foreign(f"{asked.person}: {asked.refused_why}"), label=say("No words were given"))
        else:
            yield line(foreign(asked.person), say(" has approved words for it alone; they are below."))
        return
    yield line(foreign(asked.person), label=say("Asked or signed by"))
    if asked.draft:
        yield line(foreign(asked.draft), role=Role.QUOTE, label=say("The draft"))
    if asked.needs:
        yield line(stop(asked.needs), label=say("It needs"))
    yield line(
        say(
            "`shopbell words approve %(number)s` gives words and signs them; "
            "`shopbell words refuse %(number)s` says why not.",
            number=asked.number,
        ),
        label=say("To answer"),
    )


def _reply(facts: Facts, review: ReviewFacts) -> Iterator[Part]:
    offer = facts.offer
    if offer is None:
        yield line(whole(facts.no_offer or NO_OFFER))
        return
    yield Part(Role.REPLY, reply_runs(offer), _reply_label(offer))
    for blank in offer.blanks:
        asks = say("%(blank)s: %(bounds)s", blank=_marked(blank.hint), bounds=_bounds(blank))
        asks = say("%(asks)s, or leave it out", asks=asks) if blank.empty else asks
        yield line(stop(asks), role=Role.DETAIL)


def _marked(hint: str) -> Sentence:
    return say("[FILL IN: %(hint)s]", hint=hint)


def _bounds(blank: Blank) -> str:
    if blank.choices:
        choices = listed((say("“%(choice)s”", choice=choice) for choice in blank.choices), "; ")
        return say("one of: %(choices)s", choices=choices)
    most = say("at most %(max)s characters", max=blank.max)
    if not blank.forbid:
        return most
    forbidden = listed(FORBIDDEN.get(one, one) for one in blank.forbid)
    return say("%(most)s; no %(forbidden)s", most=most, forbidden=forbidden)


def _reply_label(offer: Offer) -> str:
    if is_for_one_review(offer.pack):
        return say("Approved for this review alone, verbatim")
    version = say(
        "%(pack)s no. %(serial)s, %(item)s, variant %(variant)s",
        pack=offer.pack,
        serial=offer.serial,
        item=offer.item,
        variant=offer.variant,
    )
    if offer.reply_class is ReplyClass.OFF_PACK:
        return say("Reply, not approved as it stands (%(version)s)", version=version)
    blanks = len(offer.blanks)
    if not blanks:
        return say("Approved reply, verbatim (%(version)s)", version=version)
    return say_many(
        "Approved reply, within bounds once you fill one blank; the rest stays as it is (%(version)s)",
        "Approved reply, within bounds once you fill %(n)s blanks; the rest stays as it is (%(version)s)",
        blanks,
        version=version,
    )


def reply_runs(offer: Offer) -> tuple[Run, ...]:
    """The whole reply, each blank marked; the reviewer's name is the one thing in it that is a stranger's."""
    hints = {blank.name: blank.hint for blank in offer.blanks}
    runs, done = [], 0
    for span in sorted(offer.spans, key=lambda span: span.start):
        runs.append(ours(offer.text[done : span.start]))
        words = offer.text[span.start : span.end]
        if span.kind == "blank":
            runs.append(Run(_marked(hints.get(span.name or "", words)), blank=True))
        else:
            runs.append(Run(words, foreign=span.name == FIRST_NAME))
        done = span.end
    return tuple(run for run in (*runs, ours(offer.text[done:])) if run.text)


def _why(facts: Facts) -> Iterator[Part]:
    if facts.why:
        yield line(foreign(listed(facts.why, "; ")), role=Role.DETAIL, label=say("Why this urgency"))
    if facts.offer and facts.offer.reasons:
        reasons = listed(facts.offer.reasons, "; ")
        yield line(foreign(reasons), role=Role.DETAIL, label=say("Why this reply"))


def _links(place: Place | None, review: ReviewFacts, desk: str | None) -> Iterator[Part]:
    if desk:
        yield link(say("Open it here"), desk)
    if there := web_link(review.permalink) or (web_link(place.listing_url) if place else None):
        yield link(say("On %(site)s", site=spot(place, review) or say("the site")), there)

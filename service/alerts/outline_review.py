"""What an alert says of one review: who, where, how urgent and why, by when, and the reply. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.alerts.facts import AskedFacts, Blank, Facts, Offer, Place, ReviewFacts
from service.alerts.neutral import link as web_link
from service.alerts.outline import Outline, Part, Role, Run, foreign, line, link, ours
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

NEWS = {
    EventKind.NEW: "New {}",
    EventKind.EDITED: "Edited {}",
    EventKind.REPLY_VANISHED: "The site no longer shows our reply to this {}",
    EventKind.WORDS_ASKED: "Words are asked for this {}",
    EventKind.WORDS_ANSWERED: "The words asked for this {} are answered",
    EventKind.REPORT_BACK: "Report back in public how it ended: this {} still stands without an ending",
    EventKind.RECALLED: "Do not use the reply we sent you for this {}",
}
RECALLED = "It was recalled: {why} If you have posted it, change it on the site; what fits now is below."
NO_OFFER = "No approved reply fits this review."
NOT_PROVEN = "Told by a mail whose origin is not proven: look at the site before you act on it."
FIRST_NAME = "first_name"


def subject(kind: EventKind, place: Place | None, review: ReviewFacts, urgency: Urgency) -> str:
    """The subject of a review's first alert; later ones repeat it, so that mail programs keep one thread."""
    if place is not None and place.discreet:
        return f"{where(place)}: a {noun(review)} waits"
    held = _held(review) if urgency is Urgency.HELD else ""
    nameless = is_mention(review) and not review.author
    by = "" if nameless else f", from {author(review)}"
    return f"{where(place)}: {held}{verdict(review)}{_on(place, review)}{by}"


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
    news = NEWS.get(kind, "A {}").format(noun(review))
    return news if is_mention(review) else f"{news}: {verdict(review)}"


def _held(review: ReviewFacts) -> str:
    return "held " if is_mention(review) else "held review, "


def _on(place: Place | None, review: ReviewFacts) -> str:
    there = spot(place, review)
    return f" on {there}" if there else ""


def _discreet(facts: Facts, review: ReviewFacts, desk: str | None) -> Outline:
    """No name, no words, no stars, and no urgency or time either: those follow from the stars."""
    what = {
        EventKind.WORDS_ASKED: f"Words are asked for a {noun(review)}",
        EventKind.WORDS_ANSWERED: f"Words asked for a {noun(review)} were answered",
        EventKind.REPORT_BACK: "A report back is due",
    }.get(facts.kind, f"A {noun(review)} waits")
    text = f"{what} at {where(facts.place)}. Open the desk to read it."
    parts = (line(text, role=Role.HEADLINE), *([link("Read it here", desk)] if desk else []))
    return Outline((ours(facts.subject),), text, parts, Urgency.NORMAL)


def _short(facts: Facts, review: ReviewFacts) -> str:
    held = "HELD, " if facts.urgency is Urgency.HELD else ""
    due = f" Answer by {short_moment(facts.due_at, facts.place.tz)}." if facts.due_at and facts.place else ""
    return f"{where(facts.place)}: {held}{verdict(review)}{_on(facts.place, review)}.{due}"


def _circumstances(facts: Facts, review: ReviewFacts) -> Iterator[Part]:
    place = facts.place
    who = [foreign(author(review))]
    if place:
        town = f" ({place.city})" if place.city and place.city not in (place.branch or "") else ""
        who.append(ours(f", about {where(place)}{town},{_on(place, review)}"))
    if review.posted:
        who += [ours(", "), foreign(review.posted)]
    if facts.unclaimed_since:
        at = moment(facts.unclaimed_since, place.tz if place else "UTC")
        yield line(f"It was to be in somebody's hands by {at}.", label="Nobody has taken it yet")
    yield line(*who, label="Who and where")
    if facts.recalled is not None:
        yield line(RECALLED.format(why=_ended(facts.recalled)), label="Recalled")
    yield line(f"{URGENCY[facts.urgency]}.", label="How urgent")
    if not review.proven:
        yield line(NOT_PROVEN)
    if not review.judged:
        yield line("Its words were not judged: read them before you answer.")
    if facts.due_at:
        what = "To be reported back by" if facts.kind is EventKind.REPORT_BACK else "Answer due by"
        yield line(f"{moment(facts.due_at, place.tz if place else 'UTC')}.", label=what)
    if facts.changed:
        yield line(f"Changed: {', '.join(facts.changed)}.")
    if review.answered:
        ending = "edit it there, or add to it" if facts.kind is EventKind.REPORT_BACK else ""
        yield line(f"It has an answer already; {ending or 'see whether that still fits'}.")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _quote(review: ReviewFacts) -> Iterator[Part]:
    words = "\n".join(part for part in (review.title, review.text) if part)
    if not words:
        said = "a link" if is_mention(review) else "its verdict"
        yield line(f"The {noun(review)} has no words, only {said}.")
        return
    label = f"The {noun(review)}" if review.text_complete else f"The {noun(review)}, as far as we have it"
    yield line(foreign(words), role=Role.QUOTE, label=label)


def _asked(kind: EventKind, asked: AskedFacts) -> Iterator[Part]:
    if kind is EventKind.WORDS_ANSWERED:
        if asked.refused_why is not None:
            yield line(foreign(f"{asked.person}: {asked.refused_why}"), label="No words were given")
        else:
            yield line(foreign(asked.person), " has approved words for it alone; they are below.")
        return
    yield line(foreign(asked.person), label="Asked or signed by")
    if asked.draft:
        yield line(foreign(asked.draft), role=Role.QUOTE, label="The draft")
    if asked.needs:
        yield line(f"{asked.needs}.", label="It needs")
    yield line(
        f"`shopbell words approve {asked.number}` gives words and signs them; "
        f"`shopbell words refuse {asked.number}` says why not.",
        label="To answer",
    )


def _reply(facts: Facts, review: ReviewFacts) -> Iterator[Part]:
    offer = facts.offer
    if offer is None:
        yield line(facts.no_offer or NO_OFFER)
        return
    yield Part(Role.REPLY, reply_runs(offer), _reply_label(offer))
    for blank in offer.blanks:
        optional = ", or leave it out" if blank.empty else ""
        yield line(f"[FILL IN: {blank.hint}]: {_bounds(blank)}{optional}.", role=Role.DETAIL)


def _bounds(blank: Blank) -> str:
    if blank.choices:
        return "one of: " + "; ".join(f"“{choice}”" for choice in blank.choices)
    forbidden = f"; no {', '.join(blank.forbid)}" if blank.forbid else ""
    return f"at most {blank.max} characters{forbidden}"


def _reply_label(offer: Offer) -> str:
    if is_for_one_review(offer.pack):
        return "Approved for this review alone, verbatim"
    version = f"{offer.pack} no. {offer.serial}, {offer.item}, variant {offer.variant}"
    if offer.reply_class is ReplyClass.OFF_PACK:
        return f"Reply, not approved as it stands ({version})"
    blanks = len(offer.blanks)
    if not blanks:
        return f"Approved reply, verbatim ({version})"
    fill = "one blank" if blanks == 1 else f"{blanks} blanks"
    return f"Approved reply, within bounds once you fill {fill}; the rest stays as it is ({version})"


def reply_runs(offer: Offer) -> tuple[Run, ...]:
    """The whole reply, each blank marked; the reviewer's name is the one thing in it that is a stranger's."""
    hints = {blank.name: blank.hint for blank in offer.blanks}
    runs, done = [], 0
    for span in sorted(offer.spans, key=lambda span: span.start):
        runs.append(ours(offer.text[done : span.start]))
        words = offer.text[span.start : span.end]
        if span.kind == "blank":
            runs.append(Run(f"[FILL IN: {hints.get(span.name or '', words)}]", blank=True))
        else:
            runs.append(Run(words, foreign=span.name == FIRST_NAME))
        done = span.end
    return tuple(run for run in (*runs, ours(offer.text[done:])) if run.text)


def _why(facts: Facts) -> Iterator[Part]:
    if facts.why:
        yield line(foreign("; ".join(facts.why)), role=Role.DETAIL, label="Why this urgency")
    if facts.offer and facts.offer.reasons:
        yield line(foreign("; ".join(facts.offer.reasons)), role=Role.DETAIL, label="Why this reply")


def _links(place: Place | None, review: ReviewFacts, desk: str | None) -> Iterator[Part]:
    if desk:
        yield link("Open it here", desk)
    if there := web_link(review.permalink) or (web_link(place.listing_url) if place else None):
        yield link(f"On {spot(place, review) or 'the site'}", there)

"""How the desk says what a pack is: its state, whom it speaks for, and what was signed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.approval.catalogue import Catalogued, Standing
from service.approval.statements import WHOLE_PACK
from service.replies.grounds import Level
from service.replies.pack import Pack, Risk
from service.web import words
from service.web.shown import site_title

TONE = {
    Standing.WAITS: "warn",
    Standing.SENT_BACK: "warn",
    Standing.DRAFT: "",
    Standing.FILE: "",
    Standing.IN_USE: "good",
    Standing.NOT_YET: "normal",
    Standing.ENDED: "warn",
    Standing.STALE: "high",
    Standing.LEFT_FEED: "warn",
    Standing.RECALLED: "high",
    Standing.ALTERED: "high",
}

SIGNERS = {
    Risk.ROUTINE: "one person signs, who may be the author",
    Risk.SENSITIVE: "two people sign, one of them not the author",
    Risk.REGULATED: "two people sign, one of them of legal",
}

LEVEL = {Level.BLOCK: ("high", "may not stand"), Level.WARN: ("warn", "better not"), Level.NOTE: ("", "note")}
MOST_SITES_NAMED = 3


def chip(one: Catalogued) -> str:
    """The state in two or three words."""
    return {
        Standing.WAITS: "waits for signatures",
        Standing.SENT_BACK: "sent back",
        Standing.DRAFT: "draft",
        Standing.FILE: "file, not signed",
        Standing.IN_USE: "approved",
        Standing.NOT_YET: "approved, not yet in force",
        Standing.ENDED: "ran out",
        Standing.STALE: "stopped: its feed is stale",
        Standing.LEFT_FEED: "left its feed",
        Standing.RECALLED: "recalled",
        Standing.ALTERED: "altered in the database",
    }[one.standing]


def state(one: Catalogued, now: datetime) -> str:
    """The state as sentences."""
    said = [_newest(one)]
    newest = one.version.serial if one.version else None
    if one.in_use and one.in_use.serial != newest:
        said.append(f"Version {one.in_use.serial} is used meanwhile, until {one.in_use.until}.")
    if one.recalled and one.standing is not Standing.RECALLED:
        said.append(
            f"{words.count(one.recalled, 'item')} of it {'is' if one.recalled == 1 else 'are'} recalled."
        )
    if one.stale:
        said += [f"{told[:1].upper()}{told[1:]}." for told in one.stale.told(now)]
    if one.file_clashes:
        said.append("The file in templates_local was changed without raising its serial, so it is not taken.")
    elif one.file and one.version and one.file_is_newer:
        said.append(
            f"The file in templates_local holds version {one.file.pack.serial}, which is not stored yet."
        )
    return " ".join(said)


def _newest(one: Catalogued) -> str:
    version = one.version
    if version is None:
        return "It lies in templates_local and nobody has signed it: it is not used."
    name = f"Version {version.serial}"
    return {
        Standing.WAITS: f"{name} waits: {one.missing}.",
        Standing.SENT_BACK: f"{name} was sent back by {version.sent_back_by}: {version.sent_back_why}",
        Standing.DRAFT: f"{name} is a draft: {one.missing}.",
        Standing.IN_USE: f"{name} is approved until {version.until}.",
        Standing.NOT_YET: f"{name} is approved, from {version.effective_from} until {version.until}.",
        Standing.ENDED: f"{name} ran out on {version.until}.",
        Standing.STALE: f"{name} is signed, but nothing fresh came from its feed, so it is not used.",
        Standing.LEFT_FEED: f"{name} is listed no more by the feed it came from, so it is not used.",
        Standing.RECALLED: f"{name} was recalled.",
        Standing.ALTERED: f"{name} was altered in the database and is not used: load it again from its file.",
    }.get(one.standing, "")


def scope(pack: Pack) -> str:
    """Where the pack speaks."""
    said = [f"{name}: {', '.join(values)}" for name, values in pack.scope if values]
    return "; ".join(said) or "every branch"


def sites(names: Sequence[str]) -> str:
    """Where a rule speaks."""
    if len(names) > MOST_SITES_NAMED:
        return f"on {len(names)} sites"
    return f"on {' and '.join(site_title(name) for name in names)}"


def item_named(item: str) -> str:
    """An item as a recall names it."""
    return "the whole pack" if item == WHOLE_PACK else item

"""How the desk says what a pack is: its state, whom it speaks for, and what was signed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.approval.catalogue import Catalogued, Standing
from service.approval.statements import WHOLE_PACK
from service.replies.grounds import Level
from service.replies.pack import Pack, Risk
from service.web.phrases import N_, Phrases, counted, gettext
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

SIGNERS = Phrases(
    {
        Risk.ROUTINE: N_("one person signs, who may be the author"),
        Risk.SENSITIVE: N_("two people sign, one of them not the author"),
        Risk.REGULATED: N_("two people sign, one of them of legal"),
    }
)

CHIP = Phrases(
    {
        Standing.WAITS: N_("waits for signatures"),
        Standing.SENT_BACK: N_("sent back"),
        Standing.DRAFT: N_("draft"),
        Standing.FILE: N_("file, not signed"),
        Standing.IN_USE: N_("approved"),
        Standing.NOT_YET: N_("approved, not yet in force"),
        Standing.ENDED: N_("ran out"),
        Standing.STALE: N_("stopped: its feed is stale"),
        Standing.LEFT_FEED: N_("left its feed"),
        Standing.RECALLED: N_("recalled"),
        Standing.ALTERED: N_("altered in the database"),
    }
)

NEWEST = Phrases(
    {
        Standing.WAITS: N_("Version %(serial)s waits: %(missing)s."),
        Standing.SENT_BACK: N_("Version %(serial)s was sent back by %(person)s: %(why)s"),
        Standing.DRAFT: N_("Version %(serial)s is a draft: %(missing)s."),
        Standing.IN_USE: N_("Version %(serial)s is approved until %(until)s."),
        Standing.NOT_YET: N_("Version %(serial)s is approved, from %(since)s until %(until)s."),
        Standing.ENDED: N_("Version %(serial)s ran out on %(until)s."),
        Standing.STALE: N_(
            "Version %(serial)s is signed, but nothing fresh came from its feed, so it is not used."
        ),
        Standing.LEFT_FEED: N_(
            "Version %(serial)s is listed no more by the feed it came from, so it is not used."
        ),
        Standing.RECALLED: N_("Version %(serial)s was recalled."),
        Standing.ALTERED: N_(
            "Version %(serial)s was altered in the database and is not used: load it again from its file."
        ),
    }
)

LEVEL_TONE = {Level.BLOCK: "high", Level.WARN: "warn", Level.NOTE: ""}
LEVEL = Phrases({Level.BLOCK: N_("may not stand"), Level.WARN: N_("better not"), Level.NOTE: N_("note")})
MOST_SITES_NAMED = 3


def chip(one: Catalogued) -> str:
    """The state in two or three words."""
    return CHIP[one.standing]


def state(one: Catalogued, now: datetime) -> str:
    """The state as sentences."""
    said = [_newest(one)]
    newest = one.version.serial if one.version else None
    if one.in_use and one.in_use.serial != newest:
        used = {"serial": one.in_use.serial, "until": one.in_use.until}
        said.append(gettext("Version %(serial)s is used meanwhile, until %(until)s.", **used))
    if one.recalled and one.standing is not Standing.RECALLED:
        said.append(counted("%(n)s item of it is recalled.", "%(n)s items of it are recalled.", one.recalled))
    if one.stale:
        said += [f"{told[:1].upper()}{told[1:]}." for told in one.stale.told(now)]
    if file := _of_file(one):
        said.append(file)
    return " ".join(said)


def _of_file(one: Catalogued) -> str:
    if one.file_clashes:
        return gettext(
            "The file in templates_local was changed without raising its serial, so it is not taken."
        )
    if one.file and one.version and one.file_is_newer:
        return gettext(
            "The file in templates_local holds version %(serial)s, which is not stored yet.",
            serial=one.file.pack.serial,
        )
    return ""


def _newest(one: Catalogued) -> str:
    version = one.version
    if version is None:
        return gettext("It lies in templates_local and nobody has signed it: it is not used.")
    return NEWEST.get(one.standing, "") % {
        "serial": version.serial,
        "missing": one.missing,
        "person": version.sent_back_by,
        "why": version.sent_back_why,
        "since": version.effective_from,
        "until": version.until,
    }


def scope(pack: Pack) -> str:
    """Where the pack speaks."""
    said = [f"{name}: {', '.join(values)}" for name, values in pack.scope if values]
    return "; ".join(said) or gettext("every branch")


def sites(names: Sequence[str]) -> str:
    """Where a rule speaks."""
    if len(names) > MOST_SITES_NAMED:
        return gettext("on %(n)s sites", n=len(names))
    return gettext("on %(sites)s", sites=gettext(" and ").join(site_title(name) for name in names))


def item_named(item: str) -> str:
    """An item as a recall names it."""
    return gettext("the whole pack") if item == WHOLE_PACK else item

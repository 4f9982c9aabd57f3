"""``shopbell sweep``: every reply an owner ever gave, held against the rules; the past, ours or not."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli import exits
from service.cli.opened import now

if TYPE_CHECKING:
    from service.replies.approved import ApprovedPack
    from service.replies.asked import Asked
    from service.replies.sweep import Breach, Standing

_JSON = (b"{", b"[")
_NO_BRANCH = "no branch"


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--site", help="The site of a FILE's reviews, where it does not say so itself.")
@click.option("--vertical", help="The trade of a FILE's branches, where it does not say so itself.")
@click.option("--notes", is_flag=True, help="List what is only worth knowing, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sweep(file: Path | None, site: str | None, vertical: str | None, notes: bool, as_json: bool) -> None:
    """List the breaches in every owner's reply ever heard, by branch; or in FILE's, which needs no set-up.

    \b
    FILE is a table (CSV, a spreadsheet), Google Takeout's reviews, or JSON as suggest takes it, with "reply".
    Examples:
      shopbell sweep
      shopbell sweep export.csv --site google_maps --vertical dental
    """
    from service.replies.grounds import Level
    from service.replies.sweep import breaches

    body = _body(file) if file else None
    standing = list(_ours() if body is None else _theirs(body, site, vertical))
    found = list(breaches(standing, least=Level.NOTE if notes else Level.WARN))
    found.sort(key=lambda one: one.standing.branch)
    click.echo(_json(found, len(standing)) if as_json else _told(found, len(standing)))
    sys.exit(exits.FAILED if found else exits.DONE)


def _body(file: Path) -> bytes:
    with click.open_file(str(file), "rb") as stream:
        body: bytes = stream.read()
    return body


def _ours() -> Iterator[Standing]:
    from service.cli.opened import opened
    from service.watch.swept import replies_to_sweep

    with opened() as shop, shop.database.reading() as session:
        yield from replies_to_sweep(session, now())


def _theirs(body: bytes, site: str | None, vertical: str | None) -> Iterator[Standing]:
    packs = _approved_if_any()
    for asked, link in _asked(body, site, vertical):
        if asked.item.reply:
            yield _with_instead(_standing(asked, link), asked, packs)


def _asked(body: bytes, site: str | None, vertical: str | None) -> Iterator[tuple[Asked, str | None]]:
    """The reviews of a file, each with its link."""
    from service.replies.asked import asked
    from service.sources import files
    from service.sources.columns import Brought

    lines = _lines(body) if body.lstrip()[:1] in _JSON else None
    if lines is not None:
        for line in lines:
            one = asked({"site": site, "vertical": vertical, **_renamed(line)})
            yield one, line.get("permalink") or line.get("link")
        return
    for reading in files.readings(files.recognised(body), now()):
        if isinstance(reading.found, Brought):
            item, place = reading.found.item, reading.found.place or ""
            told = {"site": site or _site_in(place, item.permalink), "vertical": vertical, "branch": place}
            yield replace(asked(told), item=item), item.permalink


def _lines(body: bytes) -> list[dict[str, Any]] | None:
    """The objects of a JSON file or of JSON lines; None where it is Takeout's, which has its own reader."""
    import orjson

    from service.errors import LineRefused

    try:
        raw = orjson.loads(body)
        told = raw if isinstance(raw, list) else [raw]
    except orjson.JSONDecodeError:
        try:
            told = [orjson.loads(line) for line in body.splitlines() if line.strip()]
        except orjson.JSONDecodeError as error:
            raise LineRefused(f"The file is not JSON: {error.msg}. Nothing was read.") from None
    if len(told) == 1 and isinstance(told[0], dict) and isinstance(told[0].get("reviews"), list):
        if any("starRating" in one for one in told[0]["reviews"] if isinstance(one, dict)):
            return None
        told = [{"site": told[0].get("site"), **one} for one in told[0]["reviews"] if isinstance(one, dict)]
    return [one for one in told if isinstance(one, dict)]


def _renamed(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line as ``read --json`` or an export writes it, under the names that ``suggest`` takes."""
    reply = line.get("reply") or line.get("owner_reply")
    reply = reply.get("text") if isinstance(reply, Mapping) else reply
    named = {"stars": line.get("rating"), "best": line.get("best_rating"), **line, "reply": reply}
    return {key: value for key, value in named.items() if value is not None}


def _site_in(place: str, link: str | None) -> str | None:
    from service.sites.registry import SITES, site_for

    site = site_for(link) if link else None
    if site:
        return site.name
    said = place.casefold().replace(" ", "_")
    return next((one.name for one in SITES if one.name in said), None) or (
        "google_maps" if "google" in said else None
    )


def _standing(asked: Asked, link: str | None) -> Standing:
    from service.replies.sweep import Standing
    from service.sites.registry import rules_of

    item, branch = asked.item, asked.branch
    facts = (branch.name, branch.brand, branch.city, branch.phone, branch.contact, branch.sign_off)
    return Standing(
        branch=branch.name or _NO_BRANCH,
        site=asked.site,
        reply=item.reply.text if item.reply else "",
        link=link,
        vertical=branch.vertical,
        author=item.author,
        review="\n".join(filter(None, (item.title, item.text))) or None,
        rules=rules_of(asked.site),
        own=tuple(fact for fact in facts if fact),
    )


def _with_instead(one: Standing, asked: Asked, packs: tuple[ApprovedPack, ...]) -> Standing:
    """``one`` with the approved words that could stand there instead, where there are some."""
    from service.approval.instead import instead
    from service.replies.triage import triage

    if not packs:
        return one
    branch = asked.branch
    judged = triage(asked.item, branch.language, vertical=branch.vertical)
    return replace(one, instead=instead(asked.item, judged, branch, one.site, packs, now()))


def _approved_if_any() -> tuple[ApprovedPack, ...]:
    """What this installation's people have signed; nothing where there is no installation yet."""
    from service.approval.versions import approved_packs
    from service.cli.opened import is_there, opened

    if not is_there():
        return ()
    with opened() as shop, shop.database.reading() as session:
        return approved_packs(session, now())


def _json(found: list[Breach], replies: int) -> str:
    import orjson

    by_branch = [
        {"branch": branch, "breaches": [one.as_json() for one in theirs]}
        for branch, theirs in groupby(found, key=lambda one: one.standing.branch)
    ]
    return orjson.dumps(
        {"replies": replies, "breaches": len(found), "branches": by_branch}, option=orjson.OPT_INDENT_2
    ).decode()


def _told(found: list[Breach], replies: int) -> str:
    said = [f"{replies} replies were read; {len(found)} breaches were found."]
    for branch, theirs in groupby(found, key=lambda one: one.standing.branch):
        said.append(f"\n{branch}")
        for breach in theirs:
            one, rule = breach.standing, breach.finding
            past = "" if one.is_now else " (no longer stands)"
            said.append(f"  {rule.level}: {rule.rule}: it {rule.why}{past}")
            said.append(f"    {one.site}  {one.link or 'no link'}  {rule.source}")
            said.append(f"    instead: {one.instead or rule.mend}")
    return "\n".join(said)


COMMANDS = (sweep,)

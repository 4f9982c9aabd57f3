"""``shopbell triage``, ``suggest`` and ``check``: a bench for words. It stores nothing and reaches nobody."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli import exits
from service.cli.opened import is_there, now, opened
from service.cli.reading import FORMS

if TYPE_CHECKING:
    from service.errors import LineRefused
    from service.replies.asked import Asked
    from service.replies.pack import Pack
    from service.replies.suggestion import Suggestions
    from service.replies.triage import Triage
    from service.replies.variants import Uses

a_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
as_lines = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
at_option = click.option("--at", type=click.DateTime(FORMS), help="The time to suggest at; now without it.")


@click.command("triage")
@a_file
@as_lines
def triage_lines(file: Path, as_json: bool) -> None:
    """Judge the reviews in FILE, one JSON object a line: text, stars, site, and what else is known.

    \b
    Examples:
      shopbell triage reviews.jsonl
      echo '{"text": "We waited an hour", "stars": 2}' | shopbell triage - --json
    """

    def answer(asked: Asked) -> tuple[dict[str, Any], str]:
        judged = judged_of(asked)
        return printed(judged), _told(judged)

    sys.exit(_each(file, as_json, answer))


@click.command("suggest")
@a_file
@as_lines
@click.option(
    "--packs",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the packs lie; templates_local without it.",
)
@at_option
def suggest_lines(file: Path, as_json: bool, folder: Path | None, at: datetime | None) -> None:
    """Say what could be answered to each review in FILE, from packs nobody need have approved.

    \b
    Lines are read in order, each branch with a history of its own that begins empty.
    Examples:
      shopbell suggest reviews.jsonl --json
      shopbell suggest reviews.jsonl --packs drafts --at 2027-02-01
    """
    bench = Bench(packs_in(folder), _approved_here(), utc(at) or now())

    def answer(asked: Asked) -> tuple[dict[str, Any], str]:
        judged = judged_of(asked)
        found = bench.answer(asked, judged)
        return {**printed(judged), **found.as_json()}, _offered(found)

    sys.exit(_each(file, as_json, answer))


class Bench:
    """Suggesting line by line: what was offered at a branch is its history for the next."""

    def __init__(self, packs: tuple[Pack, ...], approved: Collection[bytes], at: datetime) -> None:
        self._packs = packs
        self._approved = approved
        self._now = at
        self._uses: dict[str, Uses] = {}
        self._lines = 0

    def answer(self, asked: Asked, judged: Triage) -> Suggestions:
        """What could be answered, given all that was answered before."""
        from service.replies.suggest import rehearse
        from service.replies.variants import Use, Uses
        from service.sites.registry import rules_of

        history = self._uses.setdefault(asked.branch.code, Uses())
        found = rehearse(
            asked.item,
            judged,
            asked.branch,
            asked.site,
            self._packs,
            approved=self._approved,
            history=history,
            rules=rules_of(asked.site),
            now=self._now,
        )
        self._lines += 1
        if found.best:
            best, at = found.best[0], self._now + timedelta(microseconds=self._lines)
            history.add(Use(best.pack, best.item, best.variant, at))
        return found


@click.command("check")
@click.option("--site", default="google_maps", show_default=True, help="Where the text is to stand.")
@click.option("--vertical", default="general", show_default=True, help="The branch's trade.")
@click.option("--language", default="en", show_default=True, help="The text's language.")
@click.option("--author", help="The reviewer's name as the site shows it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def check_text(site: str, vertical: str, language: str, author: str | None, as_json: bool) -> None:
    """Hold a reply, read from standard input, against the rules of a site and a trade.

    \b
    Example:
      echo 'Please update your review' | shopbell check --site yelp
    """
    from service.replies.policy import Setting, blocks, check
    from service.sites.registry import rules_of

    setting = Setting(site, rules_of(site), vertical, language, author)
    found = check(sys.stdin.read().strip("\n"), setting)
    if as_json:
        click.echo(_json([finding.as_json() for finding in found]))
    for finding in () if as_json else found:
        click.echo(f"{finding.level}: {finding.rule}: it {finding.why}. {finding.mend} ({finding.source})")
    sys.exit(exits.FAILED if blocks(found) else exits.DONE)


def printed(judged: Triage) -> dict[str, Any]:
    """A judgement as these commands print it: the keys of docs/commands.md and no others."""
    shape = judged.as_json()
    topics = [{"topic": found["topic"], "score": found["score"]} for found in shape["topics"]]
    keys = ("language", "sentiment", "flags", "urgency", "due_hours", "reasons")
    return {key: topics if key == "topics" else shape[key] for key in (*keys[:2], "topics", *keys[2:])}


def judged_of(asked: Asked) -> Triage:
    """The judgement of what one line asks."""
    from service.replies.triage import triage

    branch = asked.branch
    return triage(asked.item, branch.language, vertical=branch.vertical, staff=asked.staff)


def _each(file: Path, as_json: bool, answer: Callable[[Asked], tuple[dict[str, Any], str]]) -> int:
    """Answer each line in order; one that cannot be read is named, and the next is read."""
    from service.errors import LineRefused
    from service.replies.asked import read_line

    ended = exits.DONE
    for number, raw in _lines(file):
        try:
            shape, said = answer(read_line(raw))
        except LineRefused as refused:
            ended = exits.FAILED
            shape, said = {"line": number, "error": str(refused)}, f"line {number} {refused}"
        click.echo(_json(shape) if as_json else said)
    return ended


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with click.open_file(str(file), "rb") as stream:
        for number, raw in enumerate(stream, start=1):
            if raw.strip():
                yield number, raw.removeprefix(b"\xef\xbb\xbf")


def read_lines(file: Path, told: Callable[[int, LineRefused], None]) -> Iterator[Asked]:
    """What each line asks, in order; ``told`` hears of those that cannot be read."""
    from service.errors import LineRefused
    from service.replies.asked import read_line

    for number, raw in _lines(file):
        try:
            yield read_line(raw)
        except LineRefused as refused:
            told(number, refused)


def utc(at: datetime | None) -> datetime | None:
    """A time given without a zone is UTC."""
    return at and at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _told(judged: Triage) -> str:
    return f"{judged.urgency}, due in {judged.due_hours} h: {'; '.join(judged.reasons)}"


def _offered(found: Suggestions) -> str:
    if found.none_because:
        return found.none_because
    return "\n".join(f"{one.pack}/{one.item} {one.variant}: {one.text}" for one in found.best)


def packs_in(folder: Path | None) -> tuple[Pack, ...]:
    """The packs that read; what is wrong with the others is told."""
    from service.approval.folder import read_folder
    from service.settings import read_settings

    shelf = read_folder(folder or read_settings().home / "templates_local")
    for problem in shelf.problems:
        click.echo(str(problem), err=True)
    return tuple(found.pack for found in shelf.packs)


def _approved_here() -> frozenset[bytes]:
    """The versions this installation's people have signed; none where there is no installation yet."""
    if not is_there():
        return frozenset()
    from service.approval.versions import approved_packs

    with opened() as shop, shop.database.reading() as session:
        return frozenset(one.pack.sha256 for one in approved_packs(session, now()))


def _json(value: object) -> str:
    import orjson

    return orjson.dumps(value).decode()


COMMANDS = (triage_lines, suggest_lines, check_text)

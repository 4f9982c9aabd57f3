"""One version of a pack: every word with what the rules say of it, its history, its exact bytes."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.catalogue import Catalogued, catalogue
from service.approval.folder import Shelf
from service.approval.history import Told, history
from service.approval.recalls import Withdrawn, withdrawn
from service.approval.signatures import approvals_of, verified
from service.approval.stored import remembered
from service.approval.submitting import approved_version_before, faults_in
from service.models import PackVersion
from service.replies import booklet
from service.replies.compare import differences
from service.replies.lint import Fault
from service.replies.pack import Pack
from service.replies.policy import blocks
from service.web.desk import now, rows
from service.web.packs import the_shelf

screen = Blueprint("pack", __name__)

_STYLE = base64.b64encode(hashlib.sha256(booklet.STYLE.encode()).digest()).decode()
PRINTED_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE}'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FILE = "file"  # in the place of a serial: the version that lies in the folder


@dataclass(frozen=True, slots=True)
class Version:
    """One version that can be read: its exact bytes. ``row`` is None for a file that is not stored."""

    body: bytes
    pack: Pack
    row: PackVersion | None
    file: str

    @property
    def sha256(self) -> str:
        """The name of exactly these bytes, in hex."""
        return self.pack.sha256.hex()

    @property
    def place(self) -> str:
        """How addresses name it."""
        return FILE if self.row is None else str(self.pack.serial)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from the version that was approved before: in words, and line by line."""

    since: Pack
    words: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One version with all that its page shows. ``state`` is the whole pack's."""

    version: Version
    state: Catalogued
    changes: Changes | None
    faults: Mapping[tuple[str, int], Sequence[Fault]]
    blocked: bool
    recalls: tuple[Withdrawn, ...]
    history: list[Told]

    @property
    def told(self) -> Told | None:
        """What is kept of this very version."""
        return next((one for one in self.history if one.sha256 == self.version.sha256), None)

    def is_recalled(self, item: str) -> bool:
        """Whether an item of it is withheld."""
        return any(one.takes(item, self.version.pack.serial) for one in self.recalls)


@screen.get("/pack/<name>")
def pack(name: str) -> str:
    """The newest version, the one that ``version`` names, or the file's."""
    return shown(name, request.args.get("version", ""))


@screen.get("/pack/<name>/exact/<sha256>")
def exact(name: str, sha256: str) -> Response:
    """The exact bytes, to keep."""
    found = by_hash(rows(), the_shelf(), name, sha256)
    if found is None:
        abort(404)
    answer = make_response(found.body)
    answer.content_type = "application/toml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{found.pack.serial}.toml"'
    return answer


@screen.get("/pack/<name>/booklet/<sha256>")
def printed(name: str, sha256: str) -> Response:
    """A page to print, with the hash of the exact bytes on every sheet. Its policy lets its own style in."""
    found = by_hash(rows(), the_shelf(), name, sha256)
    if found is None:
        abort(404)
    signed = approvals_of(verified(rows(), now()).get(found.pack.sha256, []), found.pack)
    lines = [f"{one.person} ({one.role}) on {one.signed_at:%Y-%m-%d}" for one in signed]
    answer = make_response(booklet.booklet(found.pack, lines))
    answer.headers["Content-Security-Policy"] = PRINTED_POLICY
    return answer


def shown(name: str, place: str, problem: str | None = None, *, of: str = "", is_first: bool = False) -> str:
    """The page. ``problem`` is what went wrong with the form ``of`` that name."""
    one = opened(rows(), name, place)
    if one is None:
        abort(404)
    return render_template(
        "pack.html",
        one=one,
        book=booklet,
        problem=problem,
        of=of,
        is_first=is_first,
        done=request.args.get("done"),
    )


def opened(session: Session, name: str, place: str) -> Opened | None:
    """A version of the pack ``name`` for its page; None where there is none such."""
    shelf = the_shelf()
    state = next((one for one in catalogue(session, shelf, now()) if one.name == name), None)
    version = version_at(session, shelf, name, place) if state else None
    if state is None or version is None:
        return None
    found = faults_in(version.body)
    faults: defaultdict[tuple[str, int], list[Fault]] = defaultdict(list)
    for fault in found:
        faults[fault.item, fault.variant].append(fault)
    return Opened(
        version=version,
        state=state,
        changes=_changes(session, version),
        faults=dict(faults),
        blocked=blocks(fault.finding for fault in found) is not None,
        recalls=withdrawn(session).get(name, ()),
        history=history(session, name, now()),
    )


def version_at(session: Session, shelf: Shelf, name: str, place: str) -> Version | None:
    """The stored version of a serial, the folder's file, or, where ``place`` says neither, the newest."""
    stored = select(PackVersion).where(col(PackVersion.pack) == name)
    if place.isdigit() and len(place) < 10:
        stored = stored.where(col(PackVersion.serial) == int(place))
    newest = stored.order_by(col(PackVersion.serial).desc()).limit(1)
    row = session.scalars(newest).first() if place != FILE else None
    return _of_row(row) if row else _of_file(shelf, name) if place in ("", FILE) else None


def by_hash(session: Session, shelf: Shelf, name: str, sha256: str) -> Version | None:
    """The version of exactly these bytes, stored or in the folder; None where they are gone or changed."""
    try:
        digest = bytes.fromhex(sha256)
    except ValueError:
        return None
    same = (col(PackVersion.pack) == name, col(PackVersion.sha256) == digest)
    row = session.scalars(select(PackVersion).where(*same)).one_or_none()
    found = _of_row(row) if row else _of_file(shelf, name)
    return found if found and found.pack.sha256 == digest else None


def _of_row(row: PackVersion) -> Version | None:
    pack = remembered(row.body)
    return Version(row.body, pack, row, f"{row.pack}/pack.toml") if pack else None


def _of_file(shelf: Shelf, name: str) -> Version | None:
    found = next((one for one in shelf.packs if one.pack.name == name), None)
    return Version(found.body, found.pack, None, found.file) if found else None


def _changes(session: Session, version: Version) -> Changes | None:
    before = approved_version_before(session, version.pack.name, version.pack.serial)
    old = remembered(before.body) if before else None
    if before is None or old is None:
        return None
    lines = unified_diff(
        before.body.decode().splitlines(), version.body.decode().splitlines(), lineterm="", n=1
    )
    return Changes(old, differences(old, version.pack), tuple(lines)[2:])

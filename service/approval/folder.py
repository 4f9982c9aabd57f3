"""The packs that lie in a folder: ``templates_local/<pack>/pack.toml``. One with an error stops no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.approval.stored import remembered
from service.errors import ApprovalRefused, PackError, Problem
from service.replies.pack import Pack
from service.replies.packs import read_pack

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.models import PackVersion

PACK_FILE = "pack.toml"


@dataclass(frozen=True, slots=True)
class FoundPack:
    """A pack that reads, with the exact bytes it was read from and the file's short name."""

    file: str
    body: bytes
    pack: Pack


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a folder holds: the packs that read, by name, and everything wrong with those that do not."""

    packs: tuple[FoundPack, ...]
    problems: tuple[Problem, ...]


def read_folder(folder: Path) -> Shelf:
    """Every pack in ``folder``; one that is not there holds none."""
    found: list[FoundPack] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob(f"*/{PACK_FILE}")):
        file = f"{path.parent.name}/{PACK_FILE}"
        try:
            found.append(_read(path, file))
        except PackError as error:
            problems += error.problems
        except OSError as error:
            problems.append(Problem(file, 0, f"cannot be read: {error.strerror}"))
    return Shelf(tuple(found), tuple(problems))


def _read(path: Path, file: str) -> FoundPack:
    body = path.read_bytes()
    pack = remembered(body) or read_pack(body, file)
    if pack.name != path.parent.name:
        raise PackError([Problem(file, 0, f"is the pack '{pack.name}', so its folder must be called so")])
    return FoundPack(file, body, pack)


def add_folder(session: Session, folder: Path, now: datetime) -> tuple[list[PackVersion], list[Problem]]:
    """Store every pack in ``folder`` as a draft, or find it stored; and what is wrong with the others."""
    from service.approval.versions import add_version

    shelf = read_folder(folder)
    versions: list[PackVersion] = []
    problems = list(shelf.problems)
    for one in shelf.packs:
        try:
            versions.append(add_version(session, one.body, now, one.file))
        except ApprovalRefused as refused:
            problems.append(Problem(one.file, 0, str(refused)))
    return versions, problems

"""What an editor typed, read: a whole pack or one item of it, every problem at her own line. Pure.

An item is read below the head of its pack, so that it is held against all that holds for a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.errors import PackError, Problem
from service.replies.pack import Pack, ReplyItem
from service.replies.packs import read_pack
from service.replies.write import head, item_table, written
from service.sentences import say

WHOLE = None
NEW = ""  # in the place of an item's id: one that is added at the end


@dataclass(frozen=True, slots=True)
class Edit:
    """``typed`` in the place of ``item`` of the pack ``of``: an id, ``NEW``, or ``WHOLE``."""

    typed: str
    of: Pack
    item: str | None = WHOLE

    @property
    def lines(self) -> str:
        """What was typed, with the line ends that a pack has; a browser sends others."""
        return self.typed.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")

    @property
    def source(self) -> str:
        """What is read."""
        text = f"{self.lines}\n"
        return text if self.item is WHOLE else f"{head(self.of)}\n{text}"

    @property
    def before(self) -> int:
        """How many lines of ``source`` were not typed."""
        return 0 if self.item is WHOLE else head(self.of).count("\n") + 1


@dataclass(frozen=True, slots=True)
class Checked:
    """``part`` is what was typed, alone; ``whole`` the pack it makes; both None where it has ``problems``."""

    edit: Edit
    problems: tuple[Problem, ...] = ()
    part: Pack | None = None
    whole: Pack | None = None

    def line(self, of_source: int) -> int:
        """The line that was typed; 0 for one that was not."""
        return max(of_source - self.edit.before, 0)


def begun(pack: Pack, item: str | None = WHOLE) -> str:
    """The text an edit begins with; "" for an item that ``pack`` has not."""
    if item is WHOLE:
        return written(pack).decode()
    return next((item_table(one) for one in pack.items if one.id == item), "")


def checked(edit: Edit) -> Checked:
    """Read what was typed. It never raises: what is wrong is told."""
    if edit.item is not WHOLE and not edit.typed.strip():
        return _joined(edit, (), None)
    try:
        part = read_pack(edit.source.encode(), edit.of.name)
    except PackError as error:
        return Checked(edit, tuple(_moved(edit, error.problems)))
    if part.name != edit.of.name:
        said = say(
            "is the pack '%(name)s': a pack keeps its name, and a new name is a new pack", name=part.name
        )
        return Checked(edit, (Problem(edit.of.name, 0, said),))
    if edit.item is WHOLE:
        return Checked(edit, (), part, part)
    if _head_of(part) != _head_of(edit.of):
        return Checked(
            edit, (Problem(edit.of.name, 1, say("says more than items; edit the whole pack for that")),)
        )
    return _joined(edit, part.items, part)


def _head_of(pack: Pack) -> dict[str, object]:
    return {name: value for name, value in pack if name != "items"}


def _joined(edit: Edit, typed: tuple[ReplyItem, ...], part: Pack | None) -> Checked:
    """The pack with ``typed`` where the item stood; an item that is gone, or new, stands at the end."""
    items = list(edit.of.items)
    place = next((at for at, one in enumerate(items) if one.id == edit.item), len(items))
    items[place : place + 1] = typed
    if not items:
        return Checked(
            edit, (Problem(edit.of.name, 0, say("no item would be left; recall the pack instead")),)
        )
    try:
        whole = read_pack(written(edit.of.model_copy(update={"items": tuple(items)})), edit.of.name)
    except PackError as error:
        return Checked(edit, tuple(replace(problem, line=0) for problem in error.problems))
    return Checked(edit, (), part, whole)


def _moved(edit: Edit, problems: Iterable[Problem]) -> Iterable[Problem]:
    """``problems`` at the lines that were typed; the head's at none, those past the end at the last."""
    last = edit.lines.count("\n") + 1
    for problem in problems:
        yield replace(problem, line=min(max(problem.line - edit.before, 0), last))

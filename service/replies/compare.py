"""What is different between two versions of a pack, in words a lawyer can read."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from service.replies.pack import Pack, ReplyItem

_ALIKE = 0.5  # share of words by which two wordings are one that was changed


def differences(old: Pack, new: Pack) -> tuple[str, ...]:
    """A line for each difference, head first, then item by item in the new order; empty where there is none.

    In a changed wording, [-taken out-] and {+put in+} mark the words.
    """
    return (*_of_head(old, new), *_of_items(old, new))


def _of_head(old: Pack, new: Pack) -> Iterator[str]:
    for name, field in Pack.model_fields.items():
        was, now = getattr(old, name), getattr(new, name)
        if name not in ("items", "scope", "fallback") and was != now:
            yield f"{field.alias or name}: {_said(was)} -> {_said(now)}"
    yield from _of_parts("scope", old.scope.model_dump(), new.scope.model_dump())
    yield from _of_parts("fallback", dict(old.fallback), dict(new.fallback))


def _of_items(old: Pack, new: Pack) -> Iterator[str]:
    before = {item.id: item for item in old.items}
    after = {item.id for item in new.items}
    for item in old.items:
        if item.id not in after:
            yield f"item {item.id}: taken out"
    for item in new.items:
        was = before.get(item.id)
        if was is None:
            yield f"item {item.id}: new"
            yield from (f"item {item.id}: {{+{one.source}+}}" for one in item.variants)
        else:
            yield from (f"item {item.id}: {said}" for said in _of_item(was, item))


def _of_item(was: ReplyItem, now: ReplyItem) -> Iterator[str]:
    if was.tone != now.tone:
        yield f"tone: {_said(was.tone)} -> {_said(now.tone)}"
    yield from _of_parts("when", was.when.model_dump(), now.when.model_dump())
    yield from _of_parts("not for", was.not_for.model_dump(), now.not_for.model_dump())
    for name in dict.fromkeys((*was.blank, *now.blank)):
        old, new = was.blank.get(name), now.blank.get(name)
        yield from _of_parts(
            f"blank {name}", old.model_dump() if old else {}, new.model_dump() if new else {}
        )
    yield from _of_wordings([one.source for one in was.variants], [one.source for one in now.variants])


def _of_wordings(was: list[str], now: list[str]) -> Iterator[str]:
    left = [one for one in was if one not in now]
    for place, one in enumerate(now, start=1):
        if one in was:
            continue
        nearest = max(left, key=lambda other: _likeness(other, one), default=None)
        if nearest is not None and _likeness(nearest, one) >= _ALIKE:
            left.remove(nearest)
            yield f"wording {place}: {marked(nearest, one)}"
        else:
            yield f"wording {place}: {{+{one}+}}"
    yield from (f"wording taken out: [-{one}-]" for one in left)
    if not left and set(was) == set(now) and was != now:
        yield "the wordings stand in another order"


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def marked(was: str, now: str) -> str:
    """``now`` with the words marked in which it differs from ``was``."""
    old, new, out = was.split(" "), now.split(" "), []
    for step, *ends in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = " ".join(old[ends[0] : ends[1]]), " ".join(new[ends[2] : ends[3]])
        if step == "equal":
            out.append(come)
            continue
        out += [mark for mark, words in ((f"[-{gone}-]", gone), (f"{{+{come}+}}", come)) if words]
    return " ".join(out)


def _of_parts(name: str, was: dict[Any, Any], now: dict[Any, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) != now.get(key):
            yield f"{name}, {key}: {_said(was.get(key))} -> {_said(now.get(key))}"


def _said(value: object) -> str:
    if value is None or value == ():
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(_said, value))
    return f"'{value}'" if isinstance(value, str) else str(value)

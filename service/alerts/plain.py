"""An outline as plain text that fits its medium. Pure.

What gives way, in this order: the review's own words, the details, the reply; a reply is never cut, because
half a reply might be posted. Whatever was left out is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from service.alerts.media import Medium
from service.alerts.neutral import one_line
from service.alerts.outline import Outline, Part, Role, Run, ours
from service.sentences import say, say_many

TOO_LONG_REPLY = say("The approved reply is too long for here; it waits where the link leads.")
ELLIPSIS = "…"

Parts = tuple[Part, ...]


def title(outline: Outline, medium: Medium) -> str:
    """The subject, on one line, within the medium's limit; a brief medium has no room for one."""
    if medium.brief:
        return ""
    write = _in_a_header if medium.html else medium.write
    line = " ".join("".join(write(run) for run in outline.subject).split())
    return cut(line, medium.title, medium.measure)


def text(outline: Outline, medium: Medium, *, room_taken: int = 0) -> str:
    """The parts as text. ``room_taken``: what the title uses of a limit that holds for both."""
    if medium.body is None:
        return written(outline.parts, medium)
    room = medium.body - (room_taken if medium.together else 0)
    if medium.brief:
        return _brief(outline, medium, room)
    for parts in _ever_smaller(outline.parts, medium, room):
        fitting = written(parts, medium)
        if medium.measure(fitting) <= room:
            return fitting
    return _brief(outline, medium, room)


def written(parts: Sequence[Part], medium: Medium) -> str:
    """Every part, a blank line between paragraphs of unlike kind."""
    out: list[str] = []
    before: Part | None = None
    for part in parts:
        if before is not None:
            apart = Role.QUOTE in (part.role, before.role) or Role.REPLY in (part.role, before.role)
            out.append("\n\n" if apart or part.role is not before.role else "\n")
        out.append(_part(part, medium))
        before = part
    return "".join(out)


def cut(line: str, longest: int | None, measure: Callable[[str], int] = len) -> str:
    """``line``, shortened to ``longest`` with an ellipsis where it is longer."""
    if longest is None or measure(line) <= longest:
        return line
    kept = max(0, longest - 1)
    while kept and measure(line[:kept]) > longest - 1:
        kept -= 1
    return line[:kept].rstrip() + ELLIPSIS if longest > 0 else ""


def _in_a_header(run: Run) -> str:
    """A header links nowhere and calls nobody; it must only stay one line."""
    return one_line(run.text, longest=250)


def _part(part: Part, medium: Medium) -> str:
    body = "".join(medium.write(run) for run in part.runs)
    label = medium.escape(part.label)
    if part.role is Role.LINK:
        return f"{label}: {part.url}"
    if part.role is Role.QUOTE:
        quoted = "\n".join(medium.quoted + line for line in body.split("\n"))
        return f"{label}:\n{quoted}"
    if part.role is Role.REPLY:
        return f"{label}:\n\n{body}"
    return f"{label}: {body}" if label else body


def _ever_smaller(parts: Parts, medium: Medium, room: int) -> Iterator[Parts]:
    yield parts
    yield _quote_cut_to(parts, medium, room)
    parts = _with_quote(parts, medium, 0)
    yield parts
    while any(part.role is Role.DETAIL for part in parts):
        last = max(i for i, part in enumerate(parts) if part.role is Role.DETAIL)
        parts = parts[:last] + parts[last + 1 :]
        yield parts
    yield tuple(_pointed(part, medium) for part in parts)


def _quote_cut_to(parts: Parts, medium: Medium, room: int) -> Parts:
    """The parts with as much of the review as fits; each cut is tried, for escaping makes lengths uneven."""
    low, high = 0, max((len(_words(part)) for part in parts), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if medium.measure(written(_with_quote(parts, medium, middle), medium)) <= room:
            low = middle
        else:
            high = middle - 1
    return _with_quote(parts, medium, low)


def _with_quote(parts: Parts, medium: Medium, kept: int) -> Parts:
    return tuple(_shortened(part, medium, kept) for part in parts)


def _words(part: Part) -> str:
    return "".join(run.text for run in part.runs) if part.role is Role.QUOTE else ""


def _shortened(part: Part, medium: Medium, kept: int) -> Part:
    words = _words(part)
    if len(words) <= kept:
        return part
    left_out = say_many(
        "[%(n)s more character where the link leads]",
        "[%(n)s more characters where the link leads]",
        len(words) - kept,
    ).in_language(medium.language)
    if not kept:
        return replace(part, role=Role.LINE, runs=(ours(left_out),))
    return replace(part, runs=(Run(words[:kept], foreign=True), ours(f"{ELLIPSIS} {left_out}")))


def _pointed(part: Part, medium: Medium) -> Part:
    pointer = ours(TOO_LONG_REPLY.in_language(medium.language))
    return Part(Role.LINE, (pointer,)) if part.role is Role.REPLY else part


def _brief(outline: Outline, medium: Medium, room: int) -> str:
    """One line and the first link; a link that is cut opens nothing, so the line gives way."""
    address = next((part.url for part in outline.parts if part.url), None)
    short = medium.escape(outline.short)
    if address is None:
        return cut(short, room, medium.measure)
    left = room - medium.measure(address) - 1
    return f"{cut(short, left, medium.measure)} {address}" if left > 1 else address

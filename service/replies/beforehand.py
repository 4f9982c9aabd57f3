"""What the rules say of a reply that is filled but not finished: its blanks still wait for the manager.

Most of it depends on the approved words and the branch alone, so that is worked out once and remembered; only
what hangs on this review and on recent replies is looked at each time.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from service.replies.filling import Filled, Span
from service.replies.grounds import How, rules_at
from service.replies.pack import Placeholder
from service.replies.policy import Setting, check
from service.replies.slots import PieceKind
from service.replies.suggestion import Finding

_ONCE = frozenset(How) - {
    How.QUOTE,
    How.SIMILAR,
    How.LENGTH,
}  # length is counted with full blanks, by ``variants``
_NAME, _TYPED = "Alex", "xx"  # stand-ins that break no rule


def findings_of(filled: Filled, setting: Setting) -> tuple[Finding, ...]:
    """All that the rules say of ``filled``, gravest first; spans count the code points of its text."""
    shown, starts = _stood_in(filled, name=True)
    place = Setting(setting.site, vertical=setting.vertical, language=setting.language, own=setting.own)
    found = [_moved(finding, filled, starts) for finding in _of_words(shown, place)]
    if hows := _each_time(filled, setting):
        shown, starts = _stood_in(filled, name=False)
        found += [_moved(one, filled, starts) for one in check(shown, setting, hows)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=8192)
def _of_words(text: str, setting: Setting) -> tuple[Finding, ...]:
    return check(text, setting, _ONCE)


def _each_time(filled: Filled, setting: Setting) -> frozenset[How]:
    """The ways to look that this review or the recent replies make needful."""
    hows = {
        How.QUOTE: bool(setting.review),
        How.SIMILAR: bool(setting.recent),
        How.NAME: any(word in filled.text for word in (setting.author or "").split()[1:]),
    }
    needful = frozenset(how for how, needed in hows.items() if needed)
    return needful & _asked_at(setting.site, setting.vertical)


@lru_cache(maxsize=256)
def _asked_at(site: str, vertical: str) -> frozenset[How]:
    return frozenset(rule.how for rule, _ in rules_at(site, vertical))


def _stood_in(filled: Filled, *, name: bool) -> tuple[str, list[int]]:
    """The text with stand-ins for blanks, and for the first name if asked; and where each piece begins."""
    out, starts = "", []
    for span in filled.spans:
        starts.append(len(out))
        if span.kind is PieceKind.BLANK:
            out += _TYPED
        elif name and span.name == Placeholder.FIRST_NAME:
            out += _NAME
        else:
            out += filled.text[span.start : span.end]
    return out, [*starts, len(out)]


def _moved(finding: Finding, filled: Filled, starts: list[int]) -> Finding:
    """``finding`` with its span where it stands in the filled text."""
    if finding.start is None or finding.end is None:
        return finding
    first = _piece(starts, finding.start)
    last = max(first, _piece(starts, finding.end - 1))
    return replace(
        finding,
        start=_within(filled.spans[first], finding.start - starts[first]),
        end=_within(filled.spans[last], finding.end - starts[last], starts[last + 1] == finding.end),
    )


def _piece(starts: list[int], place: int) -> int:
    return max(at for at in range(len(starts) - 1) if starts[at] <= max(place, 0))


def _within(span: Span, offset: int, is_end: bool = False) -> int:
    return span.end if is_end else min(span.start + offset, span.end)

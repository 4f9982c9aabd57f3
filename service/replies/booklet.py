"""A pack as a booklet to print: every word as approved, and on every page the hash of the exact bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from service.replies.pack import Blank, Pack, ReplyItem, When

STYLE = """
body { font: 11pt/1.45 Georgia, serif; color: #111; max-width: 44em; margin: 2em auto; }
table { width: 100%; border-collapse: collapse; } td { padding: 0; }
tfoot td { font: 8pt/1.4 monospace; border-top: 1px solid #111; padding-top: .5em; overflow-wrap: anywhere; }
h1 { font-size: 18pt; } h2 { font-size: 13pt; margin: 1.6em 0 .3em; break-after: avoid; }
li, .when { break-inside: avoid; } li { margin: .5em 0; white-space: pre-line; } .when { color: #444; }
@page { size: A4; margin: 18mm; } @media print { body { margin: 0; max-width: none; } }
"""
"""The page's only style, written out in it: whoever serves the page allows exactly this."""


def booklet(pack: Pack, approvals: Sequence[str] = ()) -> str:
    """``pack`` as one HTML page without scripts; ``approvals`` are lines about who answers for it.

    A printer repeats the foot of the table, and with it the hash, on every page.
    """
    foot = f"{pack.name} {pack.serial} · SHA-256 {pack.sha256.hex()}"
    body = "\n".join((*_head(pack, approvals), *(line for item in pack.items for line in _item(item))))
    return (
        f'<!doctype html>\n<html lang="{escape(_language(pack))}"><head><meta charset="utf-8">'
        f"<title>{escape(foot)}</title><style>{STYLE}</style></head>\n<body><table>"
        f"<tfoot><tr><td>{escape(foot)}</td></tr></tfoot>\n<tbody><tr><td>\n{body}\n</td></tr></tbody></table>"
        "</body></html>\n"
    )


def _language(pack: Pack) -> str:
    return pack.scope.language[0] if pack.scope.language else "en"


def _head(pack: Pack, approvals: Sequence[str]) -> Iterator[str]:
    yield f"<h1>{escape(pack.title)}</h1>"
    dates = f"in force from {pack.effective_from} until {pack.until}"
    yield f"<p>By {escape(pack.author)}; {dates}; {pack.risk}.</p>"
    scope = [f"{name}: {', '.join(values)}" for name, values in pack.scope if values]
    yield f"<p>For {escape('; '.join(scope) or 'every branch')}.</p>"
    if pack.changes:
        yield f"<p>New in this version: {escape(pack.changes)}</p>"
    signed = approvals or ("Nobody has signed this version: it is not used.",)
    yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in signed)}</ul>"
    told = "; ".join(
        f"{{{name}}} is “{value}” where nothing better is known" for name, value in pack.fallback.items()
    )
    if told:
        yield f"<p>{escape(told)}.</p>"


def _item(item: ReplyItem) -> Iterator[str]:
    yield f"<h2>{escape(item.id)}</h2>"
    unwanted = never_for(item)
    never = f" Never where it speaks of {unwanted}." if unwanted else ""
    yield f'<p class="when">Answers {escape(answers(item.when))}.{escape(never)}</p><ol>'
    yield from (f"<li>{escape(variant.source)}</li>" for variant in item.variants)
    yield "</ol>"
    for name, blank in item.blank.items():
        yield f'<p class="when">[{escape(name)}] {escape(blank.hint)}: {escape(bounds_of(blank))}.</p>'


def never_for(item: ReplyItem) -> str:
    """What rules an item out, in words; "" where nothing does."""
    return ", ".join(_spoken(name) for name in (*item.not_for.topics, *item.not_for.flags))


def bounds_of(blank: Blank) -> str:
    """What may stand in a blank, in words."""
    if blank.choices:
        return f"one of: {' / '.join(blank.choices)}"
    return f"at most {blank.max} characters" + (f"; no {', '.join(blank.forbid)}" if blank.forbid else "")


def answers(when: When) -> str:
    """Which reviews an item answers, in words."""
    said = []
    if when.stars:
        said.append(_between(when.stars, "star", "stars"))
    if when.points10:
        said.append(_between(when.points10, "point of ten", "points of ten"))
    if when.recommends is not None:
        said.append("a recommendation" if when.recommends else "no recommendation")
    told = [" or ".join(said) or "any rating"]
    told += [f"a {' or a '.join(when.kind)}"] if when.kind else []
    told += [f"about {_any_of(when.topics)}"] if when.topics else []
    told += [f"and about {_any_of(when.also)} as well"] if when.also else []
    told += [f"flagged {_any_of(when.flags)}"] if when.flags else []
    if when.suspected is not None:
        told.append("where that is only suspected" if when.suspected else "where that is told plainly")
    if when.text is not None:
        told.append("with words" if when.text else "without words")
    told += [f"once a case is {when.case}"] if when.case else []
    return ", ".join(told)


def _between(ends: tuple[float, float], one: str, many: str) -> str:
    low, high = ends
    return f"{low:g} {one if low == 1 else many}" if low == high else f"{low:g} to {high:g} {many}"


def _any_of(names: Iterable[str]) -> str:
    return " or ".join(_spoken(name) for name in names)


def _spoken(name: str) -> str:
    return name.replace("_", " ")

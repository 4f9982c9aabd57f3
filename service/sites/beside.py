"""The same review told twice on one page: by the markup, and by its card. Field by field, the better wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.domain import Item, Moment

_OPENING = 40  # folded characters that tell two reviews of one writer apart


def joined(told: Sequence[Item], shown: Sequence[Item]) -> tuple[Item, ...]:
    """The reviews in ``told`` (structured data) and ``shown`` (cards or state), each once, in page order.

    A told field wins over a shown one, but a complete text beats a cut one, a finer date a coarser, and a
    shown reply any other; ids are gathered from both, the shown first. The longer list gives the order; what
    stands in only one of them is kept.
    """
    if not told or not shown:
        return tuple(told or shown)
    base, free = (shown, list(told)) if len(shown) >= len(told) else (told, list(shown))
    merged = []
    for item in base:
        partner = next((one for one in free if _same(item, one)), None)
        if partner is None:
            merged.append(item)
            continue
        free.remove(partner)
        merged.append(_better(partner, item) if base is shown else _better(item, partner))
    return (*merged, *free)


def _same(one: Item, two: Item) -> bool:
    if {kind for kind, _ in one.ids} & {kind for kind, _ in two.ids}:
        return bool(set(one.ids) & set(two.ids))
    if one.author and two.author and one.author.casefold() != two.author.casefold():
        return False
    if one.rating is not None and two.rating is not None and one.rating != two.rating:
        return False
    openings = sorted((_opening(one), _opening(two)), key=len)
    if not openings[0]:
        return not openings[1] and one.author is not None and one.author == two.author
    return openings[1].startswith(openings[0])


def _opening(item: Item) -> str:
    return "".join(filter(str.isalnum, (item.text or "")[: _OPENING * 2].casefold()))[:_OPENING]


def _better(told: Item, shown: Item) -> Item:
    fuller = shown if _fuller(shown, told) else told
    return replace(
        told,
        ids=shown.ids + tuple(pair for pair in told.ids if pair not in shown.ids),
        scale=told.scale if told.rating is not None or told.recommends is not None else shown.scale,
        rating=told.rating if told.rating is not None else shown.rating,
        best=told.best if told.best is not None else shown.best,
        recommends=told.recommends if told.recommends is not None else shown.recommends,
        author=told.author or shown.author,
        title=told.title or shown.title,
        text=fuller.text,
        text_complete=fuller.text_complete,
        translated=fuller.translated,
        language=told.language or shown.language,
        posted=_finer(told.posted, shown.posted),
        edited=_finer(told.edited, shown.edited),
        reply=shown.reply or told.reply,
        permalink=told.permalink or shown.permalink,
    )


def _fuller(one: Item, two: Item) -> bool:
    return bool(one.text) and (not two.text or (one.text_complete and not two.text_complete))


def _finer(told: Moment | None, shown: Moment | None) -> Moment | None:
    if told is None or shown is None:
        return told or shown
    return shown if shown.precision.rank < told.precision.rank else told

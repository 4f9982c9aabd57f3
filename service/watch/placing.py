"""Which listing is a mail about? Decided by what cannot be mistaken, else a person is asked. Pure.

The site's own key in a link decides, and rules out all others; then the branch's own address it was sent to;
then a name that a person has placed before; then a name that is exactly one branch's, or fits the only one
there is. Likeness of names only puts the likeliest first where she is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.sentences import say
from service.sites.mail.base import Clues
from service.watch.folding import bare, folded

OF_MAILS = "mail:"
"""How the key of a listing begins that is heard by mails alone: the site's own key of it is not known."""

ADDRESS = "in+"
"""How the address of a branch begins that only its own mails are sent to: ``in+<token>@…``."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One listing of the site that writes; ``names`` are all that its place is called by, as people write."""

    listing_id: int
    key: str
    branch_id: int | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """Whose a mail is: ``listing_id``, or None and the ``likely`` ones for a person, best first.

    ``branch_id`` is the branch whose own address it was sent to. ``why`` is in our own words.
    """

    listing_id: int | None
    why: str
    likely: tuple[int, ...] = ()
    branch_id: int | None = None


def place(
    clues: Clues,
    recipients: Sequence[str],
    spots: Sequence[Spot],
    branches: Mapping[str, int],
    remembered: Mapping[str, int],
) -> Placed:
    """Whose a mail with these ``clues``, sent to ``recipients``, is among ``spots``.

    ``branches`` answers a branch's id by its address' token, ``remembered`` a listing's by a folded name.
    """
    keyed = [spot for spot in spots if spot.key in clues.listing_keys]
    if len(keyed) == 1:
        return Placed(keyed[0].listing_id, say("its link names the listing"))
    possible = [spot for spot in spots if not _is_another(spot, clues)]
    branch = next((branches[token] for token in _tokens(recipients) if token in branches), None)
    if branch is not None and not keyed:
        return _of_branch(clues, branch, possible)
    named = remembered.get(folded(clues.name))
    if not keyed and named in {spot.listing_id for spot in possible}:
        return Placed(named, say("a person has said whose this name is"))
    return _by_name(clues, keyed or possible)


def _of_branch(clues: Clues, branch: int, spots: Sequence[Spot]) -> Placed:
    here = [spot for spot in spots if spot.branch_id == branch]
    if len(here) == 1:
        return Placed(here[0].listing_id, say("it was sent to the branch's own address"), branch_id=branch)
    why = say("several listings") if here else say("no listing")
    return Placed(
        None,
        say("it was sent to the address of a branch that has %(why)s on this site", why=why),
        _likely(clues, here or spots),
        branch,
    )


def _by_name(clues: Clues, spots: Sequence[Spot]) -> Placed:
    called = [spot for spot in spots if bare(clues.name) in map(bare, spot.names)] if clues.name else []
    if len(called) == 1:
        return Placed(called[0].listing_id, say("it bears the branch's name"))
    if len(spots) == 1 and not clues.listing_keys and (not clues.name or _fits(clues.name, spots[0].names)):
        return Placed(spots[0].listing_id, say("it is the only listing on this site"))
    why = (
        say("nothing in it says whose it is")
        if not clues.name
        else say("its name fits no listing, or several")
    )
    return Placed(None, why, _likely(clues, spots))


def _is_another(spot: Spot, clues: Clues) -> bool:
    """Whether the site's own key in the mail rules the listing out."""
    return bool(clues.listing_keys) and not spot.key.startswith(OF_MAILS) and not _within(spot.key, clues)


def _within(key: str, clues: Clues) -> bool:
    return any(key == told or key.startswith(f"{told}#") for told in clues.listing_keys)


def _tokens(recipients: Iterable[str]) -> list[str]:
    local = (address.partition("@")[0].casefold() for address in recipients)
    return [name.removeprefix(ADDRESS) for name in local if name.startswith(ADDRESS)]


def _fits(name: str, names: Iterable[str]) -> bool:
    """Whether all words of the shorter name are in the longer one: "Bella Vista" and "Bella Vista, Leeds"."""
    told = _words(name)
    return any(ours <= told or told <= ours for ours in map(_words, names) if ours and told)


def _words(name: str) -> frozenset[str]:
    return frozenset(filter(None, map(bare, folded(name).replace("-", " ").split())))


def _likely(clues: Clues, spots: Sequence[Spot]) -> tuple[int, ...]:
    from rapidfuzz.fuzz import token_set_ratio

    def unlike(spot: Spot) -> float:
        told = folded(clues.name)
        return -max((token_set_ratio(told, folded(name)) for name in spot.names), default=0.0)

    return tuple(spot.listing_id for spot in sorted(spots, key=lambda spot: (unlike(spot), spot.listing_id)))

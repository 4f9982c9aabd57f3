"""What a pack is: a governed set of replies, frozen as its exact bytes say (CONTRACTS §8.6).

The shapes check what one value may be; ``packs.read_pack`` adds what must hold between values, and names
every problem with its line.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    StringConstraints,
    model_validator,
)

from service.domain import HEALTH_VERTICALS, Flag, Kind, Topic
from service.replies.normal import clusters
from service.replies.slots import Piece, PieceKind, names_in, pieces_of

BANK = "bank"
VERTICALS = HEALTH_VERTICALS | {
    *("general", "restaurant", "hotel", "car_service", "home_services"),
    *("retail", "salon", "gym", BANK),
}
LONGEST_BLANK = 1000
FEWEST_VARIANTS = 3
FEWEST_CHOICES = 2  # leaving the blank empty, where that is allowed, counts as one


class Risk(StrEnum):
    """How many people must approve: one, two with one who is not the author, two with one of them legal."""

    ROUTINE = "routine"
    SENSITIVE = "sensitive"
    REGULATED = "regulated"


class Forbid(StrEnum):
    """What a blank may be told not to hold."""

    LINK = "link"
    PHONE = "phone"
    EMAIL = "email"
    MONEY = "money"
    NAME = "name"
    NEWLINE = "newline"


class CaseStep(StrEnum):
    """What has become of a conversation with the reviewer; an item that names one waits for it."""

    OFFLINE = "offline"  # it is to go on in private
    RESOLVED = "resolved"


class Placeholder(StrEnum):
    """The closed list of what the branch fills by itself."""

    FIRST_NAME = "first_name"
    BRANCH = "branch"
    CITY = "city"
    PHONE = "phone"
    CONTACT = "contact"
    SIGN_OFF = "sign_off"
    BRAND = "brand"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_vertical(value: str) -> str:
    if value not in VERTICALS:
        raise ValueError(f"unknown vertical '{value}'; known: {', '.join(sorted(VERTICALS))}")
    return value


Words = Annotated[str, StringConstraints(strict=True, min_length=1, strip_whitespace=True)]
Day = Annotated[date, Field(strict=True)]
Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
BlankName = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Language = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Whole = Annotated[int, Field(strict=True, ge=1)]
YesNo = Annotated[bool, Field(strict=True)]


class Scope(_Part):
    """Where a pack speaks; an empty list means anywhere."""

    brand: tuple[Words, ...] = ()
    region: tuple[Words, ...] = ()
    branch: tuple[Words, ...] = ()
    site: tuple[Words, ...] = ()
    language: tuple[Language, ...] = ()
    vertical: tuple[Annotated[Words, AfterValidator(_known_vertical)], ...] = ()


Grade = Annotated[float, Field(strict=True)]
Band = tuple[Grade, Grade]


def _within(low: float, high: float) -> AfterValidator:
    def checked(band: Band) -> Band:
        if not low <= band[0] <= band[1] <= high:
            raise ValueError(f"must be [lowest, highest] within {low:g} and {high:g}")
        return band

    return AfterValidator(checked)


class When(_Part):
    """Which reviews an item answers. The three scales are alternatives; bands are inclusive.

    Of ``topics`` the review speaks of at least one, and so it does of ``also``, where that names any.
    ``text`` says whether the review has words: true, false (a bare rating), or either where it is left out;
    ``suspected`` likewise whether its held flags are only suspected: words for a guess must fit any
    complaint.
    An item with a ``case`` is offered only at that step of a conversation with the reviewer; what reports a
    settled one back, and then alone.
    """

    stars: Annotated[Band, _within(1, 5)] | None = None
    points10: Annotated[Band, _within(0, 10)] | None = None
    recommends: YesNo | None = None
    kind: tuple[Kind, ...] = ()
    topics: tuple[Topic, ...] = ()
    also: tuple[Topic, ...] = ()
    flags: tuple[Flag, ...] = ()
    text: YesNo | None = None
    suspected: YesNo | None = None
    case: CaseStep | None = None

    @property
    def names_a_scale(self) -> bool:
        """Whether a rating decides at all."""
        return self.stars is not None or self.points10 is not None or self.recommends is not None


class NotFor(_Part):
    """Which reviews an item must never answer. Held flags exclude themselves."""

    topics: tuple[Topic, ...] = ()
    flags: tuple[Flag, ...] = ()


class Blank(_Part):
    """A slot that only the manager can fill: free words within bounds, or one of a closed list of choices.

    ``max`` counts what a person sees as characters; a closed blank has ``choices`` in its place.
    """

    hint: Words
    max: Annotated[int, Field(strict=True, ge=1, le=LONGEST_BLANK)] | None = None
    empty: YesNo = False
    forbid: tuple[Forbid, ...] = ()
    choices: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _is_free_or_closed(self) -> Self:
        if not self.choices and self.max is None:
            raise ValueError("needs 'max' (free words), or 'choices' (a closed list)")
        if self.choices and (self.max is not None or self.forbid):
            raise ValueError("has 'choices', which stand in the place of 'max' and 'forbid'")
        if self.choices and len(self.choices) + self.empty < FEWEST_CHOICES:
            raise ValueError(f"has {len(self.choices)} choices; at least {FEWEST_CHOICES}")
        return self

    @property
    def longest(self) -> int:
        """The most characters, to the eye, that may stand in it."""
        return max(map(clusters, self.choices)) if self.max is None else self.max


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording of an item, cut into locked words and slots."""

    source: str
    pieces: tuple[Piece, ...]

    @property
    def blanks(self) -> tuple[str, ...]:
        """The names of its blanks, in order."""
        return names_in(self.pieces, PieceKind.BLANK)


def _variant(value: object) -> Variant:
    if not isinstance(value, str):
        raise ValueError("must be a text, in quotes")
    return Variant(value, pieces_of(value))


class ReplyItem(_Part):
    """One answer in several wordings, and when it fits."""

    id: Name
    tone: Words | None = None
    when: When
    not_for: NotFor = NotFor()
    variants: Annotated[
        tuple[Annotated[Variant, PlainValidator(_variant)], ...], Field(min_length=FEWEST_VARIANTS)
    ]
    blank: dict[BlankName, Blank] = {}

    @property
    def invites(self) -> bool:
        """Whether each of its wordings says how to reach somebody, so that it can go on in private."""
        contact = Placeholder.CONTACT
        return all(contact in names_in(one.pieces, PieceKind.PLACEHOLDER) for one in self.variants)


class Pack(_Part):
    """A governed set of replies. ``sha256`` is its version: the hash of its exact bytes."""

    format: Literal[1]
    name: Annotated[Name, Field(alias="pack")]
    serial: Whole
    title: Words
    risk: Risk
    scope: Scope = Scope()
    effective_from: Annotated[Day, Field(alias="from")]
    until: Day
    author: Words
    changes: Words | None = None
    fallback: dict[Placeholder, Words] = {}
    items: Annotated[tuple[ReplyItem, ...], Field(alias="item", min_length=1)]
    _sha256: bytes = PrivateAttr(default=b"")

    def model_post_init(self, context: object) -> None:
        """Take the hash along: the reader hands it in as the validation's context."""
        self._sha256 = context if isinstance(context, bytes) else b""

    @property
    def sha256(self) -> bytes:
        """The hash of the exact bytes this pack was read from."""
        return self._sha256

    def without(self, gone: Collection[str]) -> Pack | None:
        """The same version without the items of these ids; None where no item is left."""
        left = tuple(item for item in self.items if item.id not in gone)
        return self.model_copy(update={"items": left}) if left else None

    def in_force(self, day: date) -> bool:
        """Whether its dates cover ``day``, both ends included."""
        return self.effective_from <= day <= self.until

"""What a person had in a reply's form: which reply, what she typed into its blanks, what she has read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

_BLANK = "blank-"
MOST_BLANKS = 40


@dataclass(frozen=True, slots=True)
class Typed:
    """``sha256``, ``item`` and ``variant`` name the reply; ``minded`` are the rules whose findings she read.

    ``another`` is the number of the suggestion she wants to see instead.
    """

    sha256: str = ""
    item: str = ""
    variant: int = 0
    blanks: Mapping[str, str] = field(default_factory=dict)
    minded: frozenset[str] = frozenset()
    another: int | None = None

    @classmethod
    def of_form(cls) -> Typed:
        """What this request's form sent."""
        form = request.form
        fields = [name for name in form if name.startswith(_BLANK)][:MOST_BLANKS]
        return cls(
            sha256=form.get("sha256", ""),
            item=form.get("item", ""),
            variant=form.get("variant", 0, type=int),
            blanks={name.removeprefix(_BLANK): form[name] for name in fields},
            minded=frozenset(form.get("minded", "").split()),
            another=form.get("another", None, type=int),
        )

    @property
    def version(self) -> bytes:
        """The hash of the version; empty where what was sent is none."""
        try:
            return bytes.fromhex(self.sha256)
        except ValueError:
            return b""

    def names(self, shape: Mapping[str, Any]) -> bool:
        """Whether it is the reply of this shape (CONTRACTS §8.7)."""
        return (self.sha256, self.item, self.variant) == (shape["sha256"], shape["item"], shape["variant"])

    def left_over(self, shape: Mapping[str, Any]) -> dict[str, str]:
        """What was typed into blanks that the reply of this shape has not: it is carried along."""
        here = {blank["name"] for blank in shape["blanks"]}
        return {name: words for name, words in self.blanks.items() if name not in here and words.strip()}

"""What the API's requests and answers are made of. A request says nothing that its shape does not name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from service.people import extension

LARGEST_ID = 2**31 - 1
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps none
ONE_LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"
PLAIN_LINE = r"^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$"


class Asked(BaseModel):
    """A request. What it does not name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Told(BaseModel):
    """An answer. Times in it are RFC 3339, in UTC; ``None`` is ``null``, never left out.

    What is no name in Python ("class") has an alias, and is sent under that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)


class Nothing(Asked):
    """A request that says nothing but that it is made."""


def line(most: int, least: int = 0) -> Any:
    """A string of one line, of so many characters."""
    return StringConstraints(min_length=least, max_length=most, pattern=ONE_LINE)


def words(most: int, least: int = 0) -> Any:
    """A string of any lines."""
    return StringConstraints(min_length=least, max_length=most, pattern=NO_NUL)


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 7.0 is 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = BeforeValidator(_whole)
"""Beside ``int``, and after its bounds: a whole number, however JSON writes it."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=PLAIN_LINE)]
"""What a browser calls itself, shown to whoever decides about it: nothing in it is invisible, or turns it."""

Id = Annotated[int, Field(ge=1, le=LARGEST_ID), Whole]
"""A row's number."""

Site = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,80}$")]
"""A site's name, as everywhere: "google_maps", "hotels.com"."""


def _version(text: str) -> str:
    if not extension.is_version(text):
        raise ValueError("one to four numbers with dots between them")
    return text


Version = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,5}(\.[0-9]{1,5}){0,3}$"), AfterValidator(_version)
]
"""The extension's own, as its manifest has it."""

"""What every table is made with: how constraints are named, and columns of one kind."""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, MetaData, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlmodel import AutoString, Field, SQLModel

from service.sentences import Sentence, read, written
from service.sentences import listed as in_a_row

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_STORED = '{"say":'  # how a sentence of ours begins where a column holds text


class Told(TypeDecorator[Any]):
    """JSON; a sentence of ours in it comes back as one, so that it can be said in another language."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """As it is stored."""
        return written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """As it was."""
        return read(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """As JSON is compared: a part of it is no JSON itself."""
        return self.impl_instance.coerce_compared_value(op, value)


class ToldText(TypeDecorator[str]):
    """A text; a sentence of ours comes back as one, as in ``Told``."""

    impl = AutoString
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As it is stored; a text of others that looks like a stored sentence is put into one of ours."""
        if value and value.startswith(_STORED) and not isinstance(value, Sentence):
            value = in_a_row([value])
        told = written(value)
        return json.dumps(told, ensure_ascii=False) if isinstance(told, dict) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """As it was."""
        return str(read(json.loads(value))) if value and value.startswith(_STORED) else value


def one_of(column: str, values: Iterable[StrEnum], *, optional: bool = False) -> CheckConstraint:
    """A check that ``column`` holds one of ``values``, or nothing where it is ``optional``."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    either = f"{column} IS NULL OR " if optional else ""
    return CheckConstraint(f"{either}{column} IN ({listed})", name=column)


def json_object() -> Any:
    """A column for an object, {} where nothing is said."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))


def json_list() -> Any:
    """A column for a list, [] where nothing is said."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))


def told_text() -> Any:
    """A column for a text that may be a sentence of ours."""
    return Field(default=None, sa_type=ToldText)


def told() -> Any:
    """A column for an object with sentences of ours in it, {} where nothing is said."""
    return Field(default_factory=dict, sa_column=Column(Told, nullable=False, default=dict))


def told_list() -> Any:
    """A column for a list with sentences of ours in it, [] where nothing is said."""
    return Field(default_factory=list, sa_column=Column(Told, nullable=False, default=list))

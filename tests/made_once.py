"""What a process of tests makes once, though the service makes it for each database and each app.

An engine compiles its statements, an app its addresses and templates. A service opens one of each; tests open
thousands, and spent most of their time, and of their memory, on the same thousand pieces of code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from service import db

STATEMENTS = 2000  # more than the service has


@contextmanager
def once() -> Iterator[None]:
    """Until the end, engines share their statements, and apps their addresses and templates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "open_engine", Sharing(db.open_engine))
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Templates()})
        patch.setattr(Rule, "_compile_builder", once_for_each_address(Rule._compile_builder))
        yield


class Sharing:
    """Opens engines that know one dialect a kind: a compiled statement belongs to its dialect."""

    def __init__(self, real: Callable[[str], Engine]) -> None:
        self._real = real
        self._dialects: dict[str, Dialect] = {}
        self._statements: Any = LRUCache(STATEMENTS)

    def __call__(self, url: str) -> Engine:
        """An engine of its own connections."""
        engine = self._real(url)
        kind = engine.dialect.name
        if kind in self._dialects:
            engine.dialect = self._dialects[kind]
        else:  # a dialect knows its server only once it has met it
            event.listen(engine, "first_connect", lambda *_: self._dialects.setdefault(kind, engine.dialect))
        engine.update_execution_options(compiled_cache=self._statements)
        return engine


class Templates(BytecodeCache):
    """Compiled templates, as long as their source stays the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.code


def once_for_each_address(real: Any) -> Any:
    """``Rule._compile_builder``, which makes a function of an address alone: its rule comes as ``self``."""
    known: dict[tuple[str, str, bool], Any] = {}

    def compile_builder(rule: Any, append_unknown: bool = True) -> Any:
        key = (str(rule._trace), str(rule.defaults), append_unknown)
        if key not in known:
            known[key] = real(rule, append_unknown)
        return known[key]

    return compile_builder

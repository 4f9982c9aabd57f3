"""The sentences that stand in our tables, for ``make messages``: what their rules say, and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import IO, Any

SAYS = ("why", "mend", "because")


def phrases(
    fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """As Babel asks for them: line, function, phrase, comments."""
    for rule in tomllib.loads(fileobj.read().decode()).get("rule", ()):
        yield from ((1, "say", rule[name], []) for name in SAYS if name in rule)

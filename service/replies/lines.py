"""Where things stand in a TOML file: the line of every table, key and array element.

``tomllib`` checks and reads; it does not say where. This walk trusts a source that ``tomllib`` has accepted,
and only counts lines, so that a problem can be named where a person will look for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n"
    r"|[\[\]{},=]"
    r"|[^\s\[\]{},=\"'#]+",
    re.DOTALL,
)
_QUOTES = "\"'"


class LineIndex:
    """The lines of one source; 1 is the first."""

    def __init__(self, source: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}  # how many times each [[array]] was opened
        self._tokens = [(found.group(), line) for found, line in _numbered(source)]
        self._at = 0
        self._document()

    def of(self, path: Sequence[str | int]) -> int:
        """The line where ``path`` begins, or the nearest thing around it that has a line."""
        known = tuple(path)
        while known not in self._lines:
            known = known[:-1]
        return self._lines[known]

    @property
    def _here(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        word = self._here
        self._at += 1
        return word

    def _note(self, path: Path) -> None:
        if self._at < len(self._tokens):
            self._lines.setdefault(path, self._tokens[self._at][1])

    def _skip_blank(self) -> None:
        while self._here == "\n" or self._here.startswith("#"):
            self._at += 1

    def _document(self) -> None:
        table: Path = ()
        while True:
            self._skip_blank()
            if not self._here:
                return
            if self._here == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        line = self._tokens[self._at][1]
        self._take()
        is_array = self._here == "["
        if is_array:
            self._take()
        path = self._inside_arrays(self._key("]"), is_array)
        self._at += 2 if is_array else 1
        self._lines.setdefault(path, line)
        return path

    def _inside_arrays(self, names: Path, opens_another: bool) -> Path:
        """``names`` with the number of the latest element after each array of tables on the way."""
        path: Path = ()
        for place, name in enumerate(names):
            path = (*path, name)
            is_last = place == len(names) - 1
            if is_last and opens_another:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts and (opens_another or not is_last):
                path = (*path, self._counts[path] - 1)
        return path

    def _key(self, end: str) -> Path:
        names: list[str] = []
        while self._here not in (end, ""):
            word = self._take()
            names += [word[1:-1]] if word[0] in _QUOTES else [part for part in word.split(".") if part]
        return tuple(names)

    def _pair(self, table: Path) -> None:
        line = self._tokens[self._at][1]
        path = (*table, *self._key("="))
        self._lines.setdefault(path, line)
        self._take()
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._here == "[":
            self._array(path)
        elif self._here == "{":
            self._inline_table(path)
        else:
            while self._here not in (",", "]", "}", "\n", "") and not self._here.startswith("#"):
                self._at += 1

    def _array(self, path: Path) -> None:
        self._take()
        place = 0
        while True:
            self._skip_blank()
            if self._here in ("]", ""):
                break
            if self._here == ",":
                self._take()
                place += 1
                continue
            self._note((*path, place))
            self._value((*path, place))
        self._take()

    def _inline_table(self, path: Path) -> None:
        self._take()
        while self._here not in ("}", ""):
            if self._here in (",", "\n") or self._here.startswith("#"):
                self._take()
            else:
                self._pair(path)
        self._take()


def _numbered(source: str) -> list[tuple[re.Match[str], int]]:
    line, reached, found = 1, 0, []
    for match in _TOKEN.finditer(source):
        line += source.count("\n", reached, match.start())
        reached = match.start()
        found.append((match, line))
    return found

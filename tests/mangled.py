"""Pages as the world breaks them: cut anywhere, pieces lost, doubled or swapped, characters gone astray."""

from __future__ import annotations

import random
import re

from hypothesis import strategies as st

_ODDITIES = ["\x00", "\ud83d", "\\", '"', "<", ">", "]]]]", "%5C%22", "{", "9" * 40, "://[", "\u202e", "&#0;"]


@st.composite
def mangled(draw: st.DrawFn, page: str) -> str:
    """``page`` after up to four accidents."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(page)))
        end = min(len(page), start + draw(st.integers(0, 400)))
        accident = draw(st.sampled_from(["cut", "lose", "double", "reverse", "insert"]))
        page = {
            "cut": page[:start],
            "lose": page[:start] + page[end:],
            "double": page[:end] + page[start:],
            "reverse": page[:start] + page[start:end][::-1] + page[end:],
            "insert": page[:start] + draw(st.sampled_from(_ODDITIES)) + page[start:],
        }[accident]
    return page


def renamed(page: str, seed: int = 7) -> str:
    """``page`` with every class called something else, as sites do overnight."""
    chance = random.Random(seed)
    names: dict[str, str] = {}

    def other(found: re.Match[str]) -> str:
        words = found[1].split()
        return 'class="{}"'.format(
            " ".join(names.setdefault(w, f"x{chance.randrange(16**6):06x}") for w in words)
        )

    return re.sub(r'class="([^"]*)"', other, page)

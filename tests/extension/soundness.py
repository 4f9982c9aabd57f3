"""Whether a page of ours can be used by everybody: axe finds nothing, and it fits into 320 px."""

from __future__ import annotations

from typing import Any

from tests.extension.browsers import Tab
from tests.extension.chromium import ChromiumTab

NARROW = 320
TARGETS = "[...document.querySelectorAll('button, input, select')].map((one) => one.closest('label') ?? one)"


def sound(tab: Tab, axe: str, within: str = "document") -> None:
    """Axe finds nothing within that part, in light and, where the browser can be told, in dark."""
    ran = f"(async () => {{ {axe}; return (await axe.run({within})).violations; }})()"
    for scheme in ("light", "dark"):
        if isinstance(tab, ChromiumTab):
            tab.page.emulate_media(color_scheme=scheme)
        found: list[dict[str, Any]] = tab.evaluate(ran)
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []


def narrow(tab: Tab) -> None:
    """Shown in a frame of 320 px: nothing is wider, and everything that is pressed is large enough."""
    tab.evaluate(f"(document.documentElement.style.width = '{NARROW}px', 1)")
    wide = f"filter((one) => one.getBoundingClientRect().right > {NARROW + 1})"
    beyond = f"[...document.querySelectorAll('body *')].{wide}.map((one) => one.outerHTML.slice(0, 80))"
    assert tab.evaluate(beyond) == []
    heights = tab.evaluate(f"{TARGETS}.map((one) => one.getBoundingClientRect().height)")
    assert all(height >= 43.5 for height in heights)

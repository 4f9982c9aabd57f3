"""Steps in a page's tree that selectors cannot take."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import SplitResult, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode


def outermost(root: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    """What ``selector`` finds, in page order, but for what lies inside an earlier find."""
    inside: set[int] = set()
    found = []
    for node in root.css(selector):
        if node.mem_id not in inside:
            inside.update(inner.mem_id for inner in node.css(selector))
            found.append(node)
    return found


def after(node: LexborNode | None) -> LexborNode | None:
    """The next element beside ``node``."""
    return _element(node.next) if node is not None else None


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The elements directly inside ``node``, in order."""
    child = _element(node.child)
    while child is not None:
        yield child
        child = after(child)


def within(node: LexborNode, outer: LexborNode | None) -> bool:
    """Whether ``node`` is ``outer`` or lies anywhere inside it."""
    climbing: LexborNode | None = node
    while climbing is not None and outer is not None:
        if climbing.mem_id == outer.mem_id:
            return True
        climbing = climbing.parent
    return False


def href(link: LexborNode | None) -> str:
    """A link's target as the page writes it; "" where there is none."""
    return (link.attributes.get("href") or "") if link is not None else ""


def target(link: LexborNode | None, home: str) -> SplitResult | None:
    """Where a link leads from ``home``; None without a link, or where it leads nowhere on the web."""
    try:
        parts = urlsplit(urljoin(home, href(link)))
    except ValueError:
        return None
    return parts if href(link) and parts.scheme in ("http", "https") and parts.hostname else None


def _element(node: LexborNode | None) -> LexborNode | None:
    while node is not None and (node.tag or "-").startswith("-"):  # text and comments
        node = node.next
    return node

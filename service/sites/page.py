"""One page's text, parsed no further than somebody asks."""

from __future__ import annotations

from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

from service.sites import schemaorg


class Page:
    """A page as text, with its address where one is known. Parts are read once, on first use."""

    def __init__(self, text: str, url: str | None = None) -> None:
        self.text = text
        self.url = url

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The whole page in lexbor: for finding. Found fragments are read by BeautifulSoup."""
        return LexborHTMLParser(self.text)

    @cached_property
    def schema(self) -> schemaorg.Facts:
        """What the page's schema.org markup says (JSON-LD first, then microdata), field by field."""
        return schemaorg.read(self.text, lambda: self.tree)

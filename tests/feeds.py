"""Feeds as the world writes them, with invented names."""

from __future__ import annotations

import json

XML = '<?xml version="1.0" encoding="utf-8"?>'


def google_alert(*entries: tuple[str, str, str], title: str = "Google Alert - north bakery") -> str:
    """An alert's Atom feed; each entry is its number, its title and the article's address, escaped."""
    return f"""{XML}
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:idx="urn:atom-extension:indexing">
<id>tag:google.com,2005:reader/user/01/state/com.google/alerts/02</id><title>{title}</title>
<link href="https://www.google.com/alerts/feeds/01/02" rel="self"/><updated>2026-11-21T08:00:00Z</updated>
{"".join(_hit(*entry) for entry in entries)}</feed>"""


def _hit(number: str, title: str, address: str) -> str:
    redirect = f"https://www.google.com/url?rct=j&amp;sa=t&amp;url={address}&amp;ct=ga&amp;usg=AO"
    return f"""<entry><id>tag:google.com,2013:googlealerts/feed:{number}</id>
<title type="html">{title}</title><link href="{redirect}"/>
<published>2026-11-21T08:00:00Z</published><updated>2026-11-21T08:00:00Z</updated>
<content type="html">The rye of &lt;b&gt;North Bakery&lt;/b&gt; is worth the walk&amp;nbsp;...</content>
<author><name></name></author></entry>"""


ALERT = google_alert(
    (
        "771",
        "Why we love &lt;b&gt;North Bakery&lt;/b&gt;",
        "https://crumbs.example/north%3Fid%3D4%26utm_source%3Dx",
    )
)


def rss(*items: str) -> str:
    """A blog's feed of these ``<item>`` elements."""
    return f'{XML}<rss version="2.0"><channel><title>Crumbs</title>{"".join(items)}</channel></rss>'


def post(number: int, title: str, text: str = "", at: str = "Sat, 21 Nov 2026 08:00:00 GMT") -> str:
    """One ``<item>`` of a blog."""
    return (
        f"<item><title>{title}</title><link>https://blog.example/{number}</link><guid>{number}</guid>"
        f"<pubDate>{at}</pubDate><description>{text}</description></item>"
    )


def json_feed(*items: object, **more: object) -> str:
    """A JSON Feed of these items."""
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": "Crumbs", "items": items}
    return json.dumps(whole | more)

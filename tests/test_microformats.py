from __future__ import annotations

from decimal import Decimal

from service.sites.page import Page

OLD = """<div class="hreview-aggregate"><span class="item"><b class="fn">Ann's Inn</b></span>
  <span class="rating"><span class="average">4.2</span> of <span class="best">5</span></span>
  <span class="count">12</span></div>
<div class="hreview"><span class="item"><span class="fn">Ann's Inn</span></span>
  <span class="reviewer vcard"><img alt=""><b class="fn">Bo</b> of Kent</span>
  <abbr class="dtreviewed" title="2012-01-02">last week</abbr>
  <span class="rating"><span class="value-title" title="4"></span></span>
  <b class="summary">Fine</b><p class="description">Good<br>bread.</p></div>
<div class="hreview"><span class="item"><span class="fn">Ann's Inn</span></span>
  <span class="reviewer">Cy</span><span class="dtreviewed">May 2, 2012</span>
  <span class="rating">3</span><p class="description">Fair.</p></div>"""

NEW = (
    """<article class="h-review"><a class="p-item h-card" href="/"><span class="p-name">Ann's Inn</span></a>
  <a class="p-author h-card" href="/bo">Bo</a>
  <time class="dt-published" datetime="2021-05-02T17:04:30Z">May</time>
  <data class="p-rating" value="4">four</data><div class="e-content"><p>Good.</p><p>Bread.</p></div>
  <a class="u-url" href="https://ann.example/r/771234">link</a></article>"""
    * 2
)


def test_the_old_format_gives_the_aggregate_and_its_reviews() -> None:
    facts = Page(OLD).schema
    assert facts.business is not None
    assert (facts.business.name, facts.rating, facts.best, facts.site_total) == (
        "Ann's Inn",
        Decimal("4.2"),
        5,
        12,
    )
    first, second = facts.items
    assert (first.author, first.rating, first.title, first.text) == ("Bo", 4, "Fine", "Good\nbread.")
    assert first.posted and second.posted and first.posted.at and second.posted.at
    assert (first.posted.at.date().isoformat(), second.posted.at.date().isoformat()) == (
        "2012-01-02",
        "2012-05-02",
    )
    assert (second.author, second.rating, second.text) == ("Cy", 3, "Fair.")


def test_the_new_format_gives_its_reviews() -> None:
    first = Page(NEW).schema.items[0]
    assert (first.author, first.rating, first.text) == ("Bo", 4, "Good.\nBread.")
    assert first.permalink == "https://ann.example/r/771234"
    assert first.posted and first.posted.shown == "2021-05-02T17:04:30Z"

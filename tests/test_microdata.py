from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from service.sites import microdata
from service.sites.nodes import Node
from tests.yardstick import in_yardsticks


def read(page: str, dialect: microdata.Dialect = microdata.MICRODATA) -> list[Node]:
    return microdata.items(LexborHTMLParser(page), dialect)


SHOP = """
<div itemscope itemtype="http://schema.org/Restaurant"><h1 itemprop="name">Bei &amp; Ann</h1>
  <div itemprop="review" itemscope itemtype="http://schema.org/Review">
    <meta itemprop="datePublished" content="2021-05-02"><a itemprop="author" href="/u/1">Bo</a>
    <div itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating">
      <span itemprop="ratingValue">4</span></div>
    <p itemprop="reviewBody">Good.<br>Very.</p><a itemprop="url" href="/r/77">link</a></div></div>"""


def test_scopes_nest_and_each_property_goes_to_the_nearest() -> None:
    assert read(SHOP) == [
        {
            "@type": ("Restaurant",),
            "name": "Bei & Ann",
            "review": {
                "@type": ("Review",),
                "datePublished": "2021-05-02",
                "author": "Bo",
                "reviewRating": {"@type": ("Rating",), "ratingValue": "4"},
                "reviewBody": "Good.\nVery.",
                "url": "/r/77",
            },
        }
    ]


def test_a_repeated_property_is_a_list() -> None:
    page = "<div itemscope><i itemprop=a>1</i><i itemprop=a>2</i><i itemprop=a>3</i></div>"
    assert read(page) == [{"@type": (), "a": ["1", "2", "3"]}]


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ('<meta itemprop="x" content="m">', "m"),
        ('<time itemprop="x" datetime="2021">last year</time>', "2021"),
        ('<link itemprop="x" href="https://a.example/">', "https://a.example/"),
        ('<img itemprop="x" src="/i.png">', "/i.png"),
        ('<data itemprop="x" value="5">five</data>', "5"),
        ('<meter itemprop="x" value="4">four</meter>', "4"),
        ('<span itemprop="x" content="5">five</span>', "5"),
        ('<abbr itemprop="x" title="5">five</abbr>', "5"),
        ('<span itemprop="x">five</span>', "five"),
    ],
)
def test_a_property_says_its_machine_form_where_it_has_one(element: str, told: str) -> None:
    assert read(f"<div itemscope>{element}</div>")[0]["x"] == told


def test_a_reference_brings_the_properties_that_stand_elsewhere() -> None:
    page = """<div itemscope itemref="more gone" itemtype="https://schema.org/Hotel"></div>
    <div id="more"><b itemprop="name">Inn</b>
    <div itemprop="review" itemscope><i itemprop="a">1</i></div></div>"""
    hotel = read(page)[0]
    assert (hotel["name"], hotel["review"]["a"]) == ("Inn", "1")


def test_references_in_a_circle_end() -> None:
    page = '<div id="a" itemscope itemref="b"></div><div id="b" itemscope itemprop="x" itemref="a"></div>'
    assert len(read(page)) == 2


def test_a_property_scope_without_an_owner_stands_by_itself() -> None:
    assert read('<div itemprop="review" itemscope><i itemprop="a">1</i></div>') == [{"@type": (), "a": "1"}]


def test_rdfa_gives_the_same_nodes() -> None:
    rdfa = SHOP.replace("itemscope itemtype", "typeof").replace("itemprop", "property")
    plain = rdfa.replace("http://schema.org/", "schema:")
    assert read(rdfa, microdata.RDFA) == read(plain, microdata.RDFA) == read(SHOP)


def test_the_forerunner_s_names_are_today_s() -> None:
    page = """<div itemscope itemtype="http://data-vocabulary.org/Review"><i itemprop="itemreviewed">Inn</i>
    <i itemprop="reviewer">Bo</i><time itemprop="dtreviewed" datetime="2012-01-02">then</time></div>"""
    assert read(page) == [
        {"@type": ("Review",), "itemReviewed": "Inn", "author": "Bo", "datePublished": "2012-01-02"}
    ]


def test_pages_that_do_not_speak_of_reviews_need_no_tree() -> None:
    assert list(microdata.spoken(SHOP)) == [microdata.MICRODATA]
    assert (
        list(microdata.spoken('<div itemscope itemtype="http://schema.org/WebSite"><i itemprop="url">')) == []
    )
    assert list(microdata.spoken('<meta property="og:title" content="review">')) == []
    assert list(microdata.spoken('<div typeof="Product"><i property="v:reviewer">')) == [microdata.RDFA]


@pytest.mark.parametrize(
    "piece",
    ["<p itemprop=a itemscope>", "<b itemprop=review>", "<i itemscope itemref=a id=a>", "<div itemscope>"],
)
def test_very_many_marks_are_read_in_time(piece: str) -> None:
    tree = LexborHTMLParser(piece * 4_000)
    began = time.process_time()
    microdata.items(tree)
    assert in_yardsticks(time.process_time() - began) < 100

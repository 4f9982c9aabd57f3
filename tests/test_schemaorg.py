from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Item, Scale
from service.sites.page import Page
from service.sites.schemaorg import Facts
from tests.yardstick import in_yardsticks

ADDRESS = "https://reviews.example/inn"


def review(n: int = 1, **given: Any) -> dict[str, Any]:
    told = {
        "@type": "Review",
        "author": {"@type": "Person", "name": f"Guest {n}"},
        "datePublished": f"2021-05-{n:02}",
        "reviewRating": {"@type": "Rating", "ratingValue": n % 5 + 1},
        "reviewBody": f"Words number {n} about the bread",
    }
    return {key: value for key, value in (told | given).items() if value is not None}


def shop(*reviews: Any, **given: Any) -> dict[str, Any]:
    told = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": "Ann's Inn",
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4.2", "reviewCount": "12"},
        "review": list(reviews),
    }
    return {key: value for key, value in (told | given).items() if value is not None}


def read(*documents: Any, url: str | None = ADDRESS, title: str = "", body: str = "") -> Facts:
    blocks = "".join(
        f'<script type="application/ld+json">{json.dumps(document)}</script>' for document in documents
    )
    return Page(f"<html><head><title>{title}</title>{blocks}</head><body>{body}</body></html>", url).schema


def only(facts: Facts) -> Item:
    assert len(facts.items) == 1
    return facts.items[0]


def authors(facts: Facts) -> list[str | None]:
    return [item.author for item in facts.items]


TWO = (review(1), review(2))
SHAPES = {
    "plain": [shop(*TWO)],
    "a graph": [
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "X"}, shop(*TWO)]}
    ],
    "lists of lists": [[[shop(*TWO)]]],
    "reviews in lists of lists": [shop([review(1)], [[review(2)]])],
    "a set": [shop(review={"@set": list(TWO)})],
    "a list object": [shop(review={"@list": list(TWO)})],
    "reviews, not review": [shop(review=None, reviews=list(TWO))],
    "without types": [shop(review(1, **{"@type": None}), review(2, **{"@type": None}))],
    "types in lists": [shop(review(1, **{"@type": ["Review"]}), review(2, **{"@type": ["Thing", "Review"]}))],
    "full names": [
        json.loads(
            json.dumps(shop(*TWO))
            .replace('"Review"', '"http://schema.org/Review"')
            .replace('"LocalBusiness"', '"https://schema.org/LocalBusiness"')
        )
    ],
    "prefixed": [
        {
            "@context": {"schema": "http://schema.org/"},
            "@type": "schema:LocalBusiness",
            "schema:name": "Ann's Inn",
            "schema:aggregateRating": {"schema:ratingValue": 4.2, "schema:reviewCount": 12},
            "schema:review": [
                {
                    "@type": "schema:Review",
                    **{f"schema:{key}": value for key, value in told.items() if key != "@type"},
                }
                for told in TWO
            ],
        }
    ],
    "another prefix": [
        {
            "@context": {"s": "https://schema.org/", "kind": "@type"},
            "kind": "s:LocalBusiness",
            "s:name": "Ann's Inn",
            "s:aggregateRating": {"s:ratingValue": 4.2, "s:reviewCount": 12},
            "s:review": [
                {"kind": ["s:Review"], **{f"s:{key}": value for key, value in told.items() if key != "@type"}}
                for told in TWO
            ],
        }
    ],
    "another prefix, in a list": [
        [
            {
                "@context": {"s": "http://schema.org/"},
                "@type": "s:LocalBusiness",
                "s:name": "Ann's Inn",
                "s:aggregateRating": {"s:ratingValue": 4.2, "s:reviewCount": 12},
                "s:review": [
                    {f"s:{key}": value for key, value in told.items() if key != "@type"} for told in TWO
                ],
            }
        ]
    ],
    "references to reviews": [
        {
            "@context": "https://schema.org",
            "@graph": [
                shop({"@id": "#a"}, {"@id": "#b"}),
                review(1, **{"@id": "#a"}),
                review(2, **{"@id": "#b"}),
            ],
        }
    ],
    "references to the business": [
        shop(review=None, **{"@id": "#inn"}),
        review(1, itemReviewed={"@id": "#inn"}),
        review(2, itemReviewed={"@id": "#inn"}),
    ],
    "reviews that name the business": [
        shop(review=None),
        review(1, itemReviewed={"@type": "Hotel", "name": "Ann's Inn"}),
        review(2, itemReviewed={"@type": "Hotel", "name": "Ann's Inn"}),
    ],
    "turned round": [shop(review=None, **{"@reverse": {"itemReviewed": list(TWO)}})],
    "turned round, review by review": [
        shop(review=None, **{"@id": "#inn"}),
        *(review(n, **{"@reverse": {"review": {"@id": "#inn"}}}) for n in (1, 2)),
    ],
    "the same block twice": [shop(*TWO), shop(*TWO)],
    "in two blocks": [shop(review(1)), shop(review(2))],
    "the rating by itself": [
        shop(*TWO, aggregateRating=None),
        {
            "@type": "AggregateRating",
            "itemReviewed": {"@type": "Hotel", "name": "Ann's Inn"},
            "ratingValue": 4.2,
            "reviewCount": 12,
        },
    ],
    "within a page": [{"@type": "WebPage", "mainEntity": shop(*TWO)}],
}


@pytest.mark.parametrize("documents", SHAPES.values(), ids=SHAPES)
def test_the_same_facts_come_out_of_every_shape(documents: list[Any]) -> None:
    facts = read(*documents)
    assert facts.business is not None
    assert (facts.business.name, facts.rating, facts.site_total) == ("Ann's Inn", Decimal("4.2"), 12)
    assert authors(facts) == ["Guest 1", "Guest 2"]
    assert [item.text for item in facts.items] == [told["reviewBody"] for told in TWO]
    assert [(item.rating, item.best, item.scale) for item in facts.items] == [
        (2, 5, Scale.STARS5),
        (3, 5, Scale.STARS5),
    ]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Bo", "Bo"),
        ("Bo &amp; Co", "Bo & Co"),
        ({"@type": "Person", "name": "Bo"}, "Bo"),
        ([{"@type": "Person", "name": "Bo"}, {"name": "Cy"}], "Bo"),
        ({"name": ["Bo", "Bob"]}, "Bo"),
        ({"name": {"@value": "Bo", "@language": "en"}}, "Bo"),
        ({"givenName": "Bo", "familyName": "Ek"}, "Bo Ek"),
        ("https://reviews.example/users/7", None),
        ({"@type": "Person"}, None),
        ("", None),
    ],
)
def test_an_author_is_a_name_however_it_is_told(author: Any, name: str | None) -> None:
    assert only(read(shop(review(author=author)))).author == name


@pytest.mark.parametrize(
    ("rating", "value", "best", "scale"),
    [
        ({"ratingValue": 4}, "4", "5", Scale.STARS5),
        ({"ratingValue": "4.5"}, "4.5", "5", Scale.STARS5),
        ({"ratingValue": "4,5"}, "4.5", "5", Scale.STARS5),
        ({"ratingValue": "4.5/5"}, "4.5", "5", Scale.STARS5),
        ({"ratingValue": "4.5 out of 5"}, "4.5", "5", Scale.STARS5),
        ({"ratingValue": 8, "bestRating": 10}, "8", "10", Scale.POINTS10),
        ({"ratingValue": "8", "bestRating": "10"}, "8", "10", Scale.POINTS10),
        ({"ratingValue": 8}, "8", "10", Scale.POINTS10),
        ({"ratingValue": "8/10"}, "8", "10", Scale.POINTS10),
        ({"ratingValue": 88, "bestRating": 100}, "88", "100", Scale.POINTS10),
        ("4", "4", "5", Scale.STARS5),
        (4, "4", "5", Scale.STARS5),
        ([{"reviewAspect": "Food", "ratingValue": 1}, {"ratingValue": 4}], "4", "5", Scale.STARS5),
        ({"ratingValue": 0}, None, None, Scale.NONE),
        ({"ratingValue": 0, "worstRating": 0}, "0", "5", Scale.STARS5),
        ({"ratingValue": "n/a"}, None, None, Scale.NONE),
        ({"ratingValue": "NaN"}, None, None, Scale.NONE),
        (None, None, None, Scale.NONE),
    ],
)
def test_a_rating_keeps_the_site_s_own_scale(
    rating: Any, value: str | None, best: str | None, scale: Scale
) -> None:
    item = only(read(shop(review(reviewRating=rating), aggregateRating=None)))
    assert item.rating == (value and Decimal(value))
    assert item.best == (best and Decimal(best))
    assert item.scale is scale


def test_ten_points_of_the_whole_are_ten_points_of_each() -> None:
    facts = read(shop(*TWO, aggregateRating={"ratingValue": "8,4", "bestRating": "10", "reviewCount": 3}))
    assert (facts.rating, facts.best) == (Decimal("8.4"), 10)
    assert [(item.best, item.scale) for item in facts.items] == [(10, Scale.POINTS10)] * 2


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ({"reviewCount": 5, "ratingCount": 90}, 5),
        ({"ratingCount": "4,109"}, 4109),
        ({"reviewCount": 0}, 0),
        ({"reviewCount": "many"}, None),
        ({}, None),
    ],
)
def test_the_total_is_of_reviews_and_of_ratings_only_where_nothing_else_is_said(
    given: dict[str, Any], total: int | None
) -> None:
    assert read(shop(aggregateRating={"ratingValue": 4, **given})).site_total == total


def test_texts_lose_entities_and_markup_and_nothing_is_none() -> None:
    told = review(description="Rosina&apos;s<br/>bread &amp; more", reviewBody=None)
    assert only(read(shop(told))).text == "Rosina's\nbread & more"
    assert only(read(shop(review(reviewBody=" ")))).text is None
    assert only(read(shop(review(reviewBody=["one", {"@value": "two"}])))).text == "one\ntwo"
    assert only(read(shop(review(reviewBody="cut off…")))).text_complete is False


def test_a_title_that_only_repeats_is_none() -> None:
    assert only(read(shop(review(name="Fine bread")))).title == "Fine bread"
    assert only(read(shop(review(name="Ann's Inn")))).title is None
    assert only(read(shop(review(name="Guest 1")))).title is None


def test_figures_of_dates_follow_the_page() -> None:
    facts = read(shop(review(1, datePublished="5/2/2021"), review(2, datePublished="28/2/2021")))
    assert [item.posted and item.posted.at and item.posted.at.isoformat()[:10] for item in facts.items] == [
        "2021-02-05",
        "2021-02-28",
    ]


def test_a_date_nobody_can_read_is_still_shown() -> None:
    posted = only(read(shop(review(datePublished="some spring")))).posted
    assert posted is not None
    assert (posted.shown, posted.at) == ("some spring", None)


def test_the_owner_s_comment_is_the_reply_and_nobody_else_s() -> None:
    by_owner = {"@type": "Comment", "author": {"@type": "Organization", "name": "Inn"}, "text": "Thanks"}
    by_name = {"@type": "Comment", "author": "Ann's Inn", "text": "Thanks", "datePublished": "2021-06-01"}
    by_guest = {"@type": "Comment", "author": {"@type": "Person", "name": "Di"}, "text": "I agree"}
    replies = [
        only(read(shop(review(comment=comment)))).reply
        for comment in (by_owner, [by_guest, by_name], by_guest, [])
    ]
    assert [reply and reply.text for reply in replies] == ["Thanks", "Thanks", None, None]
    assert replies[1] and replies[1].at and replies[1].at.shown == "2021-06-01"


def test_a_review_s_lasting_name_is_its_id_and_its_place_on_the_page_is_not() -> None:
    lasting = "https://reviews.example/#/schema/Review/6456378afe4e676d706281c4"
    assert only(read(shop(review(**{"@id": lasting})))).ids == (("schema", lasting),)
    assert only(read(shop(review(identifier="r-771")))).ids == (("schema", "r-771"),)
    assert only(read(shop(review(identifier={"@type": "PropertyValue", "value": 771})))).ids == (
        ("schema", "771"),
    )
    for place in ("#review-3", f"{ADDRESS}#review12", f"{ADDRESS}#/schema/Review/3", "_:b4", ADDRESS):
        assert only(read(shop(review(**{"@id": place})))).ids == ()


def test_a_permalink_leads_to_the_review_not_to_the_page() -> None:
    assert only(read(shop(review(url="/r/7")))).permalink == "https://reviews.example/r/7"
    assert only(read(shop(review(url=ADDRESS)))).permalink is None
    assert only(read(shop(review(url=f"{ADDRESS}#r7")))).permalink == f"{ADDRESS}#r7"
    assert only(read(shop(review(url="javascript:alert(1)")))).permalink is None


def test_a_review_published_elsewhere_says_where() -> None:
    def source(name: str) -> str | None:
        told = review(publisher={"@type": "Organization", "name": name})
        return only(read(shop(told))).syndicated_from

    assert source("Google") == "Google"
    assert source("Reviews.example") is None
    assert source("Ann's Inn") is None


def test_a_review_of_another_thing_is_left_out() -> None:
    facts = read(shop(review(1), review(2, itemReviewed={"@type": "Hotel", "name": "The Other"})))
    assert authors(facts) == ["Guest 1"]


def test_the_site_s_own_summary_is_no_review() -> None:
    summary = {
        "@type": "Review",
        "name": "Ann's Inn Review",
        "itemReviewed": {"@type": "Hotel", "name": "Ann's Inn"},
        "author": {"@type": "Person", "name": "Anonymous"},
        "positiveNotes": {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "name": "Bread"}]},
    }
    assert authors(read(shop(*TWO), summary)) == ["Guest 1", "Guest 2"]


def test_experts_and_fact_checkers_are_no_customers() -> None:
    assert read(shop(review(**{"@type": "CriticReview"}))).items == ()
    assert read(review(1, **{"@type": "ClaimReview"}), review(2, **{"@type": "ClaimReview"})).items == ()


def test_a_list_of_many_is_about_none_of_them() -> None:
    many = [shop(review(n), name=f"Inn {n}", url=f"https://reviews.example/{n}") for n in range(1, 6)]
    for facts in (
        read(*many),
        read({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": one} for one in many]}),
        read(*(review(n, itemReviewed={"@type": "Hotel", "name": f"Inn {n}"}) for n in range(1, 6))),
    ):
        assert (facts.business, facts.items, facts.others) == (None, (), 5)


def test_branches_of_one_name_are_many() -> None:
    branches = [shop(review(n), address={"streetAddress": f"{n} Mill Lane"}) for n in range(1, 6)]
    assert read(*branches).items == ()


def test_the_page_s_own_business_stands_out_among_its_neighbours() -> None:
    own = shop(*TWO, url=ADDRESS)
    others = [shop(review(n), name=f"Inn {n}", url=f"https://reviews.example/{n}") for n in range(3, 9)]
    assert authors(read(*others, own)) == ["Guest 1", "Guest 2"]
    assert authors(read(shop(*TWO), others[0], title="Ann's Inn - Reviews")) == ["Guest 1", "Guest 2"]
    unheard = [shop(name=f"Inn {n}") for n in range(3, 9)]
    assert authors(read(shop(*TWO), *unheard, title="Ann's Inn")) == ["Guest 1", "Guest 2"]


def test_goods_beside_a_business_are_not_its_reviews() -> None:
    product = shop(review(7), **{"@type": "Product", "name": "Bread knife"})
    assert authors(read(shop(*TWO), product)) == ["Guest 1", "Guest 2"]


def test_one_review_alone_is_somebody_s_article() -> None:
    article = review(itemReviewed={"@type": "Restaurant", "name": "Ann's Inn"})
    assert read({"@type": "BlogPosting", "headline": "A night out"}, article).items == ()


@pytest.mark.parametrize("kind", ["Recipe", "recipe", "ExtendedRecipe", "NewsArticle", "BlogPosting"])
def test_a_page_about_a_work_says_so_whoever_publishes_it(kind: str) -> None:
    work = {"@type": kind, "name": "Rye scones", "publisher": {"@type": "Organization", "name": "Crumbs"}}
    publisher = shop(review=None, **{"@type": "Organization", "name": "Crumbs"})
    assert read(work, publisher).is_work
    assert read(work, [review(1), review(2)]).is_work
    assert read(work, body=MARKED.format(n=1, text="Too dry for me") * 2).is_work
    assert not read(shop(*TWO)).is_work


def test_a_business_s_facts_are_read() -> None:
    address = {
        "@type": "PostalAddress",
        "streetAddress": "1 Mill Lane",
        "addressLocality": "Ashford",
        "addressRegion": "Kent",
        "postalCode": "TN23",
        "addressCountry": {"@type": "Country", "name": "UK"},
    }
    business = read(shop(address=address, telephone="+44 1233 496 0123")).business
    assert business is not None
    assert (business.address, business.phone) == ("1 Mill Lane, Ashford, Kent TN23, UK", "+44 1233 496 0123")
    plain = read(shop(address="1 Mill Lane, Ashford")).business
    assert plain is not None and plain.address == "1 Mill Lane, Ashford"


MICRODATA = """<div itemscope itemtype="http://schema.org/LocalBusiness"><b itemprop="name">Ann's Inn</b>
  <i itemprop="telephone">555 0100</i>{reviews}</div>"""
MARKED = """<div itemprop="review" itemscope itemtype="http://schema.org/Review">
  <i itemprop="author">Guest {n}</i><meta itemprop="datePublished" content="2021-05-0{n}">
  <p itemprop="reviewBody">{text}</p></div>"""


def test_microdata_fills_what_json_ld_leaves_out_field_by_field() -> None:
    marked = "".join(MARKED.format(n=n, text=review(n)["reviewBody"]) for n in (1, 2, 3))
    undated = [review(n, datePublished=None, reviewBody=review(n)["reviewBody"] + ", whole") for n in (1, 2)]
    facts = read(shop(*undated), body=MICRODATA.format(reviews=marked))
    assert authors(facts) == ["Guest 1", "Guest 2", "Guest 3"]
    assert facts.business is not None and facts.business.phone == "555 0100"
    assert [item.posted and item.posted.shown for item in facts.items] == [f"2021-05-0{n}" for n in (1, 2, 3)]
    assert [item.rating for item in facts.items] == [2, 3, None]


def test_microdata_of_another_business_fills_nothing() -> None:
    marked = MARKED.format(n=7, text="Something about another place") * 2
    facts = read(
        shop(review(1, datePublished=None)), body=MICRODATA.replace("Ann's", "Zoe's").format(reviews=marked)
    )
    assert authors(facts) == ["Guest 1"]


def test_the_site_s_own_imprint_hides_no_listing() -> None:
    imprint = {
        "@type": "LocalBusiness",
        "name": "Handy Towns Ltd",
        "address": "1 Office Park",
        "telephone": "1",
    }
    assert authors(read(imprint, shop(*TWO))) == ["Guest 1", "Guest 2"]
    marked = MARKED.format(n=7, text="Good bread at the inn") + MARKED.format(n=8, text="Fine tea at the inn")
    assert authors(read(imprint, body=MICRODATA.format(reviews=marked))) == ["Guest 7", "Guest 8"]


def test_whole_json_ld_needs_no_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Page, "tree", property(lambda _page: pytest.fail("the tree was built")))
    assert len(read(shop(*TWO), body=MICRODATA).items) == 2


@pytest.mark.shared
def test_schema_org_s_own_examples_say_the_same_in_each_syntax(shared: Path) -> None:
    examples = shared / "structured" / "schemaorg-review-snippets"
    compared = 0
    for other in [*examples.glob("*.microdata.html"), *examples.glob("*.rdfa.html")]:
        json_ld = examples / f"{other.name.split('.')[0]}.json.html"
        if not json_ld.exists():
            continue
        first, second = (Page(path.read_text(encoding="utf-8")).schema for path in (json_ld, other))
        compared += 1
        assert (first.rating, first.best, first.site_total, first.items) == (
            second.rating,
            second.best,
            second.site_total,
            second.items,
        ), other.name
    assert compared >= 20


KEYS = st.sampled_from((
    "@type", "@id", "@graph", "@list", "@value", "@reverse", "@context", "review", "reviews", "author",
    "name", "reviewRating", "ratingValue", "bestRating", "aggregateRating", "reviewCount", "datePublished",
    "url", "reviewBody", "itemReviewed", "comment", "text", "identifier", "address", "publisher", "s:review",
))  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["Review", "LocalBusiness", "#a", "#b", "5/5", "schema:Review", "2021-13-45", "http://[::1"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@given(st.lists(VALUES, max_size=4), st.sampled_from([None, ADDRESS, "http://[bad", "https://x.uk/"]))
def test_no_markup_makes_reading_raise(documents: list[Any], url: str | None) -> None:
    facts = read(*documents, url=url)
    for item in facts.items:
        assert item.text != "" and item.author != ""
        assert item.rating is None or (item.best is None or 0 <= item.rating <= item.best)


@pytest.mark.parametrize(
    "documents",
    [
        [shop(*(review(n % 9 + 1) for n in range(3_000)))],
        [shop(name=f"Inn {n}") for n in range(3_000)],
        [shop(url=f"https://reviews.example/{n}") for n in range(3_000)],
        [
            {"@id": "#a", "review": {"@id": "#b"}},
            {"@id": "#b", "review": {"@id": "#a"}, "itemReviewed": {"@id": "#b"}},
        ],
    ],
    ids=["reviews", "names", "namesakes", "circle"],
)
def test_very_much_markup_is_read_in_time(documents: list[Any]) -> None:
    began = time.process_time()
    read(documents)
    assert in_yardsticks(time.process_time() - began) < 100

"""Which schema.org types are nobody's branch.

In small letters: pages are not careful about them.
"""

from __future__ import annotations

# Where one of these is what a page is about, its reviews are the work's.
PAGES_OF_THEIR_OWN = frozenset({
    "article", "newsarticle", "blogposting", "liveblogposting", "report", "techarticle", "scholarlyarticle",
    "recipe", "extendedrecipe", "howto", "guide", "movie", "tvseries", "book",
})  # fmt: skip
WORKS = PAGES_OF_THEIR_OWN | frozenset({
    "blog", "tvepisode", "episode", "podcastepisode", "audiobook", "musicalbum", "musicgroup", "question",
    "musicrecording", "videoobject", "imageobject", "creativework", "creativeworkseries", "game", "quiz",
    "videogame", "discussionforumposting", "socialmediaposting", "dataset", "jobposting",
})  # fmt: skip
# Sold, or a page's own furniture.
GOODS = frozenset({
    "product", "productgroup", "productmodel", "individualproduct", "someproducts", "vehicle", "car",
    "motorcycle", "softwareapplication", "mobileapplication", "webapplication", "course", "event",
    "itemlist", "webpage", "website", "collectionpage", "searchresultspage", "breadcrumblist", "listitem",
    "propertyvalue",
})  # fmt: skip
# Too vague to be a branch unless somebody rates it: the site's own imprint.
VAGUE = frozenset({
    "organization", "corporation", "person", "brand", "postaladdress", "administrativearea", "country",
    "city",
})  # fmt: skip

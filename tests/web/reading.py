"""Reading what a page of the desk says."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse


def form_token(page: TestResponse) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found, "the page has no form"
    return found[1]


def names_in_order(page: TestResponse) -> list[str]:
    return re.findall(r'<a href="/reviews/\d+"><bdi>([^<]*)</bdi>', page.text)

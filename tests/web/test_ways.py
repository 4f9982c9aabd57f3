"""Ways on: paths of this very origin, and nothing a browser reads as another address."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from service.web.ways import inside

HERE = "https://bell.example.com/sign-in"


def test_a_path_of_ours_stays_as_it_is() -> None:
    for path in ("/", "/reviews/12", "/?state=all&branch=a%20b", "/health#listing-1", "/sites/a:b"):
        assert inside(path) == path


@given(st.text(alphabet="/\\:?#@.%x\t\n ", max_size=12) | st.text(max_size=30))
def test_no_text_leads_to_another_site(text: str) -> None:
    where = urljoin(HERE, inside(text).replace("\\", "/"))
    assert urlsplit(where).netloc == "bell.example.com"
    assert inside(text).startswith("/")

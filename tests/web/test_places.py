"""Places: by what tries are counted, whoever stands between."""

from __future__ import annotations

import pytest

from service.web.places import place_of


@pytest.mark.parametrize(
    ("remote", "header", "place"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("93.184.216.34", "1.2.3.4", "93.184.216.34"),
        ("127.0.0.1", "1.2.3.4, 93.184.216.34", "93.184.216.34"),
        ("10.1.2.3", "93.184.216.34", "93.184.216.34"),
        ("::ffff:10.1.2.3", "93.184.216.34", "93.184.216.34"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("2a00:1450:1:2:aaaa::1", "", "2a00:1450:1:2::/64"),
        ("2a00:1450:1:2:bbbb::9", "9.9.9.9", "2a00:1450:1:2::/64"),
        ("127.0.0.1", "x" * 900, "x" * 45),
        ("", "", ""),
    ],
)
def test_a_place_is_the_peer_or_what_our_own_proxy_says(remote: str, header: str, place: str) -> None:
    assert place_of(remote, header) == place

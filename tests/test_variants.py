"""Which wording was used last at a branch: uses as far as they matter."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.replies.variants import Use, Uses
from tests.conftest import NOW

USES = st.lists(
    st.builds(
        Use,
        st.sampled_from("ab"),
        st.sampled_from("xy"),
        st.integers(1, 3),
        st.integers(0, 5).map(lambda days: NOW - timedelta(days=days)),
    ),
    max_size=12,
)


@given(USES)
@settings(max_examples=60)
def test_uses_tell_the_latest_of_each_wording_in_whatever_order_they_come(uses: list[Use]) -> None:
    kept = Uses(uses)
    for pack, item in ((pack, item) for pack in "ab" for item in "xy"):
        of = [use for use in uses if (use.pack, use.item) == (pack, item)]
        used = {n: max(use.at for use in of if use.variant == n) for n in {use.variant for use in of}}
        assert kept.of(pack, item) == used
        last = max(uses, key=lambda use: (use.at, use.pack, use.item), default=None)
        assert kept.ended_with(pack, item) is (last is not None and (last.pack, last.item) == (pack, item))


def test_uses_do_not_grow_with_what_is_used_again() -> None:
    kept = Uses()
    for seconds in range(100):
        kept.add(Use("test", "thanks", seconds % 3, NOW + timedelta(seconds=seconds)))
    assert kept.of("test", "thanks") == {n: NOW + timedelta(seconds=97 + (n - 97) % 3) for n in range(3)}

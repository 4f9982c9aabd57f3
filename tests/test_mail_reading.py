"""A mail's words: what is of a shape we know is read, all else is shown, and nothing is guessed."""

from __future__ import annotations

import pytest

from tests import letters


@pytest.mark.parametrize("case", letters.cases())
def test_each_mail_reads_as_its_pair_says(case: str) -> None:
    assert letters.read(case) == letters.told(case)["expected"]

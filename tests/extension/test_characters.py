"""The extension counts characters as the service does: the same samples are held against both."""

from __future__ import annotations

import json

import pytest

from service.replies.normal import clusters
from tests.extension.conftest import SOURCE

SAMPLES = json.loads((SOURCE / "test" / "characters.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "count"), SAMPLES)
def test_the_service_counts_what_the_extension_counts(text: str, count: int) -> None:
    assert clusters(text) == count

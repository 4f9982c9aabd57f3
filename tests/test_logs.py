"""What is logged: our own loggers as loud as is set, nobody else's louder for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from service.cli.logs import OURS, speak
from service.engine.boundary import attempt
from service.settings import read_settings

FAILED = "ERROR shopbell.engine: looking failed: ValueError"


@pytest.fixture
def quiet() -> Iterator[None]:
    """Our loggers as they were, afterwards."""
    ours = logging.getLogger(OURS)
    before, level = list(ours.handlers), ours.level
    yield
    ours.handlers[:] = before
    ours.setLevel(level)


def fail() -> None:
    raise ValueError("Marta K. wrote this")


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("error", ["ERROR shopbell.engine: looking failed: ValueError"]),
        (
            "debug",
            ["DEBUG shopbell.engine: reading ended", "ERROR shopbell.engine: looking failed: ValueError"],
        ),
    ],
)
def test_our_loggers_say_as_much_as_is_set(
    quiet: None, capsys: pytest.CaptureFixture[str], level: str, said: list[str]
) -> None:
    others = logging.getLogger("httpx2").getEffectiveLevel()
    for _ in range(2):
        speak(read_settings({"SHOPBELL_LOG_LEVEL": level}))
    attempt("reading", lambda: None)
    attempt("looking", fail)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" at ")[0] for line in lines] == said
    assert logging.getLogger("httpx2").getEffectiveLevel() == others
    assert "Marta" not in "".join(lines)

"""What the processes that keep running say on their standard error: of our own loggers, as much as is set."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings

OURS = "shopbell"


def speak(settings: Settings) -> None:
    """Let our loggers say what is set and no less important. Others' are left alone: they may quote.

    The time is not said: whoever keeps the log of a process adds it.
    """
    ours = logging.getLogger(OURS)
    ours.setLevel(settings.log_level.upper())
    if not ours.handlers:
        heard = logging.StreamHandler()
        heard.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        ours.addHandler(heard)

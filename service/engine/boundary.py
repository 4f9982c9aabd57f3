"""The job boundary: one of the two places in the service where any error at all is caught.

A job that fails is logged by name and by the line it failed at, never by what it was working on, and the
others go on. What kind of error it was is handed on, so that it can be shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from service.errors import described

log = logging.getLogger("shopbell.engine")


def attempt(
    name: str, work: Callable[[], object], failed: Callable[[Exception], object] | None = None
) -> bool:
    """Do ``work``; answer whether it ended well. ``failed`` records the error, and may itself fail once."""
    try:
        work()
    except Exception as error:  # noqa: BLE001  # the job boundary
        log.error("%s failed: %s", name, described(error))
        raised = error
    else:
        log.debug("%s ended", name)
        return True
    if failed is not None:
        attempt(f"recording that {name} failed", lambda: failed(raised))
    return False

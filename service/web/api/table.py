"""Every endpoint of the API, in the order of the documents."""

from __future__ import annotations

from service.web.api import capturing, checking, inserting, misfit, pair, person, suggesting, telling
from service.web.api.endpoint import Endpoint

MODULES = (pair, person, suggesting, inserting, checking, telling, capturing, misfit)
"""What each of these exports as ``ENDPOINTS`` is served and documented."""

ENDPOINTS: tuple[Endpoint, ...] = tuple(one for module in MODULES for one in module.ENDPOINTS)

"""A manager on a phone: takes a review offline, keeps its case, tells how it ended."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.models import CaseFile
from tests.browser.test_answering import PHONE, Shop, shop, sound
from tests.browser.test_screens import browser

__all__ = ["browser", "shop"]

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.mark.parametrize("scripts", [False, True], ids=["without a script", "with it"])
def test_from_offline_to_reported_back(browser: Any, shop: Shop, scripts: bool) -> None:
    review = shop.rows.review(shop.listing, permalink=f"{shop.base}/healthz")
    with browser.new_context(viewport=PHONE, java_script_enabled=scripts) as visit:
        page = visit.new_page()
        page.goto(f"{shop.base}/reviews/{review}")
        page.get_by_role("button", name="Take it offline").click()
        page.get_by_label("What happened").select_option("called")
        page.get_by_label("In your words, if any are needed").first.fill("She was out.")
        page.get_by_role("button", name="Write it down").click()
        assert "waits for them" in page.inner_text("#case")
        assert "She was out." in page.inner_text("#case")
        if scripts:  # axe needs them itself
            sound(page)
        page.get_by_text("What came of it").click()
        page.get_by_label("It ended so").select_option("put_right")
        page.get_by_role("button", name="End the case").click()
        assert "To be reported back in public by" in page.inner_text("#case")
        if scripts:  # axe needs them itself
            sound(page)
        page.get_by_role("link", name="The approved words for it").click()
        page.locator("[name^=blank-]").first.fill("put two more cooks on at lunch")
        page.get_by_role("button", name="Copy and open").click()
        page.get_by_role("button", name="Posted", exact=True).click()
        assert "Reported back in public" in page.inner_text("#case")
    with shop.database.reading() as session:
        case = session.scalars(select(CaseFile).where(CaseFile.review_id == review)).one()  # type: ignore[arg-type]
        assert case.reported_back is not None

"""Chromium, through Playwright's persistent context."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.extension.browsers import Browser, ScriptFailed, Tab
from tests.provision import browsers


class Chromium(Browser):
    """``extension`` is an unpacked folder; port 443 of every host is ``port`` on loopback."""

    name = "chromium"

    def __init__(self, program: str, extension: Path, port: int) -> None:
        with ExitStack() as opened:
            folder = opened.enter_context(
                TemporaryDirectory(prefix="shopbell-chromium-", ignore_cleanup_errors=True)
            )
            playwright = opened.enter_context(sync_playwright())
            self._context: BrowserContext = playwright.chromium.launch_persistent_context(
                folder, executable_path=program, headless=True, args=_arguments(extension, port)
            )
            opened.callback(self._context.close)
            worker = next(iter(self._context.service_workers), None)
            worker = worker or self._context.wait_for_event("serviceworker")
            self._open = opened.pop_all()
        self.origin = worker.url.removesuffix("background.js")

    def tab(self) -> ChromiumTab:
        self._front = ChromiumTab(self._context.new_page())
        return self._front

    def press_action(self) -> None:
        assert self._context.browser is not None
        session = self._context.browser.new_browser_cdp_session()  # a page's own may not press there
        front = self._front.session.send("Target.getTargetInfo")["targetInfo"]
        targets = session.send("Target.getTargets", {"filter": [{"type": "tab"}]})["targetInfos"]
        [tab] = [
            one for one in targets if one["url"] == front["url"]
        ]  # two tabs at one address are one too many
        extension = self.origin.split("/")[2]
        session.send("Extensions.triggerAction", {"id": extension, "targetId": tab["targetId"]})
        session.detach()

    def stop_worker(self) -> None:
        session = self.harness.session  # type: ignore[attr-defined]
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")

    def close(self) -> None:
        self._open.close()


class ChromiumTab(Tab):
    """A page of Playwright's, spoken to in Chromium's own protocol where a page's CSP would forbid more."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def run(self, expression: str) -> Any:
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": False}
        said = self.session.send("Runtime.evaluate", asked)
        if failed := said.get("exceptionDetails"):
            raise ScriptFailed(failed.get("exception", {}).get("description") or failed["text"])
        return said["result"].get("value")

    def go(self, address: str) -> None:
        self.page.goto(address)

    def press_at(self, x: float, y: float) -> None:
        self.page.mouse.click(x, y)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def close(self) -> None:
        self.page.close()


def _arguments(extension: Path, port: int) -> list[str]:
    return [
        *browsers.arguments(),
        f"--disable-extensions-except={extension}",
        f"--load-extension={extension}",
        "--disable-quic",
        "--disable-component-update",
        f"--host-resolver-rules=MAP * 127.0.0.1:{port}, EXCLUDE 127.0.0.1",
        "--ignore-certificate-errors",
    ]

"""Chromium, through Playwright's persistent context."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from tests.extension import deadline
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
            assert self._context.browser is not None
            self._whole = self._context.browser.new_browser_cdp_session()  # what a page's own may not do
            self._pid = _process(self._whole)
            worker = next(iter(self._context.service_workers), None)
            worker = worker or self._context.wait_for_event("serviceworker")
            self._open = opened.pop_all()
        self.origin = worker.url.removesuffix("background.js")

    def tab(self) -> ChromiumTab:
        with self.within("a new tab"):
            self._front = ChromiumTab(self._context.new_page(), self._pid)
        return self._front

    def within(self, what: str) -> AbstractContextManager[None]:
        """Let it answer in time."""
        return deadline.within(self._pid, what)

    def press_action(self) -> None:
        with self.within("a press on the action"):
            front = self._front.session.send("Target.getTargetInfo")["targetInfo"]
            targets = self._whole.send("Target.getTargets", {"filter": [{"type": "tab"}]})["targetInfos"]
            # Two tabs at one address are one too many.
            [tab] = [one for one in targets if one["url"] == front["url"]]
            extension = self.origin.split("/")[2]
            self._whole.send("Extensions.triggerAction", {"id": extension, "targetId": tab["targetId"]})

    def stop_worker(self) -> None:
        session = self.harness.session  # type: ignore[attr-defined]
        with self.within("the worker's end"):
            session.send("ServiceWorker.enable")
            session.send("ServiceWorker.stopAllWorkers")

    def close(self) -> None:
        with self.within("its end"):
            self._open.close()


class ChromiumTab(Tab):
    """A page of Playwright's, spoken to in Chromium's own protocol where a page's CSP would forbid more."""

    def __init__(self, page: Page, pid: int) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self._pid = pid

    def run(self, expression: str) -> Any:
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": False}
        with deadline.within(self._pid, expression):
            said = self.session.send("Runtime.evaluate", asked)
        if failed := said.get("exceptionDetails"):
            raise ScriptFailed(failed.get("exception", {}).get("description") or failed["text"])
        return said["result"].get("value")

    def go(self, address: str) -> None:
        with deadline.within(self._pid, address):
            self.page.goto(address, timeout=0)

    def press_at(self, x: float, y: float) -> None:
        with deadline.within(self._pid, f"a press at {x:.0f}, {y:.0f}"):
            self.page.mouse.click(x, y)

    def type(self, text: str) -> None:
        with deadline.within(self._pid, f"keys: {text}"):
            self.page.keyboard.type(text)

    def close(self) -> None:
        with deadline.within(self._pid, "a tab's end"):
            self.page.close()


def _process(session: CDPSession) -> int:
    """The browser's own process, to which all others belong."""
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    [pid] = [one["id"] for one in told if one["type"] == "browser"]
    return int(pid)


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

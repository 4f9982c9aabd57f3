"""Chromium, through Playwright's persistent context."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from tests.extension import deadline
from tests.extension.browsers import PATIENCE, Browser, ScriptFailed, Tab
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

    def popup(self) -> ChromiumPopup:
        """The popup that a press on the action opened: its own window, as she sees it."""
        until = monotonic() + PATIENCE
        while monotonic() < until:
            told = self._whole.send("Target.getTargets")["targetInfos"]
            if found := [one for one in told if one["url"] == f"{self.origin}popup.html"]:
                return ChromiumPopup(self._whole, found[0]["targetId"], self._front.page, self._pid)
            self._front.page.wait_for_timeout(30)
        raise AssertionError("no popup was opened")

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


class ChromiumPopup(Tab):
    """The window of the action. Playwright knows no such page, so it is spoken to through the browser.

    ``page`` is one of Playwright's: while it waits, answers come in.
    """

    def __init__(self, whole: CDPSession, target: str, page: Page, pid: int) -> None:
        self._whole, self._page, self._pid = whole, page, pid
        self._answers: dict[int, dict[str, Any]] = {}
        self._numbers = count(1)
        whole.on("Target.receivedMessageFromTarget", self._hear)
        self._session = whole.send("Target.attachToTarget", {"targetId": target})["sessionId"]

    def run(self, expression: str) -> Any:
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        said = self._send("Runtime.evaluate", asked)
        if failed := said.get("exceptionDetails"):
            raise ScriptFailed(failed["text"])
        return said["result"].get("value")

    def go(self, address: str) -> None:
        self._send("Page.navigate", {"url": address})

    def press_at(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self._send(
                "Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            )

    def type(self, text: str) -> None:
        for letter in text:
            self._send("Input.dispatchKeyEvent", {"type": "char", "text": letter})

    def close(self) -> None:
        self.run("(window.close(), '')")

    def _send(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        message = json.dumps({"id": number, "method": method, "params": params})
        with deadline.within(self._pid, method):
            self._whole.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})
            while number not in self._answers:
                self._page.wait_for_timeout(10)
        said = self._answers.pop(number)
        if "error" in said:
            raise ScriptFailed(said["error"]["message"])
        result: dict[str, Any] = said["result"]
        return result

    def _hear(self, event: dict[str, Any]) -> None:
        said = json.loads(event["message"])
        if event["sessionId"] == self._session and "id" in said:
            self._answers[said["id"]] = said


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

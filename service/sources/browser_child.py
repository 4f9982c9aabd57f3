"""The process the browser lives in: it reads addresses by line, answers each with a page, ends when idle.

Started by ``sources.browser``; nothing else imports it. It is a process of its own so that Playwright, and
what a page does to a browser, cost the service neither memory nor its life. ``Orders`` are its argument, as
JSON; then, in lines, ``{"url", "language"}`` for each page, and back comes ``{"status", "url", "headers",
"html"}`` or ``{"failed", "why"}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from service.net.allow import AllowList
from service.net.guard import Guard
from service.sentences import say
from service.sources.browser_gate import Gate
from service.sources.browser_page import Orders, Reader

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",  # without it the browser goes to 127.0.0.1 past the gate
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # it resolves no name itself, for anything
    "--disable-quic",
    "--force-webrtc-ip-handling-policy",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-sync",
    "--blink-settings=imagesEnabled=false",
    "--js-flags=--max-old-space-size=256",
)
LAUNCH_SECONDS = 60.0  # on a machine with much else to do
ENDED = say("the browser ended before the page was read")
NO_SANDBOX = say(
    "no browser could be started: this system forbids Chromium its sandbox; the Chromium "
    "or Chrome of its own packages may have it"
)
NOT_STARTED = say("no browser could be started: install Chromium, or name one in SHOPBELL_BROWSER")


def main() -> None:
    """Serve standard input until it ends, or until nothing came for ``idle`` seconds."""
    asyncio.run(_serve(Orders(**json.loads(sys.argv[1]))))


async def _serve(orders: Orders) -> None:
    from playwright.async_api import Error, async_playwright

    asked = _lines()
    guard = Guard(AllowList.parse(orders.allow))
    gate = Gate(guard, orders.traffic)
    async with gate.listening(), async_playwright() as playwright:
        try:
            browser = await _launch(playwright, orders, gate.port)
        except Error as error:
            why = NO_SANDBOX if "No usable sandbox" in error.message else NOT_STARTED
            _say({"failed": "refused", "why": why})
            return
        gone = asyncio.Event()
        browser.on("disconnected", lambda _browser: gone.set())
        reader = Reader(browser, gate, guard, orders)
        while not gone.is_set() and (line := await _next(asked, orders.idle)):
            _say(await _unless(gone, reader.open(**json.loads(line))))
        await browser.close()


async def _unless(gone: asyncio.Event, opening: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """What ``opening`` comes to; a browser that is gone may leave it waiting for ever."""
    ours, theirs = asyncio.ensure_future(opening), asyncio.ensure_future(gone.wait())
    await asyncio.wait((ours, theirs), return_when=asyncio.FIRST_COMPLETED)
    theirs.cancel()
    return await ours if ours.done() else {"failed": "unreachable", "why": ENDED}


async def _launch(playwright: Playwright, orders: Orders, port: int) -> Browser:
    return await playwright.chromium.launch(
        executable_path=orders.executable,
        chromium_sandbox=orders.sandbox,
        args=[f"--proxy-server=socks5://127.0.0.1:{port}", *ARGUMENTS],
        timeout=LAUNCH_SECONDS * 1000,
    )


def _lines() -> asyncio.Queue[str]:
    """Standard input as a queue; "" is its end. The thread dies with the process, whatever it waits for."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        line = "-"
        while line:
            line = sys.stdin.readline()
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    return lines


async def _next(lines: asyncio.Queue[str], seconds: float) -> str:
    try:
        return await asyncio.wait_for(lines.get(), seconds)
    except TimeoutError:
        return ""


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

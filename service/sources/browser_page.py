"""One page, opened in the browser and read as its scripts left it. Runs in the browser's own process."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.errors import LookFailed, NotAListing, Refused, Unreachable
from service.net.guard import Guard
from service.sentences import say
from service.sources.browser_gate import Gate

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Request, Response, Route

NOT_LOADED = frozenset({"beacon", "font", "image", "manifest", "media", "ping", "prefetch", "texttrack"})

_NET_ERROR = re.compile(r"net::(ERR_[A-Z_]{1,60})")


@dataclass(frozen=True, slots=True)
class Orders:
    """How to run; seconds and bytes. ``allow`` is the operator's allow-list as written."""

    allow: list[str]
    user_agent: str
    executable: str | None
    sandbox: bool
    idle: float
    load: float
    settle: float
    size: int
    traffic: int


class Reader:
    """Opens one page at a time, each in a context of its own: nothing is kept from one to the next."""

    def __init__(self, browser: Browser, gate: Gate, guard: Guard, orders: Orders) -> None:
        self._browser = browser
        self._gate = gate
        self._guard = guard
        self._orders = orders
        self._agent = ""

    async def open(self, url: str, language: str | None) -> dict[str, Any]:
        """The page as its scripts left it, or why there is none."""
        self._gate.open()
        try:
            await asyncio.to_thread(self._guard.check, url)
            context = await self._context(language)
            try:
                return await self._read(context, url)
            finally:
                await context.close()
        except LookFailed as error:
            return {"failed": error.outcome.value, "why": error.evidence[0]}
        finally:
            self._gate.shut()

    async def _context(self, language: str | None) -> BrowserContext:
        self._agent = self._agent or f"{await self._own_name()} {self._orders.user_agent}"
        context = await self._browser.new_context(
            user_agent=self._agent,
            extra_http_headers={"Accept-Language": language} if language else {},
            accept_downloads=False,
            service_workers="block",
        )
        await context.route("**/*", _only_text)
        await context.route_web_socket(re.compile(""), lambda channel: channel.close())
        return context

    async def _own_name(self) -> str:
        page = await self._browser.new_page()
        try:
            return str(await page.evaluate("navigator.userAgent"))
        finally:
            await page.close()

    async def _read(self, context: BrowserContext, url: str) -> dict[str, Any]:
        from playwright.async_api import Error, TimeoutError

        page = await context.new_page()
        context.on("page", _close)
        visit = Visit(page)
        try:
            await page.goto(url, wait_until="domcontentloaded", timeout=self._orders.load * 1000)
            with suppress(TimeoutError):
                await page.wait_for_load_state("networkidle", timeout=self._orders.settle * 1000)
            self._require_bounded_traffic()
            html = await self._content(page)
        except TimeoutError:
            self._require_bounded_traffic()
            raise Unreachable(
                say("no complete page in %(load)s seconds", load=f"{self._orders.load:g}")
            ) from None
        except Error as error:
            raise self._in_words(error.message, visit) from None
        if page.url.startswith("chrome-error:"):
            raise self._in_words("", visit)
        answer = visit.answers[-1]
        return {"status": answer.status, "url": page.url, "headers": answer.headers, "html": html}

    async def _content(self, page: Page) -> str:
        too_large = Refused(
            say("the page is larger than %(size)s MB", size=f"{self._orders.size / 1_000_000:g}")
        )
        if await page.evaluate("document.documentElement.outerHTML.length") > self._orders.size:
            raise too_large
        html = await page.content()
        if len(html) > self._orders.size:  # what a page says of itself may be a lie
            raise too_large
        return html

    def _require_bounded_traffic(self) -> None:
        if self._gate.overfull:
            raise Refused(
                say(
                    "the page loads more than %(traffic)s MB", traffic=f"{self._orders.traffic / 1_000_000:g}"
                )
            )

    def _in_words(self, message: str, visit: Visit) -> LookFailed:
        """What the browser's failure was; of its message only the name of the error is repeated."""
        self._require_bounded_traffic()
        if refused := self._gate.refusal_of(visit.failed):
            return Refused(refused)
        if "Download is starting" in message:
            return NotAListing(say("not a page but a download"))
        found = _NET_ERROR.search(message)
        return Unreachable(
            say(
                "the browser could not open the page (%(found)s)",
                found=found[1] if found else "no reason told",
            )
        )


class Visit:
    """What became of the page's own document: its answers, redirects and all, and what failed at the end."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        self.failed = ""
        self._page = page
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)

    def _answered(self, response: Response) -> None:
        if self._is_ours(response.request):
            self.answers.append(response)

    def _failed(self, request: Request) -> None:
        if self._is_ours(request):
            self.failed = request.url

    def _is_ours(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame


async def _only_text(route: Route) -> None:
    from playwright.async_api import Error

    with suppress(Error):  # the page may be gone by now
        if route.request.resource_type in NOT_LOADED:
            await route.abort()
        else:
            await route.continue_()


async def _close(popup: Page) -> None:
    from playwright.async_api import Error

    with suppress(Error):
        await popup.close()

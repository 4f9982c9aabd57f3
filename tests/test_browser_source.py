"""Looking with a real browser, at pages that mean no good."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path

import pytest

from service.domain import Look, Outcome
from service.errors import NotAListing, Refused, Unreachable
from service.net.allow import AllowList
from service.net.answer import Response
from service.net.client import Client, Limits
from service.net.guard import Guard
from service.sites.registry import site_for
from service.sources.browser import Browser, BrowserLimits, BrowserSource
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from tests.loopback import Asked, Loopback, answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AGENT = "Shopbell/0.1 (+mailto:owner@example.com)"
QUICK = BrowserLimits(settle=2, traffic=3_000_000, size=1_000_000)
HASTY = BrowserLimits(load=5, settle=1)
Say = Callable[[Asked], bytes | Iterable[bytes]]

browser_test = pytest.mark.browser
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")


def page(script: str = "", body: str = "") -> bytes:
    return answer(f"<!doctype html><title>t</title>{body}<p id=end></p><script>{script}</script>")


def told_by(pages: dict[str, bytes]) -> Say:
    def say(asked: Asked) -> bytes:
        if asked.path == "/wait":
            time.sleep(1.5)
        return pages.get(asked.path, answer("none", status="404 Not Found"))

    return say


def serves(pages: dict[str, bytes]) -> Loopback:
    return Loopback(told_by(pages))


@contextmanager
def browser_for(chromium: str, *servers: Loopback, limits: BrowserLimits = QUICK) -> Iterator[Browser]:
    allow = AllowList.parse([f"127.0.0.1:{server.port}" for server in servers])
    browser = Browser(allow, AGENT, chromium, limits, sandbox=False)
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Home:
    """A server, a neighbour's, and one browser that may open these two alone; for tests that do no harm."""

    server: Loopback
    neighbour: Loopback
    browser: Browser

    def serve(self, pages: dict[str, bytes] | Say) -> None:
        self.server.begin_anew(pages if callable(pages) else told_by(pages))
        self.neighbour.begin_anew(told_by({}))

    def open(self, path: str = "/", language: str | None = None) -> Response:
        return self.browser.open(self.server.url + path, now=NOW, language=language)


@pytest.fixture(scope="module")
def built(chromium: str) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as environment, serves({}) as server, serves({}) as other:
        environment.setenv("SHOPBELL_SECRET", "s3cret-value")
        environment.setenv("DATABASE_URL", "postgresql://me:s3cret-value@db/x")
        with browser_for(chromium, server, other) as browser:
            yield Home(server, other, browser)


@pytest.fixture
def home(built: Home) -> Home:
    built.serve({})
    return built


@browser_test
class TestReading:
    def test_a_page_comes_as_its_scripts_left_it(self, home: Home) -> None:
        show = "t => document.getElementById('end').textContent = t"
        data = answer("Gr\u00fc\u00dfe \U0001f600")
        home.serve({"/": page(f"fetch('/data').then(r => r.text()).then({show})"), "/data": data})
        response = home.open(language="de-CH,de;q=0.5")
        assert '<p id="end">Gr\u00fc\u00dfe \U0001f600</p>' in response.body.decode()
        assert (response.status, response.url) == (200, f"{home.server.url}/")
        assert response.content_type == "text/html; charset=utf-8"
        asked = home.server.asked[0].headers
        assert asked["user-agent"].endswith(AGENT)
        assert asked["accept-language"] == "de-CH,de;q=0.5"

    def test_pictures_fonts_and_films_are_not_loaded(self, home: Home) -> None:
        body = """<img src=/a.png><picture><source srcset=/b.webp></picture><video src=/c.mp4></video>
            <audio src=/d.mp3></audio><style>@font-face { font-family: f; src: url(/e.woff2) }
            p { font-family: f; background: url(/f.png) }</style><link rel=icon href=/g.ico>
            <script src=/h.js></script><link rel=stylesheet href=/i.css><p>text</p>"""
        script, style = answer("1", content_type="text/javascript"), answer("p{}", content_type="text/css")
        home.serve({"/": page(body=body), "/h.js": script, "/i.css": style})
        home.open()
        assert sorted(home.server.paths) == ["/", "/h.js", "/i.css"]

    def test_nothing_is_kept_from_one_page_to_the_next(self, home: Home) -> None:
        show = "document.getElementById('end').textContent = document.cookie + (localStorage.k || '')"
        home.serve({"/": page(f"{show}; localStorage.k = 'k'; document.cookie = 'a=1'")})
        home.open()
        assert b'<p id="end"></p>' in home.open().body
        assert "cookie" not in home.server.asked[-1].headers

    def test_the_last_status_counts(self, home: Home) -> None:
        moved = answer(status="302 Found", location="/wall")
        home.serve({"/": moved, "/wall": answer("no", status="403 Forbidden")})
        response = home.open()
        assert (response.status, response.url) == (403, f"{home.server.url}/wall")

    def test_a_download_is_no_page(self, home: Home) -> None:
        home.serve({"/": answer(b"PK", content_type="application/zip", content_disposition="attachment")})
        with pytest.raises(NotAListing, match="download"):
            home.open()

    def test_a_page_that_closes_the_connection_is_unreachable(self, home: Home) -> None:
        home.serve(lambda _asked: iter([]))
        with pytest.raises(Unreachable, match="ERR_EMPTY_RESPONSE"):
            home.open()

    def test_popups_and_dialogs_hold_nothing_up(self, home: Home) -> None:
        open_all = "window.open('/popup'); alert('x'); confirm('y')"
        home.serve({"/": page(f"{open_all}; document.getElementById('end').textContent = 'went on'")})
        assert b"went on" in home.open().body


ADD_FRAME = "const f = document.createElement('iframe'); f.src = '%s'; document.body.append(f)"
IN_A_WORKER = "new %s(URL.createObjectURL(new Blob([`%s`])))"
FETCH = "fetch('{there}', {mode: 'no-cors'})"
WEB_SOCKET = "new WebSocket('{there}'.replace('http', 'ws'))"
FORM = "<form target=i method=post action={there}></form><iframe name=i></iframe>"
REFRESH = "<iframe srcdoc='<meta http-equiv=refresh content=0;url={there}>'></iframe>"
WAYS_IN = {
    "fetch": FETCH,
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', '{there}'); x.send()",
    "a frame": ADD_FRAME % "{there}",
    "a script": "const s = document.createElement('script'); s.src = '{there}'; document.body.append(s)",
    "a picture": "new Image().src = '{there}'",
    "a style sheet": "document.head.innerHTML += '<link rel=stylesheet href={there}>'",
    "preconnect": "document.head.innerHTML += '<link rel=preconnect href={there}>'",
    "prefetch": "document.head.innerHTML += '<link rel=prefetch href={there}>'",
    "a beacon": "navigator.sendBeacon('{there}', 'x')",
    "events": "new EventSource('{there}')",
    "a form": f"document.body.innerHTML += `{FORM}`; document.forms[0].submit()",
    "a popup": "window.open('{there}')",
    "a web socket": WEB_SOCKET,
    "a worker": IN_A_WORKER % ("Worker", FETCH),
    "a worker's web socket": IN_A_WORKER % ("Worker", WEB_SOCKET),
    "a shared worker": IN_A_WORKER % ("SharedWorker", FETCH),
    "a redirect": "fetch('/inward', {mode: 'no-cors'})",
    "a redirected frame": ADD_FRAME % "/inward",
    "a refresh": f"document.body.innerHTML += `{REFRESH}`",
    "a module": "import('{there}').catch(() => 0)",
    "WebTransport": "new WebTransport('{there}'.replace('http:', 'https:')).ready.catch(() => 0)",
}
DONE = "fetch('/wait').then(() => document.body.append(' TRIED'.toLowerCase()));"


def every_way(there: str) -> str:
    """A script that goes every way in, whatever becomes of the others, and says when it is done."""
    ways = "".join(f"try {{ {way} }} catch (e) {{}};" for way in WAYS_IN.values())
    return f"{DONE} {ways}".replace("{there}", there)


@browser_test
class TestTheInsideIsOutOfReach:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
    def test_no_way_leads_to_a_server_that_is_not_allowed(self, home: Home, host: str) -> None:
        with serves({}) as secret:
            there = f"http://{host}:{secret.port}/secret"
            inward = answer(status="302 Found", location=there)
            home.serve({"/": page(every_way(there)), "/inward": inward})
            response = home.open()
            assert secret.connections == 0
        assert b" tried" in response.body
        assert "/inward" in home.server.paths

    def test_the_same_ways_do_lead_to_one_that_is(self, home: Home) -> None:
        ways = {
            "fetch",
            "a frame",
            "a script",
            "a style sheet",
            "a form",
            "a worker",
            "a redirect",
            "a module",
        }
        for name in sorted(ways):
            there = f"{home.neighbour.url}/{name.replace(' ', '-')}"
            script = WAYS_IN[name].replace("{there}", there)
            inward = answer(status="302 Found", location=there)
            home.server.begin_anew(told_by({"/": page(script), "/inward": inward}))
            home.open()
        assert {path[1:].replace("-", " ") for path in home.neighbour.paths} == ways

    def test_a_web_socket_is_never_opened(self, home: Home) -> None:
        home.serve({"/": page(WEB_SOCKET.replace("{there}", home.neighbour.url))})
        home.open()
        assert home.neighbour.connections == 0

    def test_no_datagram_leaves_either(self, home: Home) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stun:
            stun.bind(("127.0.0.1", 0))
            stun.settimeout(0.1)
            script = """const c = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:PORT'}]});
                c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o));
                new WebTransport('https://127.0.0.1:PORT/').ready.catch(() => 0);"""
            home.serve({"/": page(script.replace("PORT", str(stun.getsockname()[1])) + DONE)})
            home.open()
            assert "/wait" in home.server.paths
            with pytest.raises(TimeoutError):
                stun.recv(100)

    @pytest.mark.parametrize("how", ["redirect", "script"])
    def test_a_page_that_leads_inside_is_refused(self, home: Home, how: str) -> None:
        with serves({"/": page()}) as secret:
            moved = answer(status="302 Found", location=f"{secret.url}/")
            home.serve({"/": moved if how == "redirect" else page(f"location = '{secret.url}/'")})
            with pytest.raises(Refused, match=r"inside a network|port"):
                home.open()
            assert secret.connections == 0

    @pytest.mark.parametrize(
        "url", ["http://10.0.0.1/", "file:///etc/passwd", "http://127.1/", "javascript:1", "about:blank"]
    )
    def test_an_address_inside_is_refused_before_it_is_opened(self, home: Home, url: str) -> None:
        with pytest.raises(Refused):
            home.browser.open(url, now=NOW)

    def test_a_page_cannot_read_files(self, home: Home) -> None:
        show = "t => document.getElementById('end').textContent = t"
        script = f"fetch('file:///etc/hostname').then(r => r.text()).then({show})"
        home.serve({"/": page(script, "<iframe src='file:///etc/hostname'></iframe>")})
        assert b'<p id="end"></p>' in home.open().body


@browser_test
class TestLimits:
    def test_a_page_that_grows_without_end_is_refused(self, home: Home) -> None:
        home.serve({"/": page("document.getElementById('end').textContent = 'x'.repeat(1_500_000)")})
        with pytest.raises(Refused, match="larger than 1 MB"):
            home.open()

    @pytest.mark.parametrize("endless", ["/", "/more"])
    def test_a_page_that_loads_without_end_is_refused(self, home: Home, endless: str) -> None:
        def say(asked: Asked) -> bytes | Iterator[bytes]:
            if asked.path != endless:
                return page("fetch('/more').then(r => r.text())")
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
            return chain([head], repeat(b"x" * 100_000, 2000))

        home.serve(say)
        with pytest.raises(Refused, match="loads more than 3 MB"):
            home.open()
        assert home.server.sent < 30_000_000

    def test_a_page_that_never_rests_is_read_all_the_same(self, home: Home) -> None:
        home.serve({"/": page("setInterval(() => fetch('/again'), 50)"), "/again": answer()})
        assert home.open().status == 200

    def test_what_never_ends_is_left_and_the_next_page_is_read(self, chromium: str) -> None:
        def say(asked: Asked) -> bytes | Iterator[bytes]:
            return after(7) if asked.path == "/silent" else page("while (true) {}" * (asked.path == "/busy"))

        with Loopback(say) as server, browser_for(chromium, server, limits=HASTY) as browser:
            for path in ("/silent", "/busy"):
                with pytest.raises(Unreachable, match="no complete page in 5 seconds"):
                    browser.open(server.url + path, now=NOW)
            assert browser.open(f"{server.url}/next", now=NOW).status == 200


def after(seconds: float) -> Iterator[bytes]:
    time.sleep(seconds)
    yield b""


def child_of(browser: Browser) -> subprocess.Popen[str]:
    child = browser._child
    assert child
    return child.process


def processes_below(pid: int) -> list[int]:
    """Every process that descends from ``pid``."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    below = {pid}
    for _ in range(10):
        below |= {child for child, parent in parents.items() if parent in below}
    return sorted(below - {pid})


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def chromium_among(pids: list[int]) -> int:
    return next(
        pid for pid in pids if b"--remote-debugging-pipe" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


def wait_until(happened: Callable[[], bool], seconds: float = 40) -> None:
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)


@browser_test
class TestTheProcess:
    def test_two_pages_never_load_at_once(self, home: Home) -> None:
        def say(_asked: Asked) -> bytes:
            time.sleep(0.1)
            return page()

        home.serve(say)
        looks = [threading.Thread(target=home.open, args=(f"/{n}",)) for n in range(3)]
        for look in looks:
            look.start()
        for look in looks:
            look.join()
        assert (len(home.server.asked), home.server.at_once) == (3, 1)

    @needs_proc
    def test_it_ends_when_idle_and_starts_again(self, chromium: str) -> None:
        limits = BrowserLimits(idle=0.5, settle=1)
        with serves({"/": page()}) as server, browser_for(chromium, server, limits=limits) as browser:
            browser.open(f"{server.url}/", now=NOW)
            first = child_of(browser)
            below = processes_below(first.pid)
            wait_until(lambda: first.poll() == 0 and not any(map(alive, below)))
            assert browser.open(f"{server.url}/", now=NOW).status == 200
            assert child_of(browser).pid != first.pid

    def test_it_is_renewed_after_a_number_of_pages(self, chromium: str) -> None:
        limits = BrowserLimits(settle=1, pages=1)
        with serves({"/": page()}) as server, browser_for(chromium, server, limits=limits) as browser:
            children = set()
            for _ in range(2):
                children.add(browser._running().process.pid)
                browser.open(f"{server.url}/", now=NOW)
            assert len(children) == 2

    @needs_proc
    @pytest.mark.parametrize("whom", ["child", "browser"])
    def test_a_kill_is_survived_and_leaves_nothing_running(self, chromium: str, whom: str) -> None:
        def say(asked: Asked) -> bytes | Iterable[bytes]:
            return after(5) if asked.path == "/slow" else page()

        with Loopback(say) as server, browser_for(chromium, server) as browser:
            browser.open(f"{server.url}/", now=NOW)
            child = child_of(browser)
            below = processes_below(child.pid)
            victim = child.pid if whom == "child" else chromium_among(below)
            killing = threading.Timer(0.5, os.kill, (victim, signal.SIGKILL))
            killing.start()
            with pytest.raises(Unreachable):
                browser.open(f"{server.url}/slow", now=NOW)
            killing.join()
            assert browser.open(f"{server.url}/", now=NOW).status == 200
            wait_until(lambda: not any(map(alive, below)))

    @needs_proc
    def test_a_child_that_hangs_is_killed_and_leaves_nothing_running(self, chromium: str) -> None:
        limits = BrowserLimits(settle=1, total=1.5)
        with serves({"/": page()}) as server, browser_for(chromium, server, limits=limits) as browser:
            child = browser._running().process
            wait_until(lambda: len(processes_below(child.pid)) > 4)
            below = processes_below(child.pid)
            folder = Path(f"/proc/{child.pid}/environ").read_text().partition("TMPDIR=")[2].partition("\0")[0]
            assert Path(folder).is_dir()
            child.send_signal(signal.SIGSTOP)
            with pytest.raises(Unreachable, match=r"did not answer within 1\.5 seconds"):
                browser.open(f"{server.url}/", now=NOW)
            wait_until(lambda: not any(map(alive, below)) and not Path(folder).exists())

    @needs_proc
    def test_closing_it_leaves_nothing_running(self, chromium: str) -> None:
        with serves({"/": page()}) as server:
            with browser_for(chromium, server) as browser:
                browser.open(f"{server.url}/", now=NOW)
                below = processes_below(child_of(browser).pid)
            wait_until(lambda: not any(map(alive, below)))

    @needs_proc
    def test_our_secrets_are_not_handed_to_it(self, home: Home) -> None:
        home.serve({"/": page()})
        home.open()
        child = child_of(home.browser)
        for pid in (child.pid, *processes_below(child.pid)):
            with suppress(OSError):
                assert b"s3cret-value" not in Path(f"/proc/{pid}/environ").read_bytes()

    def test_a_program_that_is_no_browser_is_told(self, chromium: str) -> None:
        assert chromium
        browser = Browser(AllowList(), AGENT, sys.executable, QUICK, sandbox=False)
        with closing(browser), pytest.raises(Refused, match="no browser could be started"):
            browser.open("http://127.0.0.1/", now=NOW)


class TestWithoutABrowser:
    def test_a_missing_playwright_is_told_with_the_mend(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("service.sources.browser.find_spec", lambda _name: None)
        browser = Browser(AllowList(), AGENT)
        assert "make browser" in (browser.missing() or "")
        with pytest.raises(Refused, match="make browser"):
            browser.open("https://example.com/", now=NOW)

    def test_a_missing_program_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="SHOPBELL_BROWSER"):
            Browser(AllowList(), AGENT, str(tmp_path / "none")).open("https://example.com/", now=NOW)

    @pytest.mark.server
    def test_importing_it_costs_no_playwright(self) -> None:
        code = "import service.sources.browser, sys, json; print(json.dumps(sorted(sys.modules)))"
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
        assert not {"playwright", "greenlet", "pyee"} & set(json.loads(said))

    def test_closing_what_never_ran_is_harmless(self) -> None:
        Browser(AllowList(), AGENT).close()


REVIEW = """{"@context": "https://schema.org", "@type": "LocalBusiness", "name": "Corner Shop",
"aggregateRating": {"@type": "AggregateRating", "ratingValue": "4", "reviewCount": "1"},
"review": [{"@type": "Review", "author": {"@type": "Person", "name": "Ann Sample"},
"datePublished": "2026-11-20", "reviewRating": {"@type": "Rating", "ratingValue": "4"},
"reviewBody": "Good bread."}]}"""
LATE = f"""setTimeout(() => {{ const s = document.createElement('script'); s.type = 'application/ld+json';
s.textContent = `{REVIEW}`; document.head.append(s) }}, 200)"""


@browser_test
class TestLooking:
    def look(self, home: Home, times: int = 1) -> Look:
        client = Client(Guard(AllowList.parse(["127.0.0.1"])), AGENT, Limits())
        politeness = Politeness(gap=timedelta(0))
        source = BrowserSource(home.browser, Robots(client, politeness), politeness)
        site = site_for(home.server.url)
        assert site
        look = Look(Outcome.OK)
        with closing(client):
            for _ in range(times):
                look = source.look(f"{home.server.url}/biz/x", site, now=NOW, cache=look.cache)
        return look

    def test_reviews_that_scripts_bring_are_heard(self, home: Home) -> None:
        home.serve({"/biz/x": page(LATE)})
        look = self.look(home)
        assert look.outcome is Outcome.OK
        assert look.observation is not None
        assert [item.text for item in look.observation.items] == ["Good bread."]
        assert home.server.paths == ["/robots.txt", "/biz/x"]

    def test_the_same_reviews_again_are_no_news(self, home: Home) -> None:
        home.serve({"/biz/x": page(LATE)})
        assert self.look(home, times=2).outcome is Outcome.UNCHANGED

    def test_robots_txt_is_obeyed(self, home: Home) -> None:
        home.serve({"/robots.txt": answer("User-agent: *\nDisallow: /biz/"), "/biz/x": page(LATE)})
        assert self.look(home).outcome is Outcome.REFUSED
        assert home.server.paths == ["/robots.txt"]

    def test_robots_txt_is_obeyed_where_a_redirect_ended(self, home: Home) -> None:
        robots = answer("User-agent: *\nDisallow: /private/")
        moved = answer(status="302 Found", location="/private/x")
        home.serve({"/robots.txt": robots, "/biz/x": moved, "/private/x": page(LATE)})
        assert self.look(home).outcome is Outcome.REFUSED

    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            (answer("no", status="403 Forbidden"), Outcome.WALLED),
            (answer("no", status="429 Slow", retry_after="60"), Outcome.LIMITED),
            (answer("no", status="404 Not Found"), Outcome.GONE),
            (answer("no", status="500 Oops"), Outcome.UNREACHABLE),
            (answer(status="302 Found", location="/login"), Outcome.SIGNED_OUT),
            (page(), Outcome.NOT_A_LISTING),
        ],
    )
    def test_each_answer_is_one_outcome(self, home: Home, said: bytes, outcome: Outcome) -> None:
        home.serve({"/biz/x": said, "/login": page(LATE)})
        look = self.look(home)
        assert look.outcome is outcome
        if outcome is Outcome.LIMITED:
            assert look.retry_after == NOW + timedelta(minutes=1)

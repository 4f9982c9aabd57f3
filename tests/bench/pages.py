"""A server of look-alike review pages for measuring looks. A script: prints its ports, serves until ended.

The argument is how many ports to listen on, all on 127.0.0.1: each is a host of its own to politeness.

``/set/<mode>/<round>`` chooses what every page does: ``etag`` answers conditional requests with 304, ``same``
sends the bytes without validators; each round adds a review. Pages have the size of real ones (320 kB), with
the reviews in JSON-LD.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

FILLER = "".join(f'<div class="r{n}"><span>place {n}</span><i data-n="{n}"></i></div>' for n in range(5500))
state = {"mode": "etag", "round": 0}


def page(key: str, extra: int) -> bytes:
    reviews = [
        {
            "@type": "Review",
            "@id": f"#{key}-{n}",
            "author": {"@type": "Person", "name": f"Guest {n}"},
            "reviewRating": {"@type": "Rating", "ratingValue": 1 + n % 5, "bestRating": 5},
            "datePublished": f"2026-{1 + n % 9:02}-{1 + n % 27:02}",
            "reviewBody": f"Visit {n} to {key}: " + "we liked the bread and waited for the bill. " * 8,
        }
        for n in range(20 + extra, 0, -1)
    ]
    shop = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": f"Shop {key}",
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.1, "reviewCount": len(reviews)},
        "review": reviews,
    }
    words = "".join(f"<article><p>{review['reviewBody']}</p></article>" for review in reviews)
    head = f'<title>Shop {key}</title><script type="application/ld+json">{json.dumps(shop)}</script>'
    return f"<!doctype html><html><head>{head}</head><body>{words}{FILLER}</body></html>".encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/set/"):
            _, _, mode, number = self.path.split("/")
            state.update(mode=mode, round=int(number))
            return self.answer(200, b"set")
        if self.path == "/robots.txt":
            return self.answer(404, b"")
        key = self.path.strip("/").replace("/", "-") or "home"
        if state["mode"] == "etag":
            tag = f'"{key}-{state["round"]}"'
            if self.headers.get("If-None-Match") == tag:
                return self.answer(304, b"", tag)
            return self.answer(200, page(key, state["round"]), tag)
        return self.answer(200, page(key, state["round"]))

    def answer(self, status: int, body: bytes, tag: str | None = None) -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


def main() -> None:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(int(sys.argv[1]))]
    for server in servers:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(" ".join(str(server.server_port) for server in servers) + "\n")
    sys.stdout.flush()
    Event().wait()


if __name__ == "__main__":
    main()

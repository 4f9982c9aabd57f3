"""The HTTP client: real servers on loopback that behave as badly as servers do."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Validators
from service.errors import Refused, Unreachable
from service.net.allow import NOTHING, AllowList
from service.net.client import Client, Limits, user_agent
from service.net.guard import Guard
from service.net.retry_after import read_retry_after
from service.net.transport import connect
from tests.loopback import Asked, Loopback, answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
QUICK = Limits(connect=1, silence=0.4, total=1.0)


@contextmanager
def client_for(
    *allowed: str,
    limits: Limits | None = None,
    leads_to: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
) -> Iterator[Client]:
    guard = Guard(AllowList.parse(allowed or ["127.0.0.1"]), lambda _name, _port: [leads_to])
    client = Client(guard, "Shopbell/0.1 (+mailto:owner@example.com)", limits, tls)
    try:
        yield client
    finally:
        client.close()


def says(*answers: bytes) -> Loopback:
    """A server that gives these answers in turn, and the last one from then on."""
    left = list(answers)
    return Loopback(lambda _asked: left.pop(0) if len(left) > 1 else left[0])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for reviews.example.com, signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "reviews.example.com")])
    names = x509.SubjectAlternativeName([x509.DNSName("reviews.example.com")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class TestAsking:
    def test_it_says_who_is_looking(self) -> None:
        with says(answer("hello")) as server, client_for() as client:
            client.fetch(server.url, now=NOW, language="de-CH,de;q=0.8")
        headers = server.asked[0].headers
        assert headers["user-agent"] == "Shopbell/0.1 (+mailto:owner@example.com)"
        assert headers["accept-language"] == "de-CH,de;q=0.8"
        assert headers["accept-encoding"] == "gzip, deflate"
        assert headers["host"] == f"127.0.0.1:{server.port}"

    @pytest.mark.parametrize(
        ("contact", "said"),
        [
            ("owner@example.com", "Shopbell/1 (+mailto:owner@example.com)"),
            ("https://example.com/bot", "Shopbell/1 (+https://example.com/bot)"),
            ("a@b.example\r\nX-Evil: 1", "Shopbell/1 (+a@b.exampleX-Evil:1)"),
            (None, "Shopbell/1"),
            ("", "Shopbell/1"),
        ],
    )
    def test_the_contact_cannot_break_the_header(self, contact: str | None, said: str) -> None:
        assert user_agent("1", contact) == said

    def test_one_connection_serves_many_looks(self) -> None:
        with says(answer("hello")) as server, client_for() as client:
            for _ in range(5):
                client.fetch(server.url, now=NOW)
            assert (len(server.asked), server.connections) == (5, 1)

    def test_a_connection_the_server_dropped_is_made_anew(self) -> None:
        def say(_asked: Asked) -> bytes | Iterator[bytes]:
            return iter([answer("hello")])  # the connection is closed after it

        with Loopback(say) as server, client_for() as client:
            for _ in range(3):
                assert client.fetch(server.url, now=NOW).body == b"hello"
            assert server.connections == 3

    def test_a_kept_connection_that_dies_as_it_is_used_is_tried_once_more(self) -> None:
        def say(asked: Asked) -> bytes | Iterator[bytes]:
            return iter([]) if asked.path == "/dies" and len(server.asked) < 3 else answer("hello")

        with Loopback(say) as server, client_for() as client:
            client.fetch(server.url, now=NOW)
            assert client.fetch(f"{server.url}/dies", now=NOW).body == b"hello"
            assert server.paths == ["/", "/dies", "/dies"]

    def test_a_fresh_connection_that_dies_is_not_tried_again(self) -> None:
        with Loopback(lambda _asked: iter([])) as server, client_for() as client:
            with pytest.raises(Unreachable):
                client.fetch(server.url, now=NOW)
            assert len(server.asked) == 1

    def test_no_cookie_is_kept(self) -> None:
        with says(answer("hello", set_cookie="id=1; Path=/")) as server, client_for() as client:
            client.fetch(server.url, now=NOW)
            client.fetch(server.url, now=NOW)
            assert "cookie" not in server.asked[1].headers

    def test_the_environments_proxy_is_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with says(answer("proxied")) as proxy, says(answer("straight")) as server:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            with client_for() as client:
                assert client.fetch(server.url, now=NOW).body == b"straight"
            assert not proxy.asked

    def test_an_address_with_a_token_is_not_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        with says(answer("hello")) as server, client_for() as client, caplog.at_level(logging.DEBUG):
            client.fetch(f"{server.url}/?token=secret", now=NOW)
        assert "secret" not in caplog.text

    def test_a_path_outside_ascii_is_encoded(self) -> None:
        with says(answer("hello")) as server, client_for() as client:
            client.fetch(f"{server.url}/café?q=ü", now=NOW)
        assert server.paths == ["/caf%C3%A9?q=%C3%BC"]


class TestConditionalRequests:
    def test_what_has_not_changed_is_not_sent_again(self) -> None:
        def say(asked: Asked) -> bytes:
            if asked.headers.get("if-none-match") == '"v1"':
                return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
            return answer("hello", etag='"v1"', last_modified="Sun, 22 Nov 2026 08:00:00 GMT")

        with Loopback(say) as server, client_for() as client:
            first = client.fetch(server.url, now=NOW)
            again = client.fetch(server.url, now=NOW, validators=first.validators)
            assert (first.status, again.status, again.body) == (200, 304, b"")
            assert server.asked[1].headers["if-modified-since"] == "Sun, 22 Nov 2026 08:00:00 GMT"
            assert server.connections == 1

    def test_a_validator_that_is_no_header_is_left_out(self) -> None:
        with says(answer("hello")) as server, client_for() as client:
            client.fetch(
                server.url, now=NOW, validators=Validators(etag='"a"\r\nX-Evil: 1', last_modified="ü")
            )
        assert not {"if-none-match", "if-modified-since", "x-evil"} & server.asked[0].headers.keys()

    def test_a_conditional_request_is_cheap(self) -> None:
        with says(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n') as server, client_for() as client:
            validators = Validators(etag='"v1"')
            client.fetch(server.url, now=NOW, validators=validators)
            began = time.thread_time()
            for _ in range(100):
                client.fetch(server.url, now=NOW, validators=validators)
            assert server.connections == 1
            assert (time.thread_time() - began) / 100 < 0.006  # s; 0.001 measured, the peer needs 0.0175


class TestSize:
    def test_a_page_that_says_it_is_too_large_is_refused_unread(self) -> None:
        def say(_asked: Asked) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n"
            yield from (b"x" * 100_000 for _ in range(2_000))

        with Loopback(say) as server, client_for() as client:
            with pytest.raises(Refused, match="larger than 4 MB"):
                client.fetch(server.url, now=NOW)
            assert server.sent < 20_000_000  # what fits into the sockets' buffers

    def test_a_page_of_200_mb_is_refused_early_and_never_held(self) -> None:
        piece = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"

        def say(_asked: Asked) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            yield from (piece for _ in range(2_000))

        with Loopback(say) as server, client_for() as client:
            tracemalloc.start()
            with pytest.raises(Refused, match="larger than 4 MB"):
                client.fetch(server.url, now=NOW)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert server.sent < 30_000_000
            assert peak < 12_000_000

    @pytest.mark.parametrize("layers", [1, 2])
    def test_a_bomb_is_refused_while_it_is_small(self, layers: int) -> None:
        packer = zlib.compressobj(9, wbits=31)
        bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(60)) + packer.flush()
        for _ in range(layers - 1):
            bomb = gzip.compress(bomb)
        page = answer(bomb, content_encoding=", ".join(["gzip"] * layers))
        with says(page) as server, client_for() as client:
            tracemalloc.start()
            with pytest.raises(Refused, match="larger than 4 MB"):
                client.fetch(server.url, now=NOW)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert peak < 16_000_000

    def test_compression_that_never_yields_a_byte_ends_in_time(self) -> None:
        empty = zlib.compressobj(wbits=31)
        block = empty.compress(b"") + empty.flush(zlib.Z_SYNC_FLUSH)

        def say(_asked: Asked) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
            while True:
                yield block
                block_after = empty.flush(zlib.Z_SYNC_FLUSH) or empty.flush(zlib.Z_FULL_FLUSH)
                yield block_after
                time.sleep(0.01)

        with Loopback(say) as server, client_for(limits=QUICK) as client, pytest.raises(Unreachable):
            client.fetch(server.url, now=NOW)

    def test_a_page_within_the_limit_comes_whole(self) -> None:
        body = b"<p>review</p>" * 150_000  # 1.95 MB
        page = answer(gzip.compress(body), content_encoding="gzip")
        with says(page) as server, client_for() as client:
            assert client.fetch(server.url, now=NOW).body == body

    def test_a_deflated_page_is_unpacked(self) -> None:
        page = answer(zlib.compress(b"hello"), content_encoding="deflate")
        with says(page) as server, client_for() as client:
            assert client.fetch(server.url, now=NOW).body == b"hello"

    def test_it_can_be_cut_instead(self) -> None:
        with says(answer(b"x" * 5000)) as server, client_for() as client:
            assert client.fetch(server.url, now=NOW, cut_at=1000).body == b"x" * 1000

    @pytest.mark.parametrize("encoding", ["br", "gzip"])
    def test_an_error_page_is_an_answer_however_it_is_packed(self, encoding: str) -> None:
        page = answer(b"not gzip at all", status="403 Forbidden", content_encoding=encoding)
        with says(page) as server, client_for() as client:
            assert client.fetch(server.url, now=NOW).status == 403

    def test_an_error_page_is_an_answer_however_large(self) -> None:
        with says(answer(b"x" * 5_000_000, status="403 Forbidden")) as server, client_for() as client:
            response = client.fetch(server.url, now=NOW)
            assert (response.status, len(response.body)) == (403, 64_000)


class TestTime:
    def test_a_server_that_says_nothing_is_left(self) -> None:
        def say(_asked: Asked) -> Iterator[bytes]:
            time.sleep(1.5)
            yield answer("late")

        late = pytest.raises(Unreachable, match="no complete answer in time")
        with Loopback(say) as server, client_for(limits=QUICK) as client, late:
            client.fetch(server.url, now=NOW)

    @pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
    def test_a_server_that_drips_is_left_at_the_deadline(self, begun: bytes) -> None:
        def say(_asked: Asked) -> Iterator[bytes]:
            yield begun
            for _ in range(100):
                yield b"x"
                time.sleep(0.05)

        with Loopback(say) as server, client_for(limits=QUICK) as client:
            began = time.monotonic()
            with pytest.raises(Unreachable, match="no complete answer in time"):
                client.fetch(server.url, now=NOW)
            assert time.monotonic() - began < 2.5

    def test_a_server_that_never_accepts_is_left(self) -> None:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            with client_for(limits=QUICK) as client, pytest.raises(Unreachable, match="no connection"):
                client.fetch(f"http://127.0.0.1:{full.getsockname()[1]}/", now=NOW)


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        "said",
        [
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 300_000 + b"\r\n\r\n",
            b"",
        ],
    )
    def test_what_is_no_answer_is_unreachable(self, said: bytes) -> None:
        with Loopback(lambda _asked: iter([said])) as server, client_for(limits=QUICK) as client:
            with pytest.raises(Unreachable) as failed:
                client.fetch(server.url, now=NOW)
            assert failed.value.evidence[0]

    def test_a_closed_port_is_named(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with client_for() as client, pytest.raises(Unreachable, match="connection refused"):
            client.fetch(f"http://127.0.0.1:{port}/", now=NOW)


class TestRedirects:
    def test_they_are_followed_and_the_last_address_is_told(self) -> None:
        def say(asked: Asked) -> bytes:
            where = {"/": "/a b?c=ü", "/a%20b?c=%C3%BC": "next/", "/next/": "//127.0.0.1:{port}/end#x"}.get(
                asked.path
            )
            if where is None:
                return answer("there")
            return answer(
                status="302 Found", location=where.replace("{port}", str(server.port)).replace("ü", "%C3%BC")
            )

        with Loopback(say) as server, client_for() as client:
            response = client.fetch(server.url, now=NOW)
            assert (response.url, response.body) == (f"{server.url}/end", b"there")
            assert server.connections == 1

    @pytest.mark.parametrize(
        "location",
        ["http://127.0.0.1:{other}/", "http://localhost:{other}/", "http://2130706433:{other}/", "http://[::1]/",
         "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/",
         "http://a:b@127.0.0.1/", "//127.1:{other}/", "http://inner.example.com:{other}/", "http://[::1",
         "http:\\\\10.0.0.1\\"],
    )  # fmt: skip
    def test_none_leads_inside(self, location: str) -> None:
        with says(answer("secret")) as inner:
            there = location.replace("{other}", str(inner.port))
            server = says(answer(status="302 Found", location=there))
            with server, client_for(f"127.0.0.1:{server.port}") as client, pytest.raises(Refused):
                client.fetch(server.url, now=NOW)
            assert not inner.connections

    def test_they_end(self) -> None:
        with says(answer(status="301 Moved", location="/again")) as server, client_for() as client:
            with pytest.raises(Refused, match="more than 5 times"):
                client.fetch(server.url, now=NOW)
            assert len(server.asked) == 6

    def test_one_without_an_address_is_the_answer(self) -> None:
        with says(answer(status="302 Found")) as server, client_for() as client:
            assert client.fetch(server.url, now=NOW).status == 302

    def test_each_is_a_visit_of_its_own(self) -> None:
        visits: list[str] = []

        def visit(url: str) -> AbstractContextManager[None]:
            visits.append(url)
            return nullcontext()

        with says(answer(status="302 Found", location="/b"), answer("b")) as server, client_for() as client:
            client.fetch(f"{server.url}/a", now=NOW, visit=visit)
            assert visits == [f"{server.url}/a", f"{server.url}/b"]


class TestRebinding:
    def test_a_name_that_changes_its_mind_leads_nowhere_else(self) -> None:
        answers = iter([["93.184.216.34"], ["127.0.0.1"]])
        with says(answer("secret")) as inner:
            guard = Guard(NOTHING, lambda _name, _port: next(answers))
            client = Client(guard, "Shopbell/0.1")
            guard.check("http://reviews.example.com:8080/")
            with pytest.raises(Refused):  # asked anew for the connection, and checked anew
                client.fetch("http://reviews.example.com:8080/", now=NOW)
            client.close()
            assert not inner.connections

    def test_the_connection_goes_to_the_address_that_was_checked(self) -> None:
        asked = []

        def once(name: str, _port: int) -> list[str]:
            asked.append(name)
            return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

        with says(answer("hello")) as server:
            guard = Guard(AllowList.parse([f"127.0.0.1:{server.port}"]), once)
            client = Client(guard, "Shopbell/0.1")
            with pytest.raises(
                Refused, match="port"
            ):  # the name is not allowed that port; only the address is
                client.fetch(f"http://reviews.example.com:{server.port}/", now=NOW)
            checked = guard.check_host("reviews.example.com", server.port)
            with connect(checked, 2) as opened:
                assert opened.getpeername() == ("127.0.0.1", server.port)
            client.close()
            assert asked == ["reviews.example.com"]

    def test_a_dead_address_does_not_hide_a_live_one(self) -> None:
        with says(answer("hello")) as server:
            allow = AllowList.parse([f"reviews.example.com:{server.port}"])
            guard = Guard(allow, lambda _name, _port: ["127.0.0.2", "127.0.0.1"])
            client = Client(guard, "Shopbell/0.1")
            assert client.fetch(f"http://reviews.example.com:{server.port}/", now=NOW).body == b"hello"
            assert server.asked[0].headers["host"] == f"reviews.example.com:{server.port}"
            client.close()


class TestCertificates:
    def test_the_certificate_is_verified_against_the_name_not_the_number(self, certificate: Path) -> None:
        with self.server(certificate) as server:
            allow = f"reviews.example.com:{server.port}"
            with client_for(allow, tls=ssl.create_default_context(cafile=str(certificate))) as client:
                page = client.fetch(f"https://reviews.example.com:{server.port}/", now=NOW)
            assert page.body == b"private"

    def test_a_certificate_for_another_name_is_not_taken(self, certificate: Path) -> None:
        with self.server(certificate) as server:
            allow = f"other.example.com:{server.port}"
            tls = ssl.create_default_context(cafile=str(certificate))
            with client_for(allow, tls=tls) as client, pytest.raises(Unreachable, match="certificate"):
                client.fetch(f"https://other.example.com:{server.port}/", now=NOW)
            assert not server.asked

    def test_a_certificate_nobody_signed_is_not_taken(self, certificate: Path) -> None:
        with self.server(certificate) as server:
            allow = f"reviews.example.com:{server.port}"
            with client_for(allow) as client, pytest.raises(Unreachable, match="certificate"):
                client.fetch(f"https://reviews.example.com:{server.port}/", now=NOW)

    def test_a_redirect_out_of_encryption_is_refused(self, certificate: Path) -> None:
        with says(answer("plain")) as plain, self.server(certificate, plain.port) as server:
            tls = ssl.create_default_context(cafile=str(certificate))
            refused = pytest.raises(Refused, match="from https to http")
            with client_for("reviews.example.com", "127.0.0.1", tls=tls) as client, refused:
                client.fetch(f"https://reviews.example.com:{server.port}/", now=NOW)
            assert not plain.asked

    def test_a_server_that_does_not_speak_tls_is_unreachable(self) -> None:
        plain, failed = says(answer("hello")), pytest.raises(Unreachable, match="TLS")
        with plain as server, client_for() as client, failed:
            client.fetch(f"https://127.0.0.1:{server.port}/", now=NOW)

    @staticmethod
    def server(certificate: Path, plain_port: int | None = None) -> Loopback:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        if plain_port is None:
            return Loopback(lambda _asked: answer("private"), tls)
        there = f"http://127.0.0.1:{plain_port}/"
        return Loopback(lambda _asked: answer(status="302 Found", location=there), tls)


class TestSending:
    def test_a_hook_gets_its_body_and_headers(self) -> None:
        with says(answer(status="202 Accepted")) as server, client_for() as client:
            headers = {"Content-Type": "application/json", "X-Key": "k1"}
            assert client.send(f"{server.url}/hook", b"{}", now=NOW, headers=headers).status == 202
        asked = server.asked[0]
        assert (asked.method, asked.body, asked.headers["x-key"]) == ("POST", b"{}", "k1")
        assert asked.headers["user-agent"].startswith("Shopbell/")

    def test_a_hook_that_redirects_is_not_followed(self) -> None:
        with says(answer(status="307 Temporary", location="/else")) as server, client_for() as client:
            assert client.send(server.url, b"{}", now=NOW).status == 307
            assert len(server.asked) == 1

    def test_a_hook_inside_the_network_is_refused(self) -> None:
        with says(answer()) as server, client_for("10.0.0.1") as client:
            with pytest.raises(Refused):
                client.send(server.url, b"{}", now=NOW)
            assert not server.connections

    def test_nothing_is_sent_twice(self) -> None:
        def say(asked: Asked) -> bytes | Iterator[bytes]:
            return iter([]) if asked.method == "POST" else answer("hello")

        with Loopback(say) as server, client_for() as client:
            client.fetch(server.url, now=NOW)
            with pytest.raises(Unreachable):
                client.send(server.url, b"{}", now=NOW)
            assert len([asked for asked in server.asked if asked.method == "POST"]) == 1


class TestRetryAfter:
    def test_it_comes_with_the_answer(self) -> None:
        with says(answer(status="429 Slow", retry_after="120")) as server, client_for() as client:
            assert client.fetch(server.url, now=NOW).retry_after == NOW + timedelta(minutes=2)

    @pytest.mark.parametrize(
        ("value", "at"),
        [
            ("0", NOW),
            (" 90 ", NOW + timedelta(seconds=90)),
            ("999999999999999999999", NOW + timedelta(days=30)),
            (format_datetime(NOW + timedelta(hours=2), usegmt=True), NOW + timedelta(hours=2)),
            ("Sun, 22 Nov 2026 11:00:00 +0200", NOW),
            ("Sun, 22 Nov 2026 10:00:00 -0000", NOW + timedelta(hours=1)),
            ("Sunday, 22-Nov-26 10:00:00 GMT", NOW + timedelta(hours=1)),
            ("Fri, 01 Jan 2100 00:00:00 GMT", NOW + timedelta(days=30)),
            ("Fri, 01 Jan 1999 00:00:00 GMT", NOW),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("٣", None),
            ("", None),
            (None, None),
        ],
    )
    def test_both_forms_are_read(self, value: str | None, at: datetime | None) -> None:
        assert read_retry_after(value, NOW) == at

    @given(st.text())
    def test_any_text_is_a_moment_soon_or_nothing(self, value: str) -> None:
        at = read_retry_after(value, NOW)
        assert at is None or NOW <= at <= NOW + timedelta(days=30)

"""The one guard on addresses, the ranges it knows, and the operator's allow-list."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Refused, SettingsError, Unreachable
from service.net.allow import NOTHING, AllowList
from service.net.guard import Guard
from service.net.host import read_host
from service.net.ranges import inside, is_inner_name

PUBLIC = "93.184.216.34"


def leads_to(*addresses: str) -> Guard:
    """A guard that allows nothing, in a world where every name leads to ``addresses``."""
    return Guard(NOTHING, lambda _name, _port: list(addresses))


HOSTILE = [
    # loopback, in every spelling a resolver or a browser would follow
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.255.255.254/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://127.0.0.0x1/",
    "http://00000127.0.0.1/",
    "http://127.0.0.01/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127\uff0e0\uff0e0\uff0e1/",
    "http://127.0.0.1\u200b/",
    "http://\u00ad127.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://%31%32%37.0.0.1/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[::7f00:1]/",
    "http://[::1%25lo]/",
    "http://[::1%lo]/",
    "http://[::]/",
    "http://0.0.0.0/",
    "http://0/",
    "http://0.0.0.1/",
    # private, shared, link-local, multicast, reserved
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://0300.0250.0.1/",
    "http://100.64.0.1/",
    "http://169.254.1.1/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fec0::1]/",
    "http://224.0.0.1/",
    "http://[ff02::1]/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://[2001:db8::1]/",
    # metadata services
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://168.63.129.16/",
    # IPv4 carried inside IPv6
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    # a host that two parsers read in two ways
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1@example.com/",
    "http://user:secret@example.com/",
    "http://example.com\\@127.0.0.1/",
    "http://example.com\\.evil.test/",
    "http://127.0.0.1\t.example.com/",
    "http://exam\nple.com/",
    "http://example.com\x00.evil.test/",
    "http://example.com:80:80/",
    "http://[1.1.1.1]/",
    "http://[example.com]/",
    "http://[v7.x]/",
    "http://[::1",
    "http://a..b/",
    "http://.../",
    "http:///path",
    "http:example.com",
    "http://exa mple.com/",
    " http://example.com/",
    "http://xn--/",
    "http://" + "a" * 64 + ".com/",
    "http://" + "a." * 130 + "com/",
    # other ways to speak
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:70/_x",
    "javascript:alert(1)",
    "data:text/html,x",
    "//example.com/",
    "example.com",
    "",
    # ports
    "http://example.com:22/",
    "http://example.com:25/",
    "http://example.com:6379/",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:-80/",
    "http://example.com:٨٠/",
    "http://example.com/" + "a" * 5000,
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_before_anything_is_opened(url: str) -> None:
    with pytest.raises(Refused) as refused:
        leads_to(PUBLIC).check(url)
    assert refused.value.evidence[0]


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "LOCALHOST.",
        "api.localhost",
        "printer",
        "nas.local",
        "wiki.internal",
        "metadata.google.internal",
        "router.home.arpa",
        "shop.lan",
    ],
)
@pytest.mark.parametrize("address", [PUBLIC, "10.0.0.8"])
def test_an_inner_name_is_refused_wherever_it_leads(name: str, address: str) -> None:
    with pytest.raises(Refused, match="inside a network"):
        leads_to(address).check(f"http://{name}/")


def test_an_unknown_inner_name_is_refused_like_a_known_one() -> None:
    def nowhere(_name: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(Refused, match="inside a network"):
        Guard(NOTHING, nowhere).check("http://payroll.internal/")


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["10.1.2.3", PUBLIC],
        ["2606:2800:220:1:248:1893:25c8:1946", "fe80::1%eth0"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["169.254.169.254"],
        ["0.0.0.0"],
    ],
)
def test_a_name_is_refused_if_any_of_its_addresses_is_inside(addresses: list[str]) -> None:
    with pytest.raises(Refused, match="leads inside a network"):
        leads_to(*addresses).check("https://reviews.example.com/")


def test_the_refusal_does_not_tell_the_inner_address() -> None:
    with pytest.raises(Refused) as refused:
        leads_to("10.9.8.7").check("https://reviews.example.com/")
    assert "10.9.8.7" not in str(refused.value)


def test_a_public_address_is_checked_and_pinned() -> None:
    checked = leads_to(PUBLIC, "2606:2800:220:1::1", PUBLIC).check("https://Reviews.Example.com/a?b=c#d")
    assert (checked.host, checked.port) == ("reviews.example.com", 443)
    assert checked.addresses == (IPv4Address(PUBLIC), IPv6Address("2606:2800:220:1::1"))


@pytest.mark.parametrize(
    ("given_url", "normal"),
    [
        ("HTTPS://Example.COM:443/a?b=1#frag", "https://example.com/a?b=1"),
        ("http://example.com", "http://example.com/"),
        ("http://example.com.:8080/x", "http://example.com:8080/x"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://1.1.1.1:/", "http://1.1.1.1/"),
        ("http://[2606:4700::1111]:8443/", "http://[2606:4700::1111]:8443/"),
        ("http://a_b.example/", "http://a_b.example/"),
    ],
)
def test_an_address_has_one_normal_form(given_url: str, normal: str) -> None:
    assert leads_to(PUBLIC).read(given_url).url == normal


def test_the_origin_is_what_robots_txt_belongs_to() -> None:
    assert leads_to(PUBLIC).read("https://example.com:443/x").origin == "https://example.com"
    assert leads_to(PUBLIC).read("http://example.com:8080/x").origin == "http://example.com:8080"


def test_reading_an_address_asks_no_resolver() -> None:
    def never(_name: str, _port: int) -> list[str]:
        raise AssertionError("asked")

    assert Guard(NOTHING, never).read("https://example.com/").host == "example.com"


def test_a_name_that_does_not_exist_is_unreachable_not_refused() -> None:
    def nowhere(_name: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(Unreachable, match="could not be found"):
        Guard(NOTHING, nowhere).check("https://gone.example.com/")


def test_a_channel_may_use_any_port_of_a_public_host() -> None:
    assert leads_to(PUBLIC).check_host("mail.example.com", 2525).port == 2525


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", 25), ("[::1]", 25), ("::1", 25), ("localhost", 25), ("10.0.0.1", 587), ("a b", 25),
     ("mail.example.com", 0), ("mail.example.com", 70000), ("0x7f.1", 25), ("", 25)],
)  # fmt: skip
def test_a_channel_is_refused_the_inside_too(host: str, port: int) -> None:
    with pytest.raises(Refused):
        leads_to(PUBLIC).check_host(host, port)


class TestAllowList:
    @pytest.mark.parametrize(
        ("entry", "url"),
        [
            ("127.0.0.1", "http://127.0.0.1:9999/"),
            ("127.0.0.1:9999", "http://127.0.0.1:9999/"),
            ("127.0.0.0/8", "http://127.3.2.1:9999/"),
            ("[::1]:9999", "http://[::1]:9999/"),
            ("::1", "http://[::1]:9999/"),
            ("fd12::/16", "http://[fd12::7]/"),
            ("reviews.lan", "http://Reviews.LAN./"),
            ("localhost:8025", "http://localhost:8025/"),
        ],
    )
    def test_what_the_operator_allows_is_opened(self, entry: str, url: str) -> None:
        guard = Guard(AllowList.parse([entry]), lambda _name, _port: ["192.168.7.7"])
        assert guard.check(url).addresses

    @pytest.mark.parametrize(
        ("entry", "url"),
        [
            ("127.0.0.1:9999", "http://127.0.0.1:8080/"),
            ("127.0.0.1", "http://127.0.0.2/"),
            ("127.0.0.1", "http://[::1]/"),
            ("10.0.0.0/24", "http://10.0.1.1/"),
            ("reviews.lan", "http://other.lan/"),
            ("reviews.lan:8080", "http://reviews.lan/"),
            ("reviews.lan", "http://www.reviews.lan/"),
            ("192.168.7.7", "http://127.0.0.1/"),
            ("127.0.0.1", "http://0x7f.1/"),
        ],
    )
    def test_nothing_else_is(self, entry: str, url: str) -> None:
        guard = Guard(AllowList.parse([entry]), lambda _name, _port: ["192.168.7.8"])
        with pytest.raises(Refused):
            guard.check(url)

    def test_one_allowed_address_does_not_cover_for_another(self) -> None:
        guard = Guard(AllowList.parse(["10.0.0.7"]), lambda _name, _port: ["10.0.0.7", "10.0.0.8"])
        with pytest.raises(Refused):
            guard.check("http://reviews.example.com/")

    def test_an_inner_name_at_an_allowed_address_is_opened(self) -> None:
        guard = Guard(AllowList.parse(["10.0.0.0/24"]), lambda _name, _port: ["10.0.0.7"])
        assert guard.check("http://printer.lan/").addresses == (IPv4Address("10.0.0.7"),)

    @pytest.mark.parametrize(
        "entry",
        ["", "a b", "10.0.0.1/24", "10.0.0.0/33", "host:0", "host:70000", "0x7f.1", "http://x/", "[::1",
         "[10.0.0.1]", "::1::2", "*", "*.lan", "user@host"],
    )  # fmt: skip
    def test_a_malformed_entry_stops_the_start_with_a_sentence(self, entry: str) -> None:
        with pytest.raises(SettingsError, match="SHOPBELL_ALLOW_HOSTS"):
            AllowList.parse(["localhost", entry])

    def test_it_can_be_written_down_and_read_again(self) -> None:
        entries = ["localhost:8025", "shop.lan", "10.0.0.0/24", "10.0.0.7:80", "fd12::/16", "[fd12::7]:443"]
        allow = AllowList.parse(entries)
        assert AllowList.parse(allow.written()) == allow


@given(st.sampled_from(["10.0.0.0", "127.0.0.0", "169.254.0.0", "192.168.0.0"]), st.integers(0, 0xFFFF))
def test_no_spelling_of_an_inner_address_is_ever_opened(network: str, offset: int) -> None:
    number = int(IPv4Address(network)) + offset
    octets = list(number.to_bytes(4, "big"))
    spellings = [
        str(IPv4Address(number)),
        str(number),
        hex(number),
        oct(number).replace("0o", "0"),
        ".".join(hex(octet) for octet in octets),
        ".".join(f"0{octet:o}" for octet in octets),
        f"{octets[0]}.{number & 0xFFFFFF}",
        f"{octets[0]}.{octets[1]}.{number & 0xFFFF}",
        "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in str(IPv4Address(number))),
        f"[::ffff:{IPv4Address(number)}]",
        f"[::{IPv4Address(number)}]",
        f"[64:ff9b::{IPv4Address(number)}]",
        f"[2002:{octets[0]:02x}{octets[1]:02x}:{octets[2]:02x}{octets[3]:02x}::1]",
    ]
    for spelling in spellings:
        with pytest.raises(Refused):
            leads_to(PUBLIC).check(f"http://{spelling}/")


@given(st.ip_addresses())
def test_what_python_knows_to_be_inside_is_never_taken_for_public(address: IPv4Address | IPv6Address) -> None:
    known = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    if known and not _is_global_exception(address):
        assert inside(address)


def _is_global_exception(address: IPv4Address | IPv6Address) -> bool:
    # Python calls a mapped or translated address private whatever it carries; we look at what it carries.
    return isinstance(address, IPv6Address) and (
        address.ipv4_mapped is not None or address in IPv6Network("64:ff9b::/96")
    )


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "8.8.8.8", PUBLIC, "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_public(text: str) -> None:
    assert inside(ip_address(text)) is None


@given(st.text(max_size=40))
def test_any_text_is_a_host_or_a_sentence(text: str) -> None:
    try:
        host = read_host(text)
    except ValueError as error:
        assert str(error).startswith(("has", "names", "writes"))
    else:
        assert read_host(str(host)) == host


@given(st.text(max_size=60).map("http://".__add__))
def test_any_address_is_read_or_refused(url: str) -> None:
    guard = leads_to(PUBLIC)
    try:
        target = guard.read(url)
    except Refused:
        return
    assert guard.read(target.url) == target


def test_two_labels_are_an_outer_name() -> None:
    assert not is_inner_name("example.com")
    assert not is_inner_name("local.example.com")

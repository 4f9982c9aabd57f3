"""A mail's bytes: any of them give a mail, bounded, and one mail is one however it came."""

from __future__ import annotations

import base64
import quopri
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sites.mail.base import Mail
from service.sites.mail.mime import LONGEST_TEXT, parse
from tests import letters

JAPANESE = "本日のレビュー：とてもおいしかったです"  # noqa: RUF001 (as it is written)


def a_mail(body: bytes = b"hello", kind: str = "text/plain", **headers: str) -> bytes:
    """A mail of one part; ``headers`` by name, with _ for -."""
    told = {"From": "Ann <ann@corner.example>", "Subject": "Hello", "Content-Type": kind}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + body


def in_html(page: str) -> Mail:
    return parse(a_mail(page.encode(), "text/html; charset=utf-8"))


def test_a_mail_is_read_with_its_sender_its_text_and_its_links() -> None:
    mail = parse(letters.raw("google-single"))
    assert (mail.sender, mail.domain) == ("businessprofile-noreply@google.com", "google.com")
    assert mail.sender_name == "Google Business Profile"
    assert mail.subject == "Mirelle left a review for Corner Bakery Hartsea"
    assert mail.sent_at == datetime(2026, 10, 6, 16, 14, tzinfo=UTC)
    assert mail.text.startswith("You got a new 2-star review\n\nRead review\n")
    assert [link.text for link in mail.links] == ["Read review", "Reply to review"]
    assert mail.recipients == ("in+north@bell.example", "owner@corner.example")
    assert mail.inner is None
    assert not mail.cut


# charsets and transfer encodings


@pytest.mark.parametrize(
    ("charset", "used"),
    [
        ("shift_jis", "shift_jis"),
        ("Shift-JIS", "cp932"),
        ("iso-2022-jp", "iso2022_jp"),
        ("euc-jp", "euc_jp"),
        ("utf-8", "utf-8"),
        ("us-ascii", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("x-unknown", "utf-8"),
        ("utf-8", "shift_jis"),
        ("iso-2022-jp", "utf-8"),
        ("", "shift_jis"),
        ("", "iso2022_jp"),
        ("utf-7", "utf-8"),
        ("base64", "utf-8"),
        ("\x00", "utf-8"),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_words_are_read_whatever_charset_a_mail_claims(charset: str, used: str, encoding: str) -> None:
    body = JAPANESE.encode(used)
    body = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(body)
    kind = f'text/plain; charset="{charset}"' if charset else "text/plain"
    assert parse(a_mail(body, kind, Content_Transfer_Encoding=encoding)).text.strip() == JAPANESE


def test_western_words_without_a_label_are_read() -> None:
    assert parse(a_mail("Café à Zürich".encode("cp1252"))).text == "Café à Zürich"


@pytest.mark.parametrize(
    ("body", "text"),
    [(b"aGVsbG8", "hello"), (b"aGVs\r\n!bG8=", "hello"), (b"aGVsbG8g=", "hello"), (b"=", "")],
)
def test_broken_base64_gives_what_is_whole_in_it(body: bytes, text: str) -> None:
    assert parse(a_mail(body, Content_Transfer_Encoding="base64")).text.strip() == text


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?q?Caf=C3=A9_open?=", "Café open"),
        ("=?UTF-8?B?Q2Fmw6k=?= =?utf-8?q?_open?=", "Café open"),
        ("Re: =?iso-8859-1?q?Caf=E9?= today", "Re: Café today"),
        # one character in two encoded words, as senders cut them
        ("=?utf-8?B?Q2Fmww==?= =?utf-8?B?qQ==?=", "Café"),
        ("=?shift_jis?B?g42DcoOFgVs=?=", "ロビュー"),
        ("=?utf-8?B?A?=", ""),
        ("=?nonsense?q?abc?=", "abc"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("Café", "Café"),
        ("nul\x00and\x07bell", "nulandbell"),
        ("two\r\n\tlines", "two lines"),
        ("=?utf-8?q?a=0D=0AFrom:_x?=", "a From: x"),
    ],
)
def test_a_subject_is_read_however_it_is_written(header: str, subject: str) -> None:
    assert parse(a_mail(Subject=header)).subject == subject


def test_parts_whose_boundary_is_nowhere_are_text() -> None:
    assert parse(a_mail(b"--other\r\n\r\nhello", 'multipart/mixed; boundary="x"')).text.endswith("hello")


def test_lines_broken_for_the_way_are_made_whole() -> None:
    kind = "text/plain; charset=utf-8; format=flowed"
    assert parse(a_mail(b"one \r\ntwo\r\n \r\n>three", kind)).text == "one two\n\n>three"
    assert parse(a_mail(b"one  \r\ntwo", kind + "; delsp=yes")).text == "one two"


# who it is from and to


@pytest.mark.parametrize(
    ("header", "address", "name"),
    [
        ("ann@corner.example", "ann@corner.example", ""),
        ("Ann Lee <Ann@Corner.Example>", "ann@corner.example", "Ann Lee"),
        ('"Lee, Ann" <ann@corner.example>', "ann@corner.example", "Lee, Ann"),
        ("=?utf-8?q?Ann_L=C3=A9e?= <ann@corner.example>", "ann@corner.example", "Ann Lée"),
        ("noreply@google.com <ann@corner.example>", "ann@corner.example", "noreply@google.com"),
        ('"noreply@google.com" <ann@corner.example>', "ann@corner.example", "noreply@google.com"),
        ('"<noreply@google.com>" <ann@corner.example>', "ann@corner.example", "<noreply@google.com>"),
        ("(noreply@google.com) ann@corner.example", "ann@corner.example", ""),
        ("ann@corner.example (<noreply@google.com>)", "ann@corner.example", ""),
        ("=?utf-8?q?<noreply@google.com>?= <ann@corner.example>", "ann@corner.example", None),
        ("Ann :( <ann@corner.example>", "ann@corner.example", None),
        ("<ann@corner.example>, <noreply@google.com>", "ann@corner.example", ""),
        ("noreply@google.com@evil.test", "", ""),
        ("noreply@google.com.", "noreply@google.com", ""),
        ("undisclosed-recipients:;", "", ""),
        ("(" * 5000, "", ""),
        (":" * 5000, "", ""),
        ("<" * 5000, "", ""),
        ('"' * 5001, "", ""),
        ("", "", ""),
    ],
)
def test_the_sender_is_the_address_and_never_what_a_name_shows(
    header: str, address: str, name: str | None
) -> None:
    mail = parse(a_mail(From=header))
    assert mail.sender == address
    assert name is None or mail.sender_name == name


def test_of_two_senders_in_two_headers_neither_is_believed() -> None:
    raw = b"From: noreply@google.com\r\n" + a_mail()
    assert parse(raw).sender == ""
    assert parse(b"From: ann@corner.example\r\n" + a_mail()).sender == "ann@corner.example"


def test_of_two_subjects_the_lower_one_is_the_signed_one() -> None:
    assert parse(b"Subject: above\r\n" + a_mail(Subject="below")).subject == "below"


def test_everybody_it_was_sent_or_delivered_to_is_a_recipient() -> None:
    raw = a_mail(
        To="Bell <in+north@bell.example>, b@corner.example",
        Cc="c@corner.example",
        Delivered_To="d@corner.example",
        X_Original_To="E@Corner.example",
        X_Forwarded_To="f@corner.example in+south@bell.example",
        Envelope_To="<g@corner.example>",
    )
    assert parse(raw).recipients == (
        *("in+north@bell.example", "b@corner.example", "c@corner.example", "d@corner.example"),
        *("e@corner.example", "f@corner.example", "in+south@bell.example", "g@corner.example"),
    )


@pytest.mark.parametrize(
    ("header", "at"),
    [
        ("Tue, 06 Oct 2026 09:14:00 -0700", datetime(2026, 10, 6, 16, 14, tzinfo=UTC)),
        ("6 Oct 2026 09:14 GMT", datetime(2026, 10, 6, 9, 14, tzinfo=UTC)),
        ("Tue, 06 Oct 2026 09:14:00 -9900", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Tue, 99 Oct 2026 99:14:00 +0000", None),
        ("1" * 5000, None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_a_moment_or_nothing(header: str, at: datetime | None) -> None:
    assert parse(a_mail(Date=header)).sent_at == at


# HTML


def test_html_is_told_as_what_a_person_sees() -> None:
    mail = in_html(
        "<html><head><title>no</title><style>p {color: red}</style></head><body>"
        "<div style='display:none;max-height:0'>preheader <b>text</b><br></div><span hidden>no</span>"
        "<script>alert('no')</script><!-- no --><h1>A new&nbsp;review</h1>"
        "<table><tr><td><img src=x alt='4 stars'></td><td>Ann&amp;Bob</td></tr></table>"
        "<p>First line<br>second\n line</p>"
        "<a href='https://corner.example/r?a=1&amp;b=2'>Reply <b>now</b></a>"
        "</body></html>"
    )
    assert mail.text == "A new review\n\n4 stars\n\nAnn&Bob\n\nFirst line\nsecond line\n\nReply now"
    assert [(link.href, link.text) for link in mail.links] == [
        ("https://corner.example/r?a=1&b=2", "Reply now")
    ]


def test_the_plain_part_is_read_and_the_html_only_gives_its_links() -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "ann@corner.example", "Hi"
    letter.set_content("A review of some length, which is why it is the text of this mail.\n" * 4)
    letter.add_alternative("<p>Other words</p><a href='https://corner.example/'>See it</a>", subtype="html")
    mail = parse(letter.as_bytes())
    assert mail.text.startswith("A review of some length")
    assert [link.text for link in mail.links] == ["See it"]


def test_a_short_plain_part_with_lines_of_its_own_is_read() -> None:
    letter = EmailMessage()
    letter.set_content("You got a new 5-star review\n\nRead review\n\nAnn\n\nReply to review\n")
    letter.add_alternative("<p>" + "A long footer about privacy. " * 40 + "</p>", subtype="html")
    assert parse(letter.as_bytes()).text.startswith("You got a new 5-star review")


def test_a_plain_part_that_says_nothing_gives_way_to_the_html() -> None:
    letter = EmailMessage()
    letter.set_content("Please use a program that shows HTML.\n")
    letter.add_alternative("<p>" + "The words of the review. " * 20 + "</p>", subtype="html")
    assert parse(letter.as_bytes()).text.startswith("The words of the review.")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Read review\n<https://a.example/x>", [("https://a.example/x", "Read review")]),
        ("See this\n\n[https://a.example/x]", [("https://a.example/x", "See this")]),
        ("Reply [https://a.example/x] or not", [("https://a.example/x", "Reply")]),
        ("at https://a.example/x.", [("https://a.example/x", "at")]),
        ("(https://a.example/x_(y))", [("https://a.example/x_(y)", "")]),
        ("javascript:alert(1) mailto:a@b.example", []),
        ("https://", []),
    ],
)
def test_links_in_plain_text_keep_the_words_they_stand_under(text: str, links: list[tuple[str, str]]) -> None:
    assert [(link.href, link.text) for link in parse(a_mail(text.encode())).links] == links


HOSTILE_HTML = {
    "deep": "<div>" * 120_000,
    "formatting": "".join(f"<p><font a{number}>" for number in range(40_000)),
    "tables": "<table><tr><td>" * 30_000,
    "links": "<a href=x>" * 60_000,
    "comments": "<!--" * 120_000,
    "brackets": "<" * 500_000,
    "attributes": "<a " + " ".join(f"x{number}=1" for number in range(60_000)),
    "quotes": '<a x="' * 80_000,
    "closing": "</div>" * 80_000,
    "entities": "&" * 500_000,
    "hidden": "<p style='display:none'>" * 20_000,
    "words": "<p>a" * 120_000,
}


@pytest.mark.parametrize("page", HOSTILE_HTML.values(), ids=HOSTILE_HTML.keys())
def test_hostile_html_costs_little_time(page: str) -> None:
    started = time.monotonic()
    mail = in_html(page)
    assert time.monotonic() - started < 3
    assert len(mail.text) <= LONGEST_TEXT
    assert len(mail.links) <= 200


# forwarded

BLOCKS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Trustpilot <noreply@trustpilot.com>\n"
    "Date: Tue, Oct 6, 2026 at 9:14 AM\nSubject: {subject}\nTo: <owner@corner.example>\n\n\n{text}",
    "gmail es": "---------- Forwarded message ---------\nDe: *Trustpilot* <noreply@trustpilot.com>\n"
    "Date: mar, 6 oct 2026 a las 9:14\nSubject: {subject}\nTo: <owner@corner.example>\n\n{text}",
    "outlook en": "________________________________\nFrom: Trustpilot <noreply@trustpilot.com>\n"
    "Sent: Tuesday, October 6, 2026 9:14 AM\nTo: Owner <owner@corner.example>\nSubject: {subject}\n\n{text}",
    "outlook de": "-----Ursprüngliche Nachricht-----\nVon: Trustpilot [mailto:noreply@trustpilot.com]\n"
    "Gesendet: Dienstag, 6. Oktober 2026 09:14\nAn: Inhaber\nBetreff: {subject}\n\n{text}",
    "outlook fr": "De : Trustpilot <noreply@trustpilot.com>\nEnvoyé : mardi 6 octobre 2026 09:14\n"
    "À : Patron <owner@corner.example>\nObjet : {subject}\n\n{text}",
    "outlook es": "De: Trustpilot <noreply@trustpilot.com>\nEnviado el: martes, 6 de octubre de 2026 9:14\n"
    "Para: Dueña\nAsunto: {subject}\n\n{text}",
    "apple": "Begin forwarded message:\n\nFrom: Trustpilot <noreply@trustpilot.com>\nSubject: {subject}\n"
    "Date: 6 October 2026 at 09:14:00 BST\nTo: owner@corner.example\n\n{text}",
    "apple quoted": "Anfang der weitergeleiteten Nachricht:\n\n> Von: Trustpilot <noreply@trustpilot.com>\n"
    "> Betreff: {subject}\n> Datum: 6. Oktober 2026 um 09:14\n> An: owner@corner.example\n> \n{quoted}",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
@pytest.mark.parametrize("above", ["", "Please see below.\n\nAnn\n\n"])
def test_a_mail_quoted_inside_another_is_found(block: str, above: str) -> None:
    text = "Jo just left a review\n\nof: Corner Bakery"
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    body = above + block.format(subject="You've got a new review", text=text, quoted=quoted)
    mail = parse(a_mail(body.encode(), "text/plain; charset=utf-8", Subject="Fwd: x"))
    assert mail.sender == "ann@corner.example"
    assert mail.inner is not None
    assert (mail.inner.sender, mail.inner.sender_name) == ("noreply@trustpilot.com", "Trustpilot")
    assert mail.inner.subject == "You've got a new review"
    assert mail.inner.text == text
    assert mail.inner.results == ()


@pytest.mark.parametrize(
    "words", ["From: x@evil.test", "To: be honest, no.", "Subject: y", "De: x@evil.test"]
)
@pytest.mark.parametrize("block", ["gmail", "outlook en", "apple"])
def test_a_customer_s_words_are_no_header_of_a_quoted_mail(block: str, words: str) -> None:
    mail = parse(a_mail(BLOCKS[block].format(subject="A review", text=words, quoted="").encode()))
    assert mail.inner is not None
    assert (mail.inner.sender, mail.inner.subject) == ("noreply@trustpilot.com", "A review")
    assert mail.inner.text == words


def test_header_lines_with_empty_lines_between_them_are_one_block() -> None:
    spaced = BLOCKS["apple"].split("\n\n{text}")[0].replace("\n", "\n\n") + "\n\n\nThe words."
    mail = parse(a_mail(spaced.format(subject="A review").encode()))
    assert mail.inner is not None
    assert (mail.inner.subject, mail.inner.text) == ("A review", "The words.")
    hostile = parse(a_mail(spaced.format(subject="A review").replace("The", "From: x@evil.test").encode()))
    assert hostile.inner is not None
    assert (hostile.inner.sender, hostile.inner.text) == (
        "noreply@trustpilot.com",
        "From: x@evil.test words.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "From: Ann\nSubject: x\nTo: b",
        "From: ann@corner.example\n\nA letter about a Subject: none.",
        "De: todo un poco\nPara: llevar",
        "On Tue, Ann wrote:\n> From here on it was good.",
    ],
)
def test_what_only_looks_like_a_quoted_mail_is_text(text: str) -> None:
    assert parse(a_mail(text.encode())).inner is None


def test_a_mail_sent_on_whole_is_read_and_a_redirected_one_keeps_its_sender() -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "owner@corner.example", "Fwd"
    letter.set_content("See attached.")
    original = EmailMessage()
    original["From"], original["Subject"] = "noreply@trustpilot.com", "You've got a new 5-star review"
    original.set_content("words")
    letter.add_attachment(original)
    mail = parse(letter.as_bytes())
    assert mail.inner is not None
    assert (mail.inner.sender, mail.inner.text.strip()) == ("noreply@trustpilot.com", "words")
    redirected = b"Resent-From: owner@corner.example\r\nResent-To: in@bell.example\r\n" + original.as_bytes()
    assert parse(redirected).sender == "noreply@trustpilot.com"


# one mail is one


def test_a_mail_is_one_however_often_and_by_whom_it_is_delivered() -> None:
    raw = letters.raw("google-single")
    relayed = (
        b"Received: from relay.example by mx.other.example\r\nX-Forwarded-To: in+south@bell.example\r\n"
        b"ARC-Seal: i=1; a=rsa-sha256\r\n" + raw.replace(b"\n", b"\r\n")
    )
    assert parse(relayed).fingerprint == parse(raw).fingerprint


def test_a_mail_is_one_by_imap_and_by_a_provider_that_wrote_it_anew() -> None:
    mail = parse(letters.raw("google-single"))
    anew = EmailMessage()
    anew["Received"] = "by hook"
    anew["Message-Id"], anew["SUBJECT"] = mail.message_id, mail.subject
    anew["from"] = "Google Business Profile <BusinessProfile-NoReply@google.com>"
    anew.set_content(mail.text + "\n\n", cte="base64")
    assert parse(anew.as_bytes()).fingerprint == mail.fingerprint


@pytest.mark.parametrize(
    ("was", "now"),
    [(b"<a1b2c3d4-", b"<a1b2c3d5-"), (b"bread was fine", b"cake was fine"), (b"Mirelle left", b"Mira left")],
)
def test_another_mail_is_another(was: bytes, now: bytes) -> None:
    raw = letters.raw("google-single")
    assert raw.count(was) == 1
    assert parse(raw.replace(was, now)).fingerprint != parse(raw).fingerprint


def test_two_mails_without_a_name_and_with_one_subject_are_two() -> None:
    assert parse(a_mail(b"Great")).fingerprint != parse(a_mail(b"Awful")).fingerprint


# bounds


def parts(count: int, body: bytes = b"hi", boundary: bytes = b"x") -> bytes:
    part = b"--" + boundary + b"\r\nContent-Type: text/plain\r\n\r\n" + body + b"\r\n"
    return a_mail(part * count, f'multipart/mixed; boundary="{boundary.decode()}"')


def nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(depth)
    )


def attachment(size: int) -> bytes:
    return (
        b"--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n"
        + b"QUJD" * (size // 4)
        + b"\r\n--x\r\nContent-Type: text/plain\r\n\r\nafter it\r\n--x--\r\n"
    )


HUGE = {
    "ten thousand nested parts": nested(10_000),
    "a hundred thousand parts": parts(100_000),
    "a boundary of one letter": parts(50_000, b"-" * 100, b"-"),
    "nested mails": b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "one header": b"Subject: " + b"x" * 3_000_000,
    "a hundred thousand headers": b"To: a@b.example\r\n" * 100_000 + b"\r\nhi",
    "folded for ever": b"Subject: x" + b"\r\n y" * 500_000,
    "encoded words": b"Subject: " + b"=?utf-8?b?QQ==?= " * 100_000,
    "no header at all": b"\x00" * 1_000_000,
    "links": a_mail(b"<https://a.example/" * 60_000),
    "open brackets": a_mail(b"[ " * 500_000),
    "labels": a_mail(b"From: a@b.example\n" * 60_000),
    "quotes": a_mail(b"> " * 500_000 + b"\n" + b"* " * 500_000),
}


@pytest.mark.parametrize("raw", HUGE.values(), ids=HUGE.keys())
def test_a_monstrous_mail_is_a_mail_at_once(raw: bytes) -> None:
    started = time.monotonic()
    mail = parse(raw)
    assert time.monotonic() - started < 3
    assert len(mail.text) <= LONGEST_TEXT
    assert len(mail.subject) <= 1000


def test_what_lies_ten_parts_deep_is_read_and_no_deeper() -> None:
    assert parse(nested(9) + b"\r\nthe review").text.strip() == "the review"
    assert parse(nested(12) + b"\r\nthe review").text == ""


def test_thirty_megabytes_of_attachment_are_passed_over() -> None:
    raw = a_mail(attachment(30_000_000), "multipart/mixed; boundary=x")
    started = time.monotonic()
    mail = parse(raw)
    assert time.monotonic() - started < 2
    assert (mail.text, mail.cut) == ("after it", False)


def test_a_text_is_cut_at_a_stated_length_and_says_so() -> None:
    mail = parse(a_mail(b"word " * 100_000))
    assert (len(mail.text), mail.cut) == (LONGEST_TEXT, True)
    assert in_html("<p>" + "word " * 150_000 + "</p>").cut
    assert parse(a_mail(), cut=True).cut


def test_a_mail_cut_in_its_attachment_is_the_same_mail() -> None:
    head = b"--x\r\nContent-Type: text/plain\r\n\r\nthe review\r\n"
    whole = a_mail(head + attachment(9000).replace(b"after it", b""), "multipart/mixed; boundary=x")
    assert parse(whole[:5000], cut=True).fingerprint == parse(whole).fingerprint


@given(st.binary(max_size=400))
def test_any_bytes_give_a_mail(raw: bytes) -> None:
    assert isinstance(parse(raw), Mail)


@settings(max_examples=60)
@given(st.sampled_from(letters.cases()).flatmap(lambda case: letters.mangled(letters.raw(case))))
def test_a_damaged_mail_is_a_mail(raw: bytes) -> None:
    mail = parse(raw)
    assert "\x00" not in mail.text + mail.subject
    (mail.text + mail.subject + mail.sender + "".join(mail.recipients)).encode()  # storable as it is


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["From", "To", "Date", "Content-Type"]))
def test_any_header_is_survived(words: str, more: str, name: str) -> None:
    raw = f"{name}: {words}\n\t{more}\n\nbody".encode("utf-8", "surrogatepass")
    assert isinstance(parse(raw), Mail)

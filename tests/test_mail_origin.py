"""Where a mail comes from: our own receiver's word for the site's signature, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Proof
from service.sites.mail import results
from service.sites.mail.base import Mail
from service.sites.mail.mime import parse
from service.sites.mail.origin import proof
from tests import letters

GOOGLE = ("google.com",)
OWNER = "businessprofile-noreply@google.com"


def origin(*told: str, sender: str = OWNER, by: str | None = "mx.ours.example") -> Proof:
    mail = Mail(sender=sender, subject="", text="", fingerprint=b"", results=told)
    return proof(mail, GOOGLE, by)


@pytest.mark.parametrize(
    "told",
    [
        "mx.ours.example; dkim=pass header.d=google.com",
        "MX.Ours.Example; DKIM=Pass Header.D=Google.COM",
        "mx.ours.example 1; dkim=pass header.d=google.com",
        "mx.ours.example; dkim/1=pass header.d=google.com",
        "mx.ours.example; dkim = pass header.d = google.com",
        "mx.ours.example; dkim=pass header.i=@google.com",
        "mx.ours.example; dkim=pass header.i=someone@mail.google.com header.d=google.com",
        "mx.ours.example; dkim=pass header.d=business.google.com",
        'mx.ours.example; dkim=pass reason="2048-bit key" header.d="google.com"',
        "mx.ours.example; dkim=pass (good (2048-bit) signature) header.d=google.com header.s=2023",
        "mx.ours.example; spf=pass smtp.mailfrom=a@b.example; dkim=pass header.d=google.com; dmarc=pass",
        "mx.ours.example;dkim=fail header.d=google.com;dkim=pass header.d=google.com",
        "mx.ours.example (our name); (nothing) dkim (sig) = (it is) pass header.d=google.com;",
        "mx.ours.example; spf=none; arc=fail (bad \\) seal); dkim=pass header.d=google.com",
        "mx.ours.example; dkim=pass (signature was verified) header.d=google.com;dmarc=pass action=none",
        "mx.ours.example; dkim=pass header.i=@google.com header.s=20230601 header.b=AbC+/12; iprev=pass",
    ],
)
def test_a_signature_our_receiver_verified_proves_the_site(told: str) -> None:
    assert origin(told) is Proof.PROVEN


FORGED = [
    # somebody else's word
    "mx.evil.example; dkim=pass header.d=google.com",
    "mx.ours.example.evil.test; dkim=pass header.d=google.com",
    "xmx.ours.example; dkim=pass header.d=google.com",
    "mx.ours.example.; dkim=pass header.d=google.com",
    "mx.ours.example 2; dkim=pass header.d=google.com",
    "dkim=pass header.d=google.com",
    "; dkim=pass header.d=google.com",
    "(mx.ours.example); dkim=pass header.d=google.com",
    "mx.evil.example (; mx.ours.example; ) ; dkim=pass header.d=google.com",
    'mx.evil.example; x="; mx.ours.example; dkim=pass header.d=google.com"',
    # another domain
    "mx.ours.example; dkim=pass header.d=google.com.evil.test",
    "mx.ours.example; dkim=pass header.d=evilgoogle.com",
    "mx.ours.example; dkim=pass header.d=google.co",
    "mx.ours.example; dkim=pass header.d=com",
    "mx.ours.example; dkim=pass header.d=.google.com",
    "mx.ours.example; dkim=pass header.d=g\u043e\u043egle.com",
    "mx.ours.example; dkim=pass header.d=google.com@evil.test",
    "mx.ours.example; dkim=pass header.i=@google.com@evil.test",
    "mx.ours.example; dkim=pass header.d=evil.test header.i=@google.com",
    "mx.ours.example; dkim=pass header.d=google.com header.d=evil.test",
    "mx.ours.example; dkim=pass header.from=google.com",
    "mx.ours.example; dkim=pass header.s=google.com",
    # no pass
    "mx.ours.example; dkim=fail header.d=google.com",
    "mx.ours.example; dkim=none",
    "mx.ours.example; none",
    "mx.ours.example",
    "mx.ours.example; dkim=pass",
    "mx.ours.example; dkim=passed header.d=google.com",
    "mx.ours.example; xdkim=pass header.d=google.com",
    "mx.ours.example; dkim-adsp=pass header.d=google.com",
    "mx.ours.example; arc=pass header.d=google.com",
    "mx.ours.example; spf=pass header.d=google.com",
    "mx.ours.example; dkim/2=pass header.d=google.com",
    # said inside something else
    "mx.ours.example; dkim=fail (dkim=pass header.d=google.com) header.d=google.com",
    "mx.ours.example; dkim=fail (x; dkim=pass header.d=google.com; y)",
    'mx.ours.example; dkim=fail reason="dkim=pass header.d=google.com"',
    'mx.ours.example; dkim=fail reason="\\"; dkim=pass header.d=google.com"',
    'mx.ours.example; spf=pass smtp.mailfrom="; dkim=pass header.d=google.com; "@evil.test',
    "mx.ours.example; spf=pass smtp.mailfrom=dkim=pass header.d=google.com",
    "mx.ours.example; dkim=fail header.d=evil.test dkim=pass header.d=google.com",
    "mx.ours.example; spf=fail dkim=pass header.d=google.com",
    # left open
    "mx.ours.example; (dkim=pass header.d=google.com",
    'mx.ours.example; "dkim=pass header.d=google.com',
    "mx.ours.example; dkim=pass header.d=google.com (",
    'mx.ours.example; dkim="pass" header.d=google.com',
    "",
    ";;;;",
]


@pytest.mark.parametrize("told", FORGED)
def test_what_somebody_else_wrote_proves_nothing(told: str) -> None:
    assert origin(told) is Proof.UNPROVEN


@pytest.mark.parametrize(
    "above", ["mx.evil.example; none", "mx.ours.example; dkim=fail header.d=google.com", ""]
)
def test_only_the_topmost_header_counts(above: str) -> None:
    good = "mx.ours.example; dkim=pass header.d=google.com"
    assert origin(above, good) is Proof.UNPROVEN
    assert origin(good, above) is Proof.PROVEN


ICLOUD = "bimi.ours.example dmarc.ours.example dkim.ours.example"


def test_a_receiver_with_several_names_is_believed_once_for_each() -> None:
    good, forged = (
        "dkim.ours.example; dkim=pass header.d=google.com",
        "dkim.ours.example; dkim=fail header.d=google.com",
    )
    above = ("bimi.ours.example; bimi=skipped", "dmarc.ours.example; dmarc=pass header.from=google.com")
    assert origin(*above, good, by=ICLOUD) is Proof.PROVEN
    assert origin(*above, forged, good, by=ICLOUD) is Proof.UNPROVEN
    assert origin(*above, above[0], good, by=ICLOUD) is Proof.UNPROVEN
    assert origin(above[0], "mx.evil.example; none", good, by=ICLOUD) is Proof.UNPROVEN
    assert origin(*above, good, by="dkim.ours.example") is Proof.UNPROVEN


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("mx7.ours.example", Proof.PROVEN),
        ("a.b.ours.example", Proof.PROVEN),
        ("ours.example", Proof.UNPROVEN),
        ("evilours.example", Proof.UNPROVEN),
        ("mx7.ours.example.evil.test", Proof.UNPROVEN),
    ],
)
def test_a_receiver_may_be_any_host_of_ours(name: str, known: Proof) -> None:
    assert origin(f"{name}; dkim=pass header.d=google.com", by="*.ours.example") is known
    forged = (f"{name}; dkim=fail header.d=google.com", "mx8.ours.example; dkim=pass header.d=google.com")
    assert origin(*forged, by="*.ours.example") is Proof.UNPROVEN


@pytest.mark.parametrize("by", [None, "", " ", "mx.other.example"])
def test_nothing_is_proven_where_our_receiver_s_name_is_unknown_or_another(by: str | None) -> None:
    assert origin("mx.ours.example; dkim=pass header.d=google.com", by=by) is Proof.UNPROVEN
    assert origin("; dkim=pass header.d=google.com", by=by) is Proof.UNPROVEN


@pytest.mark.parametrize("sender", ["", "a@evil.test", "a@google.com.evil.test", "a@evilgoogle.com"])
def test_a_signature_says_nothing_of_a_mail_from_elsewhere(sender: str) -> None:
    assert origin("mx.ours.example; dkim=pass header.d=google.com", sender=sender) is Proof.UNPROVEN


def test_a_site_s_other_domain_does_not_sign_for_this_one() -> None:
    mail = Mail("a@bbb.org", "", "", b"", results=("mx.ours.example; dkim=pass header.d=bbbmail.org",))
    assert proof(mail, ("bbb.org", "bbbmail.org"), "mx.ours.example") is Proof.UNPROVEN


def test_a_header_is_read_however_it_is_folded() -> None:
    raw = b"Authentication-Results: mx.ours.example;\r\n\tdkim=pass\r\n  (key)\r\n header.d=google.com\r\n"
    assert proof(parse(raw + b"From: a@google.com\r\n\r\n"), GOOGLE, "mx.ours.example") is Proof.PROVEN


def test_a_name_our_receiver_never_wrote_is_not_believed_from_an_attached_mail() -> None:
    inner = letters.raw("google-single")
    outer = (
        b"From: owner@corner.example\nMIME-Version: 1.0\nContent-Type: message/rfc822\n"
        b"Authentication-Results: mx.bell.example; dkim=pass header.d=corner.example\n\n"
    )
    mail = parse(outer + inner)
    assert mail.inner is not None
    assert mail.inner.sender == OWNER
    assert proof(mail, GOOGLE, "mx.bell.example") is Proof.UNPROVEN
    assert proof(mail.inner, GOOGLE, "mx.bell.example") is Proof.UNPROVEN


COMMENTS = st.sampled_from(
    ["", " ", "(x)", " (a (b) c) ", "\t", "(dkim=pass header.d=evil.test)", '(")', "(;)"]
)
WORDS = (
    'mx.ours.example dkim = pass fail ; ( ) " \\ header.d google.com header.i @ evil.test reason spf . 1 /'
)
PIECES = st.sampled_from([*WORDS.split(), " "])


@given(st.lists(COMMENTS, min_size=8, max_size=8))
def test_comments_and_space_between_words_change_nothing(between: list[str]) -> None:
    words = ["mx.ours.example", ";", "dkim", "=", "pass"]
    told = "".join(word + space for word, space in zip(words, between, strict=False))
    told += " header.d" + between[5] + "=" + between[6] + "google.com" + between[7]
    assert origin(told) is Proof.PROVEN


@given(st.lists(PIECES, max_size=30).map("".join))
def test_what_stands_in_a_comment_or_a_string_is_never_a_result(words: str) -> None:
    hidden = words.replace("(", "").replace(")", "").replace("\\", "").replace('"', "")
    assert origin(f"mx.ours.example; dkim=fail ({hidden}) header.d=google.com") is Proof.UNPROVEN
    assert origin(f'mx.ours.example; dkim=fail reason="{hidden}" header.d=google.com') is Proof.UNPROVEN


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_the_words_a_result_names_our_receiver_first(words: str) -> None:
    told = results.read(words)
    if origin(words) is Proof.PROVEN:
        assert told is not None
        assert words.replace("(", " ").split(";")[0].strip().lower().startswith("mx.ours.example")
        assert ("dkim", "pass") in {(check.method, check.result) for check in told.checks}


@given(st.text(max_size=300))
def test_any_text_at_all_is_answered(words: str) -> None:
    assert origin(words) is Proof.UNPROVEN


@pytest.mark.parametrize("piece", ["(", '"', "\\", ";", "=", "a", " ", "(a)", "dkim=pass "])
def test_a_long_hostile_header_is_read_at_once(piece: str) -> None:
    assert origin("mx.ours.example; " + piece * (10_000 // len(piece))) is Proof.UNPROVEN

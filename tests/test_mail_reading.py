"""A mail's words: what is of a shape we know is read, all else is shown, and nothing is guessed."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Kind, Scale
from service.sites.mail import lesson, registry
from service.sites.mail.base import Link, Mail, MailKind
from service.sites.mail.confirm import asked
from service.sites.mail.mime import parse
from service.sites.mail.reading import read_mail, speaking
from service.sites.mail.skeleton import lines, shape_of
from service.sites.registry import site_named
from tests import letters

GOOGLE = "businessprofile-noreply@google.com"


@pytest.mark.parametrize("case", letters.cases())
def test_each_mail_reads_as_its_pair_says(case: str) -> None:
    assert letters.read(case) == letters.told(case)["expected"]


def test_every_mail_has_its_expectation_and_every_expectation_its_mail() -> None:
    names = {path.name for path in letters.MAILS.iterdir()}
    assert {name for name in names if f"{name.rpartition('.')[0]}.eml" not in names} == set()
    assert {name for name in names if f"{name.rpartition('.')[0]}.json" not in names} == set()


def a_mail(sender: str, subject: str, text: str = "", **more: object) -> Mail:
    return dataclasses.replace(Mail(sender, subject, text, b""), **more)


def of_google(text: str, subject: str = "Ann left a review for Corner", **more: object) -> Mail:
    return a_mail(GOOGLE, subject, text, **more)


# Whose a mail is


def test_every_site_s_mails_are_of_a_site_that_is_known() -> None:
    assert all(site_named(each.site) is not None for each in registry.MAIL_SITES)
    assert len({each.site for each in registry.MAIL_SITES}) == len(registry.MAIL_SITES)


def test_a_mailbox_is_searched_for_all_senders_and_for_the_question_of_forwarding() -> None:
    asked_for = registry.sender_domains()
    assert {GOOGLE, "trustpilot.com", "yelp.com", "forwarding-noreply@google.com"} <= set(asked_for)
    assert "google.com" not in asked_for  # people's documents and forms are sent from there
    assert all(each == each.lower() for each in asked_for)


@pytest.mark.parametrize("case", letters.cases())
def test_whoever_is_known_is_searched_for(case: str) -> None:
    mail = parse(letters.raw(case))
    if registry.known_sender(mail) or asked(mail):
        assert any(each in mail.sender for each in registry.sender_domains())


@pytest.mark.parametrize(
    ("sender", "site"),
    [
        (GOOGLE, "google_maps"),
        ("forms-receipts-noreply@google.com", None),
        ("businessprofile-noreply@google.com.evil.test", None),
        ("no-reply@notify.yelp.com", "yelp"),
        ("a@notyelp.com", None),
        ("a@yelp.com.evil.test", None),
        ("notification@facebookmail.com", "facebook"),
        ("a@facebook.com", None),
        ("", None),
    ],
)
def test_a_sender_is_known_by_its_whole_domain(sender: str, site: str | None) -> None:
    found = registry.known_sender(a_mail(sender, ""))
    assert (found.site if found else None) == site


def test_a_forwarded_mail_is_read_but_not_one_in_a_customer_s_words() -> None:
    inner = a_mail("noreply@trustpilot.com", "You've got a new 5-star review")
    assert speaking(a_mail("owner@corner.example", "Fwd", inner=inner)) is inner
    twice = a_mail("boss@corner.example", "Fwd", inner=a_mail("owner@corner.example", "Fwd", inner=inner))
    assert speaking(twice) is inner
    google = of_google("", inner=inner)
    assert speaking(google) is google


# Google


def one(text: str = "Fine.", stars: str = "4", author: str = "Ann Lee") -> str:
    return f"You got a new {stars}-star review\n\nRead review\n\n{author}\n\n{text}\n\nReply to review\n"


@pytest.mark.parametrize(
    "text",
    [
        one(stars="6"),
        one(stars="0"),
        one(stars="4.5"),
        one(stars="14"),
        one().replace("You got a new 4-star review", "You got a new review"),
        one().replace("You got a new", "Somebody got a new"),
        one().replace("Read review", "Look"),
        one().replace("Reply to review", "Look"),
        one().replace("Read review", "You got a new 1-star review\nRead review"),
        one().replace("4-star review", "4-star reviewer"),
        one().replace("Read review\n", "Read review\nA\n", 1).replace("Reply to review", ""),
        "You got a new 4-star review\nRead review\nReply to review",
        "You got a new 4-star review\nRead review\nAnn Lee",
        "You got a new 4-star review\nReply to review\nRead review\nAnn Lee",
        "4-star hotel, 3/10/2026",
        "",
    ],
)
def test_a_google_mail_of_another_shape_is_shown_and_not_read(text: str) -> None:
    reading = read_mail(of_google(text), {})
    assert (reading.kind, reading.items) == (MailKind.UNKNOWN, ())
    assert reading.shape == shape_of(of_google(text))


def test_what_google_writes_above_the_stars_and_below_them_is_passed_over() -> None:
    text = one().replace("You got", "Google\n\nHello\n\nYou got").replace("Read", "Answer soon.\n\nRead")
    (item,) = read_mail(of_google(text.replace("4-star review", "4-star review for Corner")), {}).items
    assert (item.author, item.rating, item.text) == ("Ann Lee", 4, "Fine.")


@pytest.mark.parametrize(
    "words",
    ["4-star hotel", "3/10/2026", "on 4/5 at noon", "★★★★★", "5 out of 5", "You got a new 5-star review"],
)
def test_a_customer_s_own_words_are_never_the_rating(words: str) -> None:
    (item,) = read_mail(of_google(one(words, "2")), {}).items
    assert (item.rating, item.text) == (2, words)


def test_only_the_last_reply_link_names_the_review() -> None:
    link = "https://business.google.com/customers/reviews/reply?p={}"
    real, forged = (
        "CiRDaFpEU1VoTk1HOW5TMFZKUTBGblNVTmZNRzl5YjBKTlVoQUI=",
        "CiRDaFpEU1VoTk1ERndUMFZKUTBGblNVTmZNRzl5YjBKTlVoQUI=",
    )
    read = [
        read_mail(of_google(one(), links=tuple(Link(each, "Reply to review") for each in hrefs)), {})
        .items[0]
        .ids
        for hrefs in (
            [link.format(forged), link.format(real)],
            [link.format(real), "https://business.google.com/other"],
            [link.format(real).replace("business.google.com", "business.google.com.evil.test")],
            ["https://[broken"],
        )
    ]
    assert read == [(("google.maps", "ChZDSUhNMG9nS0VJQ0FnSUNfMG9yb0JNUhAB"),), (), (), ()]


def test_a_link_in_a_customer_s_words_names_no_listing() -> None:
    forged = "https://www.google.com/maps?cid=1"
    links = (Link("https://business.google.com/n/1", "Read review"), Link(forged, "Read review"))
    more = (Link(forged, "Reply to review"), Link("https://business.google.com/r", "Reply to review"))
    assert read_mail(of_google(one(), links=links + more), {}).clues.listing_keys == ()


def test_the_listing_is_found_where_a_link_of_google_s_names_it() -> None:
    place = "https://www.google.com/maps?cid=10281119596374313554"
    links = (Link(place, "Read review"), Link(place + "1", "a customer's words"))
    assert read_mail(of_google(one(), links=links), {}).clues.listing_keys == ("10281119596374313554",)


# What is sorted by its subject alone


@pytest.mark.parametrize(
    ("sender", "subject", "kind"),
    [
        ("no-reply@yelp.com", "You have a new review", MailKind.UNKNOWN),
        ("no-reply@yelp.com", "New review for Weekly Coffee", MailKind.UNKNOWN),
        ("no-reply@yelp.com", "Tienes una nueva reseña", MailKind.UNKNOWN),
        ("no-reply@yelp.com", "Vous avez un nouvel avis", MailKind.UNKNOWN),
        ("no-reply@yelp.com", "Sie haben eine neue Bewertung", MailKind.UNKNOWN),
        ("no-reply@yelp.com", "Your weekly review summary", MailKind.ASIDE),
        ("no-reply@yelp.com", "Reset your password", MailKind.ASIDE),
        ("no-reply@yelp.com", "Preview of your new page", MailKind.ASIDE),
        ("a@tripadvisor.com", "Nouvel avis sur Hôtel du Lac", MailKind.UNKNOWN),
        ("a@tripadvisor.com", "Nueva opinión sobre Hotel del Lago", MailKind.UNKNOWN),
        ("a@tripadvisor.com", "Votre facture", MailKind.ASIDE),
        ("a@facebookmail.com", "Ann recommends Corner Bakery", MailKind.UNKNOWN),
        ("a@facebookmail.com", "Ann empfiehlt Bäckerei Eck", MailKind.UNKNOWN),
        ("a@facebookmail.com", "Ana no recomienda Panadería", MailKind.UNKNOWN),
        ("a@facebookmail.com", "Pages recommended for you", MailKind.ASIDE),
        ("a@bbb.org", "You have received a complaint", MailKind.UNKNOWN),
        ("a@bbb.org", "Nueva queja de un cliente", MailKind.UNKNOWN),
        ("a@bbbmail.org", "Renew your accreditation", MailKind.ASIDE),
        ("a@angi.com", "You received a new review", MailKind.UNKNOWN),
        ("a@angi.com", "Ask your customers for a review", MailKind.ASIDE),
        ("a@opentable.com", "New feedback from your diner", MailKind.UNKNOWN),
        ("a@opentable.com", "Neue Bewertung eines Gastes", MailKind.UNKNOWN),
        ("a@opentable.com", "Ihre Rechnung", MailKind.ASIDE),
        ("a@trustpilot.com", "Invite customers to review you", MailKind.ASIDE),
        ("a@trustpilot.com", "Nouvel avis 5 étoiles", MailKind.UNKNOWN),
        (GOOGLE, "Ann hat eine Rezension zu Eck verfasst", MailKind.UNKNOWN),
        (GOOGLE, "Ann a laissé un avis sur Coin", MailKind.UNKNOWN),
        (GOOGLE, "本日の新しい口コミ", MailKind.UNKNOWN),
        (GOOGLE, "Анна оставила отзыв", MailKind.UNKNOWN),
        (GOOGLE, "Hai ricevuto una nuova recensione", MailKind.UNKNOWN),
        (GOOGLE, "", MailKind.ASIDE),
        (GOOGLE, "Your Business Profile performance in October", MailKind.ASIDE),
    ],
)
def test_what_nobody_has_shown_us_is_sorted_and_never_read(sender: str, subject: str, kind: MailKind) -> None:
    reading = read_mail(a_mail(sender, subject, one()), {})
    assert (reading.kind, reading.items) == (kind, ())
    assert (reading.shape is not None) == (kind is MailKind.UNKNOWN)


def test_the_evidence_is_in_our_own_words() -> None:
    mail = of_google("xyzzy", "Xyzzy left a review for Plugh")
    assert not any("xyzzy" in each.casefold() or "Plugh" in each for each in read_mail(mail, {}).evidence)


# Taught shapes


def taught(case: str, **marks: lesson.Marked) -> dict[tuple[str, bytes], lesson.Marks]:
    mail = speaking(parse(letters.raw(case)))
    return {(mail.domain, shape_of(mail)): lesson.learn(mail, **marks)}


def test_a_taught_shape_reads_the_next_mail_and_another_site_s_kind_is_kept() -> None:
    known = taught("yelp-review", author=(1, "Tess R."), stars=2, text=3, place=(1, "Corner Bakery"))
    raw = (
        letters.raw("yelp-review")
        .replace(b"Tess R. wrote", b"Olu B. wrote")
        .replace(b"4 star r", b"1 star r")
    )
    reading = read_mail(parse(raw), known)
    (item,) = reading.items
    assert (reading.kind, reading.site, reading.clues.name) == (MailKind.REVIEW, "yelp", "Corner Bakery")
    assert (item.author, item.rating, item.text_complete, item.posted) == ("Olu B.", 1, False, None)
    assert item.text == "The 4-star hotel next door sent us on 3/10/2026."


def test_an_html_mail_with_its_stars_in_a_picture_is_taught_and_read() -> None:
    known = taught("yelp-html", author="Tess R.", stars=5, text=range(6, 8), place=(0, "Corner Bakery"))
    raw = letters.raw("yelp-html")
    for was, now in (
        ("Tess R.", "Jean-Luc de la P."),
        ("Corner Bakery", "Bun Shop"),
        ("4.0 star rating", "1.0 star rating"),
        ("10/6/2026", "11/26/2026"),
        ("Good bread.<br>Slow queue.", "Worse than a 4-star hotel.<br><br>10/10 would not."),
    ):
        raw = raw.replace(was.encode(), now.encode())
    reading = read_mail(parse(raw), known)
    (item,) = reading.items
    assert (item.author, item.rating, reading.clues.name) == ("Jean-Luc de la P.", 1, "Bun Shop")
    assert item.text == "Worse than a 4-star hotel.\n10/10 would not."


def test_a_taught_recommendation_is_never_stars() -> None:
    known = taught("facebook-recommendation", author=(1, "Lucie Aubry"), stars=(1, "recommande"), text=2)
    raw = letters.raw("facebook-recommendation")
    (item,) = read_mail(parse(raw), known).items
    assert (item.kind, item.scale) == (Kind.RECOMMENDATION, Scale.RECOMMEND)
    assert (item.recommends, item.rating) == (True, None)
    turned = raw.replace(b"Lucie Aubry recommande Boul", b"Lucie Aubry ne recommande pas Boul")
    (item,) = read_mail(parse(turned), known).items
    assert (item.author, item.recommends) == ("Lucie Aubry", False)


def test_a_taught_complaint_is_a_complaint_without_stars() -> None:
    (item,) = read_mail(parse(letters.raw("bbb-complaint")), taught("bbb-complaint", text=1)).items
    assert (item.kind, item.scale, item.rating) == (Kind.COMPLAINT, Scale.NONE, None)


def test_a_template_that_changed_is_unknown_again() -> None:
    known = taught("yelp-review", author=(1, "Tess R."), stars=2, text=3)
    raw = letters.raw("yelp-review").replace(b"wrote a review of", b"has been to")
    assert shape_of(parse(raw)) == shape_of(parse(letters.raw("yelp-review")))
    reading = read_mail(parse(raw), known)
    assert (reading.kind, reading.items) == (MailKind.UNKNOWN, ())
    assert "do not fit" in reading.evidence[0]


def test_a_shape_taught_for_one_sender_is_not_another_s() -> None:
    known = taught("yelp-review", author=(1, "Tess R."), stars=2, text=3)
    raw = letters.raw("yelp-review").replace(b"no-reply@notify.yelp.com", b"a@tripadvisor.com")
    assert read_mail(parse(raw), known).kind is MailKind.UNKNOWN


# Questions of forwarding


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("https://mail-settings.google.com/mail/vf-abc", True),
        ("https://mail.google.com/mail/vf-abc", True),
        ("http://mail-settings.google.com/mail/vf-abc", False),
        ("https://mail-settings.google.com/mail/uf-abc", False),
        ("https://mail-settings.google.com.evil.test/mail/vf-abc", False),
        ("https://mail-settings.google.com@evil.test/mail/vf-abc", False),
        ("https://x@mail-settings.google.com/mail/vf-abc", False),
        ("https://evil.test/mail-settings.google.com/mail/vf-abc", False),
        ("https://sites.google.com/mail/vf-abc", False),
        ("https://mail-settings.google.com:444/mail/vf-abc", False),
        ("https://mail-settings.google.com:no/mail/vf-abc", False),
        ("javascript:alert(1)", False),
        ("https://[", False),
    ],
)
def test_only_the_provider_s_own_link_is_shown(href: str, shown: bool) -> None:
    mail = a_mail(
        "forwarding-noreply@google.com",
        "Gmail Forwarding Confirmation",
        "Confirmation code: 12345",
        links=(Link(href, "confirm"),),
    )
    reading = read_mail(mail, {})
    assert (reading.kind, reading.link, reading.code) == (MailKind.CONFIRM, href if shown else None, "12345")


def test_two_links_that_confirm_are_none() -> None:
    links = tuple(Link(f"https://mail.google.com/mail/vf-{n}", "") for n in (1, 2))
    mail = a_mail("forwarding-noreply@google.com", "Gmail Forwarding Confirmation", links=links)
    assert read_mail(mail, {}).link is None


@pytest.mark.parametrize(
    ("sender", "subject", "kind"),
    [
        ("x@microsoft.com", "Confirm that you want to forward mail", MailKind.CONFIRM),
        ("x@microsoft.com", "Bestätigen Sie die Weiterleitung", MailKind.CONFIRM),
        ("x@microsoft.com", "Your sign-in code", MailKind.FOREIGN),
        ("x@outlook.com", "Please confirm forwarding", MailKind.FOREIGN),
        ("x@gmail.com", "Gmail Forwarding Confirmation", MailKind.FOREIGN),
        ("forwarding-noreply@google.com", "News from Gmail", MailKind.FOREIGN),
    ],
)
def test_only_a_provider_asks_whether_mail_may_be_forwarded(
    sender: str, subject: str, kind: MailKind
) -> None:
    assert read_mail(a_mail(sender, subject), {}).kind is kind


# Whatever comes

RATED = {case for case in letters.cases() if letters.told(case)["expected"]["reviews"]}
KNOWN = taught("yelp-review", author=(1, "Tess R."), stars=2, text=3)


@settings(max_examples=150)
@given(
    st.sampled_from(letters.cases()).flatmap(
        lambda case: st.tuples(st.just(case), letters.mangled(letters.raw(case)))
    )
)
def test_a_damaged_mail_never_gains_a_rating(told: tuple[str, bytes]) -> None:
    case, raw = told
    reading = read_mail(parse(raw), KNOWN)
    assert isinstance(reading.kind, MailKind)
    allowed = {each["rating"] for each in letters.told(case)["expected"]["reviews"]}
    if case == "yelp-review":
        allowed.add(4)
    if case == "google-hostile-text":
        allowed.add(5)  # what it forwards is of another sender, once its own is damaged
    assert {each.rating for each in reading.items} <= allowed


@given(st.sampled_from(registry.sender_domains()), st.text(max_size=80), st.text(max_size=400))
def test_any_words_of_a_known_sender_are_answered(sender: str, subject: str, text: str) -> None:
    mail = a_mail(sender if "@" in sender else f"a@{sender}", subject, text)
    assert all(item.rating is None for item in read_mail(mail, KNOWN).items)


@pytest.mark.parametrize(
    "line", ["Reply to review", "Read review", "Ann just left a new 5-star review of a.b:", "x"]
)
def test_a_very_long_mail_is_read_at_once(line: str) -> None:
    started = time.monotonic()
    for sender in (GOOGLE, "noreply@trustpilot.com", "no-reply@notify.yelp.com"):
        subject = "Ann left a review for B" if sender == GOOGLE else "You've got a new 5-star review"
        read_mail(a_mail(sender, subject, one("\n".join([line] * 20_000))), KNOWN)
    assert time.monotonic() - started < 3


# The samples that lie beside the checkout

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "apis" / "mail-fixtures"


@pytest.mark.shared
@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the sample mails (../shared/apis) are not beside the checkout"
)
@pytest.mark.parametrize(
    ("name", "kind", "author", "rating", "clue"),
    [
        ("google-single", MailKind.REVIEW, "Asha Rao", 2, "Acme Dental North"),
        ("google-digest", MailKind.HINT, None, None, "Acme Dental North"),
        ("trustpilot-single", MailKind.REVIEW, "Jordan K", 5, "example.test"),
    ],
)
def test_the_sample_mails_read_as_they_are(
    name: str, kind: MailKind, author: str | None, rating: int | None, clue: str
) -> None:
    mail = parse((SHARED / f"{name}.eml").read_bytes())
    reading = read_mail(mail, {})
    assert reading.kind is kind
    assert [(item.author, item.rating) for item in reading.items] == ([(author, rating)] if author else [])
    assert clue in (reading.clues.name, *reading.clues.listing_keys)
    assert lines(mail)[0] == mail.subject

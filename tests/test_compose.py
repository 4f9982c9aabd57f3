"""What an alert says: the reply in full, the stranger's words harmless, and for a clinic almost nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.alerts import media, neutral
from service.alerts.compose import Message, Ways, compose
from service.alerts.facts import Baseline, Blank, Facts, Offer, Place, ReviewFacts, SourceFacts, Span
from service.alerts.media import Medium
from service.alerts.outline_review import reply_runs, subject
from service.domain import EventKind, Health, Kind, ReplyClass, Route, Scale, Urgency

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DESK = "https://bell.example.com/r/" + "t" * 60
MEDIA = (
    media.MAIL,
    media.SLACK,
    media.TEAMS,
    media.DISCORD,
    media.TELEGRAM,
    media.WHATSAPP,
    media.SMS,
    media.NTFY,
    media.PUSHOVER,
    media.GOOGLE_CHAT,
    media.HOOK,
)
PLACE = Place(
    listing_id=3,
    listing_url="https://www.yelp.com/biz/northside",
    site="Yelp",
    branch="Northside",
    city="Leeds",
    tz="Europe/London",
)
LOCKED = "Hi {}, that was too long a wait, and I am sorry. We have since {}. Please ask for me. The team"
HINT = "what you changed since"
FILL_IN = f"[FILL IN: {HINT}]"


def offer(name: str = "Ann", blank: bool = True) -> Offer:
    fix = "[fix]" if blank else "opened a second till"
    text = LOCKED.format(name, fix)
    spans = [Span(kind="placeholder", name="first_name", start=3, end=3 + len(name))]
    start = text.index(fix, 3 + len(name))
    if blank:
        spans.append(Span(kind="blank", name="fix", start=start, end=start + len(fix)))
    return Offer(
        pack="northside-restaurant",
        serial=7,
        sha256="ab" * 32,
        item="wait-apology",
        variant=2,
        text=text,
        reply_class=ReplyClass.WITHIN_BOUNDS if blank else ReplyClass.VERBATIM,
        spans=tuple(spans),
        blanks=(Blank(name="fix", hint=HINT, max=120, forbid=("link", "phone")),) if blank else (),
        reasons=("2 of 5 stars", "topic wait"),
    )


def review(**facts: object) -> ReviewFacts:
    told = {"id": 7, "rating": 2.0, "best": 5.0, "author": "Ann L.", "text": "Waited 40 minutes."} | facts
    return ReviewFacts.model_validate(told)


def facts(about: ReviewFacts | None = None, place: Place = PLACE, **other: object) -> Facts:
    about = about or review()
    urgency = Urgency(other.pop("urgency", Urgency.HIGH))
    told: dict[str, object] = {
        "kind": EventKind.NEW,
        "at": NOW,
        "urgency": urgency,
        "subject": subject(EventKind.NEW, place, about, urgency),
        "place": place,
        "due_at": NOW + timedelta(hours=30),
        "why": ("2 of 5 stars",),
        "review": about,
        "offer": offer(),
    }
    return Facts.model_validate(told | other)


def listing(kind: EventKind, place: Place = PLACE, **other: object) -> Facts:
    told = {
        "kind": kind,
        "at": NOW,
        "urgency": Urgency.NORMAL,
        "subject": "Northside on Yelp",
        "place": place,
    }
    return Facts.model_validate(told | other)


def sent(told: Facts, medium: Medium = media.MAIL) -> Message:
    return compose(told, medium, Ways(desk=DESK, stop="https://bell.example.com/u/s"))


def visible(text: str) -> str:
    return text.replace(neutral.BREAK, "")


# What it says


def mention(**facts: object) -> ReviewFacts:
    told = {
        "id": 8,
        "kind": Kind.MENTION,
        "scale": Scale.NONE,
        "title": "Five bakeries worth a walk",
        "text": "Northside is one of them ...",
        "text_complete": False,
        "permalink": "https://www.crumbs.example/five",
    }
    return ReviewFacts.model_validate(told | facts)


@pytest.mark.parametrize("medium", MEDIA, ids=lambda medium: medium.name)
def test_a_mention_is_called_one_and_has_no_stars(medium: Medium) -> None:
    told = sent(facts(mention(), due_at=None, why=(), offer=None, no_offer="Nothing need be posted."), medium)
    whole = visible(f"{told.subject}\n{told.text}\n{told.html or ''}").casefold()
    assert "mention" in whole
    assert "review" not in whole
    assert "star" not in whole
    assert "crumbs.example" in whole


def test_a_mention_says_where_it_stands_and_by_whom_where_that_is_told() -> None:
    assert subject(EventKind.NEW, PLACE, mention(), Urgency.LOW) == "Northside: mention on crumbs.example"
    by_ann = mention(author="Ann", permalink=None)
    assert subject(EventKind.NEW, PLACE, by_ann, Urgency.HELD) == "Northside: held mention on Yelp, from Ann"
    text = visible(sent(facts(mention(), due_at=None, urgency=Urgency.LOW)).text)
    assert "New mention\n" in text
    assert "an article, about Northside (Leeds), on crumbs.example" in text
    assert "The mention, as far as we have it:" in text
    wordless = visible(sent(facts(mention(title=None, text=None), due_at=None)).text)
    assert "The mention has no words, only a link." in wordless


def test_a_clinics_mention_is_only_said_to_wait() -> None:
    clinic = PLACE.model_copy(update={"discreet": True})
    told = sent(facts(ReviewFacts(id=8, kind=Kind.MENTION), clinic, due_at=None, offer=None))
    assert told.subject == "Northside: a mention waits"
    assert "crumbs" not in told.text


def test_a_feed_is_told_of_by_its_title_and_hears_mentions() -> None:
    feed = Place(
        listing_id=3,
        listing_url="https://www.google.com/alerts",
        site="Google Alert - north",
        hears="mention",
    )
    past = sent(listing(EventKind.BASELINE, feed, baseline=Baseline(heard=12, waiting=0)))
    assert "Google Alert - north: now watched, 12 mentions from before" in past.text
    assert "review" not in visible(past.text).casefold()
    quiet = sent(listing(EventKind.SILENCE, feed, days=9, usual_days=2))
    assert "No new mention for 9 days" in quiet.text
    lost = SourceFacts(route=Route.FEED, health=Health.LAYOUT)
    gone = sent(listing(EventKind.HEALTH, feed, source=lost)).text
    assert "No feed stands at its address any more" in gone
    assert "review" not in visible(gone).casefold()


def test_it_says_who_where_how_urgent_by_when_and_why() -> None:
    text = sent(facts()).text
    for told in ("Ann L.", "Northside (Leeds)", "on Yelp", "Urgent", "2 of 5 stars", "topic wait"):
        assert told in visible(text)
    assert "Monday 23 November, 15:00 (Europe/London)" in text


def test_the_time_is_told_in_the_branchs_own_zone() -> None:
    tokyo = PLACE.model_copy(update={"tz": "Asia/Tokyo"})
    assert "Tuesday 24 November, 00:00 (Asia/Tokyo)" in sent(facts(place=tokyo)).text


def test_a_closed_blank_lists_what_may_stand_in_it() -> None:
    closed = Blank(name="fix", hint=HINT, max=20, choices=("opened a second till", "hired a cook"))
    text = sent(facts(offer=offer().model_copy(update={"blanks": (closed,)}))).text
    assert "one of: “opened a second till”; “hired a cook”." in text
    assert "at most 20" not in text


def test_a_zone_nobody_knows_is_told_as_utc() -> None:
    nowhere = PLACE.model_copy(update={"tz": "Mars/Olympus"})
    assert "Monday 23 November, 15:00 (UTC)" in sent(facts(place=nowhere)).text


def test_the_reply_stands_there_in_full_with_its_blank_marked() -> None:
    message = sent(facts())
    assert LOCKED.format("Ann", FILL_IN) in message.text
    assert f"{FILL_IN}</mark>" in str(message.html)
    assert "at most 120 characters; no link, phone" in message.text


@pytest.mark.parametrize(
    ("reply", "said"),
    [(offer(blank=False), "Approved reply, verbatim"), (offer(), "within bounds once you fill one blank")],
)
def test_it_says_how_far_the_approval_reaches(reply: Offer, said: str) -> None:
    assert f"{said}" in sent(facts(offer=reply)).text


def test_where_no_reply_is_approved_it_says_why() -> None:
    text = sent(facts(offer=None, no_offer="Every pack for this branch has expired.")).text
    assert "Every pack for this branch has expired." in text


def test_it_links_to_our_page_first_and_to_the_sites_own() -> None:
    permalink = "https://www.yelp.com/biz/northside?hrid=x1"
    message = sent(facts(review(permalink=permalink)))
    assert message.links[:2] == (DESK, permalink)


@pytest.mark.parametrize(
    "permalink", ["javascript:alert(1)", "data:text/html,x", "https://", "http://[", "https://a:b@c/", None]
)
def test_a_permalink_that_is_no_web_address_is_not_linked(permalink: str | None) -> None:
    assert sent(facts(review(permalink=permalink))).links[1] == PLACE.listing_url


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (review(rating=4.5), "4.5 of 5 stars"),
        (review(scale=Scale.POINTS10, rating=7, best=None), "7 of 10 points"),
        (review(scale=Scale.RECOMMEND, rating=None, recommends=False), "does not recommend"),
        (review(scale=Scale.NONE, rating=None, kind=Kind.COMPLAINT), "complaint"),
        (review(scale=Scale.STARS5, rating=None), "review"),
    ],
)
def test_the_sites_own_scale_is_kept(told: ReviewFacts, said: str) -> None:
    assert f"New review: {said}\n" in sent(facts(told)).text


def test_a_review_without_words_or_name_says_so() -> None:
    text = sent(facts(review(text=None, author=None))).text
    assert "has no words" in text
    assert "somebody without a name" in text


def test_an_edited_review_says_what_changed_and_that_it_has_an_answer() -> None:
    text = sent(facts(review(answered=True), kind=EventKind.EDITED, changed=("rating", "text"))).text
    assert "Edited review" in text
    assert "Changed: rating, text." in text
    assert "It has an answer already" in text


def test_a_held_review_says_so_in_its_subject_and_its_first_lines() -> None:
    message = sent(facts(urgency=Urgency.HELD))
    assert "held review" in message.subject
    assert "only the people named for it" in message.text


def test_a_mail_says_why_it_came_and_how_to_stop_and_a_shared_channel_does_not() -> None:
    told = facts(told_because="rule 1, Low stars")
    assert "Why you: rule 1, Low stars." in sent(told).text
    assert "https://bell.example.com/u/s" in sent(told).links
    assert "/u/s" not in sent(told, media.SLACK).text


def test_words_nobody_judged_are_told_as_not_judged() -> None:
    assert "were not judged" in sent(facts(review(judged=False))).text


def test_a_mail_of_unproven_origin_is_told_as_one() -> None:
    assert "whose origin is not proven" in sent(facts(review(proven=False))).text
    assert "origin" not in sent(facts(review())).text


# Branches that keep silent about patients


@pytest.mark.parametrize("medium", MEDIA, ids=lambda medium: medium.name)
@pytest.mark.parametrize("kind", [EventKind.NEW, EventKind.EDITED, EventKind.REPLY_VANISHED])
def test_for_a_clinic_only_that_a_review_waits(medium: Medium, kind: EventKind) -> None:
    clinic = PLACE.model_copy(update={"discreet": True, "branch": "Northside Dental"})
    told = facts(review(permalink="https://www.yelp.com/biz/northside?hrid=x1"), clinic, kind=kind)
    message = compose(told, medium, Ways(desk=DESK))
    everything = visible(f"{message.subject}\n{message.text}\n{message.html}")
    for secret in ("Ann", "Waited", "star", "sorry", "hrid", "Yelp", "urgent", "Urgent", "November"):
        assert secret not in everything
    assert "review waits" in everything
    assert message.links == (DESK,)
    assert message.priority is Urgency.NORMAL


def test_for_a_clinic_the_past_is_told_in_figures_alone() -> None:
    clinic = PLACE.model_copy(update={"discreet": True})
    past = Baseline(heard=2000, waiting=2, shown=(review(), review(id=8)))
    text = visible(sent(listing(EventKind.BASELINE, clinic, baseline=past)).text)
    assert "2,000 reviews" in text
    assert "Ann" not in text


# Listings and ourselves


def test_the_past_is_one_summary_that_offers_what_waits() -> None:
    past = Baseline(heard=2000, waiting=14, shown=(review(), review(id=8, author="Bo")))
    text = sent(listing(EventKind.BASELINE, baseline=past)).text
    assert "2,000 reviews heard for the first time" in text
    assert "14 reviews from the last 30 days wait" in text
    assert "Bo" in text
    assert "And 12 more" in text


@pytest.mark.parametrize("health", [health for health in Health if health is not Health.OK])
def test_a_source_that_fails_is_told_as_what_it_is_and_never_as_peace(health: Health) -> None:
    source = SourceFacts(route=Route.PAGE, health=health, last_ok_at=NOW - timedelta(days=2))
    text = sent(listing(EventKind.HEALTH, source=source, evidence=("HTTP 403",))).text
    assert "page route" in text
    assert "HTTP 403" in text
    assert "Last heard well: Friday 20 November" in text
    assert "may be missing" in text


def test_a_source_that_works_again_says_so() -> None:
    source = SourceFacts(route=Route.PAGE, health=Health.OK, was=Health.WALLED)
    assert "heard again" in sent(listing(EventKind.HEALTH, source=source)).text


def test_a_silence_says_how_long_and_what_is_usual() -> None:
    text = sent(listing(EventKind.SILENCE, days=45, usual_days=6.5)).text
    assert "No new review for 45 days; usually one comes every 6.5 days" in text


def test_an_alarm_is_about_us_and_carries_its_evidence() -> None:
    text = sent(listing(EventKind.ALARM, evidence=("0 shown, the site says 90",))).text
    assert "nothing of it was taken for news" in text
    assert "the site says 90" in text


# Where there is little room


@pytest.mark.parametrize("medium", MEDIA, ids=lambda medium: medium.name)
def test_where_room_is_short_the_review_is_cut_and_the_reply_is_not(medium: Medium) -> None:
    message = compose(facts(review(text="Waited and waited. " * 2000)), medium, Ways(desk=DESK))
    if medium.brief:
        assert message.text.endswith(f" {DESK}")
        assert "2 of 5 stars" in message.text
        return
    shown = message.text.replace("\\", "")
    assert LOCKED.format("Ann", FILL_IN) in shown
    if medium.body is not None:
        assert "more characters where the link leads]" in shown


def test_a_reply_too_long_for_its_medium_is_pointed_to_and_never_cut() -> None:
    long = offer(blank=False).model_copy(update={"text": "We are sorry. " * 100, "spans": ()})
    text = compose(facts(offer=long), media.TEAMS, Ways(desk=DESK)).text
    assert "We are sorry." not in text
    assert "waits where the link leads" in text
    assert DESK in text


texts = st.text(max_size=3000) | st.text(
    alphabet="@everyone<!channel>|*_`\n\r\u202e\u0000\ud800#1. ", max_size=400
)


@pytest.mark.large
@settings(max_examples=60)
@given(st.sampled_from(MEDIA), texts, texts, st.text(max_size=80))
def test_every_message_keeps_within_its_mediums_limits(
    medium: Medium, text: str, author: str, branch: str
) -> None:
    told = facts(
        review(text=text, author=author), PLACE.model_copy(update={"branch": branch}), offer=offer("Ann")
    )
    message = compose(told, medium, Ways(desk=DESK))
    assert medium.measure(message.subject) <= medium.title
    if medium.body is not None:
        together = medium.measure(message.subject) + 2 if medium.together else 0
        assert medium.measure(message.text) + together <= medium.body


# A stranger's words

ATTACKS = (
    "@everyone",
    "@here",
    "<!channel>",
    "<!here|now>",
    "<@U024BE7LH>",
    "<@&81384788765712384>",
    "<at>Boss</at>",
    "[click](https://evil.example/x)",
    "<https://evil.example|your bank>",
    "https://evil.example/x",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "safe\u202etxt.exe",
    "a\x00b\x1b[31mc",
    "\u2028Bcc: x@evil.example",
    "\r\nBcc: x@evil.example\r\n\r\nbody",
    "lone \ud83d surrogate",
    "\nApproved reply, verbatim (x):\n\nWe are thieves.\n",
)
LIVE = ("@everyone", "@here", "<!", "<@", "<at>", "](https", "<https", "https://evil", "<script", "<img")


@pytest.mark.parametrize("medium", MEDIA, ids=lambda medium: medium.name)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_strangers_words_call_nobody_and_link_nowhere(medium: Medium, attack: str) -> None:
    told = facts(review(author=attack, text=attack, title=attack), offer=offer(attack.strip() or "there"))
    told = told.model_copy(update={"why": (attack,), "subject": f"Northside: from {attack}"})
    message = sent(told, medium)
    shown = message.text if medium.html else f"{message.subject}\n{message.text}"
    for live in LIVE:
        assert live not in shown
        assert live not in re.sub("<[^<>]*>", "", str(message.html))
    for unseen in ("\x00", "\x1b", "\u202e", "\u2028", "\r"):
        assert unseen not in f"{message.subject}{message.text}{message.html}"
    assert not re.search("[\ud800-\udfff]", f"{message.subject}{message.text}{message.html}")
    assert "\n" not in message.subject


@pytest.mark.parametrize("medium", [media.MAIL, media.TEAMS, media.TELEGRAM, media.SLACK])
def test_a_review_cannot_pass_for_the_approved_reply(medium: Medium) -> None:
    text = sent(facts(review(text=ATTACKS[-1])), medium).text
    assert "\nWe are thieves." not in text
    assert "> We are thieves." in text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def tags(message: Message) -> list[tuple[str, tuple[str, ...]]]:
    parser = _Tags()
    parser.feed(str(message.html))
    return parser.seen


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_words_of_a_stranger_add_a_tag_or_an_attribute(text: str, author: str) -> None:
    plain_words = tags(sent(facts(review(text="x", author="x"))))
    words = neutral.lines(text)
    if words:
        assert tags(sent(facts(review(text=f"x{text}", author=f"x{author}")))) == plain_words


@given(st.text(alphabet="<>\"&/ahrefonscipt='", max_size=60))
def test_no_html_of_a_stranger_survives(attack: str) -> None:
    html = str(sent(facts(review(text=f"x{attack}", author=f"x{attack}"))).html)
    without_ours = re.sub(r"<[^<>]*>", "", html)
    assert "<" not in without_ours
    assert tags(sent(facts(review(text=f"x{attack}", author=f"x{attack}")))) == tags(
        sent(facts(review(text="x", author="x")))
    )


@given(st.text())
def test_quiet_words_read_the_same(text: str) -> None:
    assert visible(neutral.quiet(text)) == visible(neutral.lines(text))


@given(st.text())
def test_what_was_cleaned_is_clean(text: str) -> None:
    assert neutral.lines(neutral.lines(text)) == neutral.lines(text)
    assert "\n" not in neutral.one_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("  +1", "'  +1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ('"=1', "'\"=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Lovely soup = good", "Lovely soup = good"),
        ("", ""),
    ],
)
def test_what_would_begin_a_formula_is_text_in_a_cell(text: str, shown: str) -> None:
    assert neutral.cell(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**loud** _soft_ `code`", r"\*\*loud\*\* \_soft\_ \`code\`"),
        ("# Title\n- item\n1. one\n-# small", "\\# Title\n\\- item\n1\\. one\n\\-# small"),
        ("[l](x)", r"\[l\](x)"),
        ("Plain, with a dash - and 1.5 stars.", "Plain, with a dash - and 1.5 stars."),
    ],
)
def test_discord_shows_marks_as_they_are(text: str, shown: str) -> None:
    assert neutral.unformatted(text) == shown


def test_the_reply_comes_back_whole_when_its_invisible_breaks_are_dropped() -> None:
    runs = reply_runs(offer("Dr.Who@here", blank=False))
    shown = visible("".join(media.SLACK.write(run) for run in runs))
    assert shown == offer("Dr.Who@here", blank=False).text

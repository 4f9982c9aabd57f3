"""A pack is held against the rules before anybody signs it, and a text before anybody posts it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.main import shopbell
from service.domain import LengthUnit, ReplyClass, ReplyRules
from service.replies.final import check_final
from service.replies.lint import Fault, lint
from service.replies.policy import Setting
from tests.test_blanks import APPROVED, filled
from tests.test_suggest import item, pack

SITES = {
    "google_maps": ReplyRules(limit=620, unit=LengthUnit.BYTES, source="the site's help"),
    "yelp": ReplyRules(),
    "tripadvisor": ReplyRules(),
}
HEAD = """\
format = 1
pack = "drafts"
serial = 1
title = "Drafts"
risk = "routine"
scope = { language = ["en"] }
from = 2026-01-01
until = 2027-12-31
author = "Ada"
[fallback]
first_name = "there"
sign_off = "The team"
"""
OFFER = """[[item]]
id = "offer"
when = { stars = [1, 2] }
variants = [
  "I am sorry. {sign_off}",
  "I am sorry, {first_name}. Your next meal is on us. {sign_off}",
  "Sorry again. {sign_off}" ]
"""


def faults_of(source: str) -> tuple[Fault, ...]:
    from service.replies.packs import read_pack

    return lint(read_pack(source.encode()), source, SITES)


def test_a_fault_is_told_once_with_its_line_and_all_its_sites() -> None:
    blocked, warned = faults_of(HEAD + OFFER)
    assert (blocked.line, blocked.item, blocked.variant) == (18, "offer", 2)
    assert (blocked.finding.level, blocked.sites) == ("block", ("tripadvisor",))
    assert (warned.finding.level, warned.sites) == ("warn", ("google_maps", "yelp"))
    assert str(blocked).startswith("block: item offer, variant 2 (compensation) offers money")


def test_length_is_counted_with_every_slot_full() -> None:
    wide = (
        OFFER.replace("Your next meal is on us.", "[fix]").rstrip()
        + '\n[item.blank.fix]\nhint = "what"\nmax = '
    )
    assert not [fault for fault in faults_of(HEAD + wide + "5\n") if fault.finding.rule == "length"]
    (long,) = (fault for fault in faults_of(HEAD + wide + "50\n") if fault.finding.rule == "length")
    assert (long.line, long.sites, long.finding.source) == (18, ("google_maps",), "the site's help")


def test_every_choice_of_a_closed_blank_is_held_against_the_rules() -> None:
    closed = OFFER.replace("Your next meal is on us.", "We [did].") + (
        '[item.blank.did]\nhint = "what you did"\n'
        'choices = ["changed the rota", "want you to change your review"]\n'
    )
    (fault,) = faults_of(HEAD + closed)
    assert fault.finding.rule == "ask-change"


def test_a_pack_for_one_site_is_held_against_that_alone() -> None:
    source = HEAD.replace('language = ["en"]', 'language = ["en"], site = ["yelp"]') + OFFER
    assert {fault.sites for fault in faults_of(source)} == {("yelp",)}


def test_the_command_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "pack.toml").write_text(HEAD + OFFER)
    ended = CliRunner().invoke(shopbell, ["packs", "lint", "--packs", str(tmp_path)])
    assert ended.exit_code == 1
    assert "drafts/pack.toml:18: block: item offer, variant 2 (compensation)" in ended.stdout
    missing = CliRunner().invoke(shopbell, ["packs", "lint", "other", "--packs", str(tmp_path)])
    assert (missing.exit_code, missing.stderr) == (1, "There is no pack 'other' there.\n")


@pytest.mark.large
def test_the_shipped_packs_break_no_rule() -> None:
    ended = CliRunner().invoke(shopbell, ["packs", "lint"])
    assert (ended.exit_code, "block:" in ended.stdout) == (0, False), ended.stdout


@pytest.mark.parametrize(
    ("typed", "reply_class", "rules", "stands"),
    [
        ("added a second host", ReplyClass.WITHIN_BOUNDS, set(), True),
        ("asked the troll to change your review", ReplyClass.WITHIN_BOUNDS, {"ask-change"}, False),
        ("gave you £5", ReplyClass.OFF_PACK, {"compensation"}, False),
    ],
)
def test_a_final_text_is_held_against_both(
    typed: str, reply_class: ReplyClass, rules: set[str], stands: bool
) -> None:
    text = APPROVED.format(typed)
    found = check_final(text, filled(), Setting("tripadvisor", own=("Sam, manager",)))
    assert found.classed.reply_class is reply_class
    assert {finding.rule for finding in found.findings} >= rules
    assert found.stands is stands


def test_a_pack_of_the_suggestion_tests_is_clean() -> None:
    one = pack(item("thanks", "stars = [4, 5]"))
    assert lint(one, "", SITES) == ()

"""Keys, recalls, invitations and the audit, as an approver types them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.main import shopbell
from service.db import Database
from service.settings import CHECKOUT

WORDS = "nine green bottles"


@pytest.fixture
def run(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """``shopbell`` on an installation of one's own."""
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path))
    monkeypatch.setenv("SHOPBELL_HOME", str(CHECKOUT))

    def typed(*words: str, typing: str = "", fails: bool = False) -> str:
        result: Result = CliRunner().invoke(shopbell, list(words), input=typing)
        assert bool(result.exit_code) is fails, (result.output, result.exception)
        return result.output if not isinstance(result.exception, Exception) else str(result.exception)

    yield typed
    Database(f"sqlite:///{tmp_path / 'shopbell.db'}").close()


def fingerprint(listed: str, role: str) -> str:
    return next(line.split()[0] for line in listed.splitlines() if f" {role} " in line)


def test_an_approver_makes_a_key_signs_and_recalls(run) -> None:  # type: ignore[no-untyped-def]
    assert "Nobody has a key yet" in run("keys", "list")
    run("keys", "new", "--person", "Ada Byron", "--passphrase", WORDS)
    signing = ("--person", "Ada Byron", "--passphrase", WORDS)
    assert "is approved" in run("packs", "approve", "general-en", "--yes", *signing)
    said = run("packs", "recall", "general-en", "--item", "thanks", "--reason", "Cold.", *signing)
    assert "Recalled: thanks of general-en" in said
    assert "2 links are whole and in order" in run("audit", "verify")


def test_a_recall_of_what_is_not_there_says_what_is(run) -> None:  # type: ignore[no-untyped-def]
    signing = ("--person", "Ada Byron", "--passphrase", WORDS)
    why = ("--reason", "Cold.", *signing)
    assert "No version of general-en" in run("packs", "recall", "general-en", *why, fails=True)
    run("packs", "approve", "general-en", "--yes", *signing)
    said = run("packs", "recall", "general-en", "--item", "no-such", *why, fails=True)
    assert "has no item 'no-such'; it has: thanks" in said
    said = run(
        "packs", "recall", "general-en", "--reason", "x", "--person", "Eve", "--passphrase", WORDS, fails=True
    )
    assert "Eve has no key that signs here" in said


def test_a_brand_makes_its_root_and_invites(run) -> None:  # type: ignore[no-untyped-def]
    assert "needs the brand's root key first" in run("packs", "invite", "Leeds", fails=True)
    run("keys", "new", "--person", "Ada Byron", "--passphrase", WORDS)
    run("keys", "root", "--brand", "Northside", "--passphrase", WORDS)
    assert "has a root key already" in run("keys", "root", "--brand", "N", "--passphrase", WORDS, fails=True)
    assert "(counts)" in run("keys", "list")
    line = run("packs", "invite", "Leeds", "--branch", "leeds").splitlines()[0]
    assert line.startswith("shopbell-feed/1 http://127.0.0.1:8080 ")
    assert "Leeds (leeds): never here" in run("packs", "followers")
    assert "cut off on" in run("packs", "followers", "--cut-off", "1")
    assert "feed of this very installation" in run("packs", "trust", line, "--yes", fails=True)


def test_a_new_colleague_counts_once_the_root_has_listed_her(run) -> None:  # type: ignore[no-untyped-def]
    run("keys", "root", "--brand", "Northside", "--passphrase", WORDS)
    run("keys", "new", "--person", "Grace Hopper", "--passphrase", WORDS)
    assert "counts only once the root has listed it" in run("keys", "list")
    run("keys", "sign-list", "--passphrase", WORDS)
    assert "Grace Hopper  (counts)" in run("keys", "list")


def test_a_key_is_rotated_and_revoked(run) -> None:  # type: ignore[no-untyped-def]
    run("keys", "new", "--person", "Ada Byron", "--passphrase", WORDS)
    key = fingerprint(run("keys", "list"), "approver")
    assert "not the passphrase" in run("keys", "rotate", key, "--passphrase", "something else", fails=True)
    run("keys", "rotate", key, "--passphrase", WORDS)
    assert "its private half is not here" in run("keys", "list")
    run("keys", "revoke", key, "--yes")
    assert "revoked on" in run("keys", "list")
    assert "0 keys begin with 'zz'" in run("keys", "revoke", "zz", "--yes", fails=True)


def test_a_head_kept_elsewhere_is_asked_for(run) -> None:  # type: ignore[no-untyped-def]
    assert "Without a head kept elsewhere" in run("audit", "verify")
    assert "not a head" in run("audit", "verify", "--head", "1:00", fails=True)
    assert "BROKEN: the chain ends at 0" in run("audit", "verify", "--head", f"3:{'ab' * 32}", fails=True)


def test_a_pack_is_submitted_read_sent_back_and_signed(run) -> None:  # type: ignore[no-untyped-def]
    me, signing = ("--person", "Ann Lee"), ("--person", "Ada Byron", "--passphrase", WORDS)
    assert "No version of general-en was ever" in run("packs", "history", "general-en", fails=True)
    assert "routine needs 1 more person to approve" in run("packs", "submit", "general-en", *me)
    assert "submitted by Ann Lee on" in run("packs", "list")
    assert "every word of it is new" in run("packs", "diff", "general-en")
    assert "sent back to Ann Lee" in run("packs", "send-back", "general-en", "--why", "Cold.", *me)
    waits_no_more = ("packs", "approve", "general-en", "--submitted", "--yes", *signing)
    assert "No version of general-en waits" in run(*waits_no_more, fails=True)
    run("packs", "submit", "general-en", *me)
    assert "general-en is approved" in run(*waits_no_more)
    (version,) = json.loads(run("packs", "history", "general-en", "--json"))["versions"]
    assert (version["missing"], version["sent_back_why"]) == (None, "Cold.")
    assert [(one["person"], one["role"], one["counts"]) for one in version["signed"]] == [
        ("Ada Byron", "approver", True)
    ]
    assert "signed by Ada Byron (approver) on" in run("packs", "history", "general-en")


def test_a_recall_says_who_will_hear_it_and_who_has_confirmed(run) -> None:  # type: ignore[no-untyped-def]
    signing = ("--person", "Ada Byron", "--passphrase", WORDS)
    run("packs", "approve", "general-en", "--yes", *signing)
    run("keys", "root", "--brand", "Northside", "--passphrase", WORDS)
    run("packs", "invite", "Leeds")
    said = run("packs", "recall", "general-en", "--item", "thanks", "--reason", "Cold.", *signing)
    assert "1 follower hears it within five minutes" in said
    assert "recall of thanks of general-en, up to" in run("packs", "followers")
    assert "not confirmed" in run("packs", "followers")


def test_receipts_are_shown_word_for_word_before_anybody_agrees(run) -> None:  # type: ignore[no-untyped-def]
    assert "nobody is told anything" in run("packs", "receipts")
    root = base64.urlsafe_b64encode(bytes(range(32))).decode()
    run("packs", "trust", f"shopbell-feed/1 https://brand.example {root} token Northside", "--yes")
    assert "1  Northside: is sent no receipts" in run("packs", "receipts")
    shown = run("packs", "receipts", "--agree", "1", "--person", "Fran", typing="n\n", fails=True)
    assert "POST https://brand.example/packs/receipts\nShopbell-Receipt: " in shown
    assert '"uses":{"verbatim":3,"within_bounds":0,"off_pack":0,"not_told":0}}' in shown
    assert "is sent no receipts" in run("packs", "receipts")
    assert "Agreed." in run("packs", "receipts", "--agree", "1", "--person", "Fran", typing="y\n")
    assert "agreed by Fran" in run("packs", "receipts")
    assert "no more receipts" in run("packs", "receipts", "--stop", "1", "--person", "Fran")
    assert "There is no feed 7" in run("packs", "receipts", "--agree", "7", fails=True)

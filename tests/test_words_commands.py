"""Words for one review, as a manager and her approver type them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.main import shopbell
from service.db import Database
from tests import ringing
from tests.ringing import PASSPHRASE, judged

Run = Callable[..., str]
SIGNING = ("--person", "Ada Byron", "--passphrase", PASSPHRASE)
WORDS = "Ann, the door has been mended this morning. Thank you for telling us. Kim"


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """``shopbell`` where one review, number 1, waits."""
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path))
    with sqlite_database.transaction() as session:
        where = ringing.listing(session, ringing.branch(session, sign_off="Kim"))
        ringing.review(session, where, triage=judged())

    def typed(*words: str, typing: str = "", fails: bool = False) -> str:
        result = CliRunner().invoke(shopbell, list(words), input=typing)
        assert bool(result.exit_code) is fails, (result.output, result.exception)
        return result.output if not isinstance(result.exception, Exception) else str(result.exception)

    yield typed


def test_words_are_asked_for_given_used_as_an_item_and_recalled(run: Run) -> None:
    run("keys", "new", *SIGNING)
    assert "Nobody has asked" in run("words", "list")
    assert "Asked, number 1." in run("words", "ask", "1", "--draft", WORDS, "--person", "Dana")
    assert "(routine): open: routine needs 1 more person to approve" in run("words", "list")
    assert "Nobody has given words" in run("words", "to-item", "1", fails=True)
    said = run("words", "approve", "1", *SIGNING, typing="y\n")
    assert "Waited 40 minutes." in said
    assert "suggested for that review from now on" in said
    assert "1  review 1, asked by Dana on" in run("words", "list")
    assert 'variants = [\n  "{first_name}, the door has been' in run("words", "to-item", "1")
    assert "Recalled." in run("words", "recall", "1", "--reason", "It is not.", *SIGNING)
    assert "recalled: it was recalled" in run("words", "list")
    assert "links are whole" in run("audit", "verify")


def test_a_refusal_and_wrong_numbers_are_said(run: Run) -> None:
    assert "There is no review 9" in run("words", "ask", "9", "--person", "Dana", fails=True)
    assert "Nobody asked for words under number 3" in run(
        "words", "refuse", "3", "--why", "x", "--person", "Lee", fails=True
    )
    run("words", "ask", "1", "--draft", "-", "--person", "Dana", typing="We are sorry.")
    assert "Dana is told why" in run("words", "refuse", "1", "--why", "Call her.", "--person", "Lee")
    assert "refused: Call her." in run("words", "list")


def test_words_a_rule_forbids_are_shown_and_not_signed(run: Run) -> None:
    run("keys", "new", *SIGNING)
    run("words", "ask", "1", "--person", "Dana")
    bad = ("--text", "We refund you if you delete your review.", "--yes")
    assert "Nothing was signed" in run("words", "approve", "1", *bad, *SIGNING, fails=True)
    assert "open" in run("words", "list")

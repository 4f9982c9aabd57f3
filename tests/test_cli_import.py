"""``shopbell import``: shown before it is kept, honest about what was not, stopped by Ctrl-C and resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import exits
from service.cli.main import shopbell
from service.db import Database
from service.errors import ShopbellError
from tests import brought
from tests.brought import ANNA, BERT
from tests.builders import NOW
from tests.desk_rows import Rows
from tests.test_importing import many

HOME = Path(__file__).resolve().parents[1]
FILE = brought.table(ANNA, BERT, ("Dora Neu", "nine", "2026-05-02", "=HYPERLINK(1)", ""))
URL = "https://www.yelp.com/biz/north"

Import = Callable[..., Result]


@pytest.fixture
def folder(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """An installation that watches one listing on Yelp and one on Google, and a file to bring."""
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'shopbell.db'}")
    rows = Rows(database, NOW)
    north = rows.branch("North", code="north")
    rows.listing(north, "yelp")
    rows.listing(north, "google_maps")
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE listing SET key = 'north' WHERE site = 'yelp'")
    database.close()
    (tmp_path / "reviews.csv").write_bytes(FILE)
    return tmp_path


@pytest.fixture
def bring(folder: Path) -> Import:
    environment = {"SHOPBELL_DATA": str(folder), "SHOPBELL_BROWSER": "never", "DATABASE_URL": ""}

    def run(*words: object) -> Result:
        told = ["import", *(str(folder / word) if isinstance(word, Path) else str(word) for word in words)]
        return CliRunner(env=environment).invoke(shopbell, told)

    return run


def test_a_dry_run_shows_columns_and_rows_and_keeps_nothing(bring: Import) -> None:
    told = bring(Path("reviews.csv"), "--listing", URL, "--dry-run")
    assert told.exit_code == exits.DONE
    for said in ("3 rows", "rating = Stars", "Anna Example | 5 | 2026-05-02", "given back: “nine” is no"):
        assert said in told.output
    assert "1 new" not in told.output
    assert bring("--resume", 1).exit_code != exits.DONE


def test_a_file_is_kept_and_gives_back_what_it_could_not_read(bring: Import, folder: Path) -> None:
    told = bring(Path("reviews.csv"), "--branch", "North", "--site", "yelp", "--rejected", Path("back.csv"))
    assert told.exit_code == exits.DONE, told.output
    assert "Done: 3 of 3 rows: 2 new, 1 rejected." in told.output
    assert "row 4: “nine” is no rating" in told.output
    assert "'=HYPERLINK(1)" in (folder / "back.csv").read_text("utf-8-sig")


def test_the_same_file_again_is_known_and_json_says_so(bring: Import) -> None:
    bring(Path("reviews.csv"), "--listing", URL)
    shape = json.loads(bring(Path("reviews.csv"), "--listing", URL, "--json").stdout)
    assert (shape["state"], shape["read"], shape["counts"]["known"]) == ("done", 3, 2)
    assert shape["rejected"] == [{"row": 4, "why": "“nine” is no rating"}]
    assert shape["columns"]["rating"] == 1


def test_a_person_says_which_column_is_what(bring: Import, folder: Path) -> None:
    odd = brought.table(("A lovely place to be.", "8", "3/10/2026"), header=("Foo", "Bar", "Baz"))
    (folder / "odd.csv").write_bytes(odd)
    refused = bring(Path("odd.csv"), "--listing", URL, "--map", "date=baz", "--map", "text=Foo")
    assert isinstance(refused.exception, ShopbellError)
    assert "days or months come first" in str(refused.exception)
    words = ("--map", "date=baz", "--map", "text=Foo", "--map", "rating=BAR", "--best", "10", "--day-first")
    told = bring(Path("odd.csv"), "--listing", URL, *words, "--dry-run")
    assert "no name | 8 | 2026-10-03 | A lovely place to be." in told.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--branch", "North"), "names no listing, or more than one"),
        (("--listing", "https://www.yelp.com/biz/south"), "is not watched"),
        (("--map", "stars=Stars"), "is none of author"),
        (("--map", "rating=Nowhere"), "no column is called"),
        (("--best", "-1"), "no number"),
        (("--resume", "3"), "Give a file, or --resume"),
        ((), "Say which listing"),
    ],
)
def test_what_is_wrong_is_one_clear_sentence(bring: Import, words: tuple[str, ...], says: str) -> None:
    told = bring(Path("reviews.csv"), *words)
    assert told.exit_code != exits.DONE
    assert says in told.output + str(told.exception)


def test_rows_that_name_their_branch_find_it(bring: Import, folder: Path) -> None:
    header = ("Branch", "Platform", "Name", "Stars", "Review")
    rows = [
        ("North", "Yelp", "Ann", "5", "Good."),
        ("North", "Google", "Bo", "4", "Fine."),
        ("East", "", "C", "4", ""),
    ]
    (folder / "all.csv").write_bytes(brought.table(*rows, header=header))
    told = bring(Path("all.csv"))
    assert "2 new, 1 rejected" in told.output
    assert "no listing of ours is called “East”" in told.output


@pytest.mark.server
def test_ctrl_c_stops_and_resume_goes_on_to_the_end(bring: Import, folder: Path) -> None:
    (folder / "many.csv").write_bytes(many(2000))
    words = [sys.executable, "-m", "service", "import", str(folder / "many.csv"), "--listing", URL]
    environment = os.environ | {"SHOPBELL_DATA": str(folder), "SHOPBELL_BROWSER": "never"}
    with subprocess.Popen(
        words, cwd=HOME, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        assert "250 of 2,000 rows" in child.stderr.readline()
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=60)
    assert child.returncode == exits.FAILED
    assert "Stopped" in said
    assert "Go on: shopbell import --resume 1" in said
    told = bring("--resume", 1)
    assert "Done: 2,000 of 2,000 rows: 2,000 new." in told.output

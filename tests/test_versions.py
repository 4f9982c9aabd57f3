"""Which pack versions may be used: enough signatures over exactly these bytes, and nothing since."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from service.approval.folder import add_folder, read_folder
from service.approval.keys import UnlockedKey, new_key, unlock
from service.approval.recalls import recall
from service.approval.versions import (
    add_version,
    altered_versions,
    approve,
    approved_packs,
    missing_for,
    revoke_key,
    still_approved,
)
from service.db import Database
from service.errors import ApprovalRefused, PackError
from service.models import PackState, PackVersion, Signature, SigningKey
from service.replies.approved import Approval, ApprovedPack, what_is_missing
from service.replies.pack import Risk
from service.replies.packs import read_pack
from tests.conftest import NOW

PASSPHRASE = "nine green bottles"
PACK = """
format = 1
pack = "{name}"
serial = {serial}
title = "Test"
risk = "{risk}"
from = 2026-01-01
until = {until}
author = "Ada Byron"
[[item]]
id = "thanks"
when = {{ stars = [4, 5] }}
variants = ["Thank you{mark}", "That is kind of you", "You made our day"]
"""


def body(
    name: str = "test", serial: int = 1, risk: str = "routine", until: str = "2027-12-31", mark: str = ""
) -> bytes:
    return PACK.format(name=name, serial=serial, risk=risk, until=until, mark=mark).encode()


@pytest.fixture(scope="module")
def made() -> dict[str, SigningKey]:
    """Keys are slow to make, on purpose: once for all tests."""
    people = {
        "ada": ("Ada Byron", "approver"),
        "grace": ("Grace Hopper", "approver"),
        "lee": ("Lee Law", "legal"),
    }
    return {name: new_key(person, role, PASSPHRASE, NOW) for name, (person, role) in people.items()}


@pytest.fixture(scope="module")
def keys(made: dict[str, SigningKey]) -> dict[str, UnlockedKey]:
    return {name: unlock(key, PASSPHRASE) for name, key in made.items()}


def keep(session: Session, made: dict[str, SigningKey]) -> None:
    for key in made.values():
        session.add(SigningKey(**key.model_dump()))
    session.flush()


def names(session: Session, now: datetime = NOW) -> list[tuple[str, int]]:
    return [(one.pack.name, one.pack.serial) for one in approved_packs(session, now)]


Keys = dict[str, UnlockedKey]
Made = dict[str, SigningKey]


def test_a_draft_is_never_offered(database: Database) -> None:
    with database.transaction() as session:
        version = add_version(session, body(), NOW)
        assert version.state == PackState.DRAFT
        assert names(session) == []
        assert missing_for(session, version.sha256, NOW) == "routine needs 1 more person to approve"


SIGNED_BY = [
    ("routine", ["ada"], None),
    ("routine", ["grace"], None),
    ("sensitive", ["ada"], "sensitive needs 1 more person to approve"),
    ("sensitive", ["ada", "grace"], None),
    ("sensitive", ["grace", "lee"], None),
    ("regulated", ["ada", "grace"], "regulated needs somebody of legal"),
    ("regulated", ["lee"], "regulated needs 1 more person to approve"),
    ("regulated", ["ada", "lee"], None),
]


@pytest.mark.parametrize(("risk", "people", "missing"), SIGNED_BY)
def test_the_risk_class_says_how_many_must_answer_for_it(
    database: Database, made: Made, keys: Keys, risk: str, people: list[str], missing: str | None
) -> None:
    with database.transaction() as session:
        keep(session, made)
        version = add_version(session, body(risk=risk), NOW)
        said = [approve(session, version.sha256, keys[person], NOW) for person in people]
        assert said[-1] == missing
        assert bool(names(session)) is (missing is None)
        assert (version.state == PackState.APPROVED) is (missing is None)


def test_an_approved_pack_says_who_answers_for_it(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        keep(session, made)
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        (one,) = approved_packs(session, NOW)
        (approval,) = one.approvals
    assert (approval.person, approval.role, approval.key) == (
        "Ada Byron",
        "approver",
        keys["ada"].fingerprint,
    )
    assert approval.statement == (
        f"shopbell/1 approve test 1 {version.sha256.hex()} * routine approver 2026-11-22T09:00:00Z"
    )


def test_signing_twice_is_signing_once(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        keep(session, made)
        version = add_version(session, body(risk="sensitive"), NOW)
        for _ in range(2):
            assert (
                approve(session, version.sha256, keys["ada"], NOW)
                == "sensitive needs 1 more person to approve"
            )
        assert len(session.exec(select(Signature)).all()) == 1


def test_two_keys_of_one_person_are_one_person(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        keep(session, made)
        second = new_key(" ADA  byron ", "legal", PASSPHRASE, NOW)
        session.add(second)
        version = add_version(session, body(risk="sensitive"), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        assert approve(session, version.sha256, unlock(second, PASSPHRASE), NOW) is not None


def approved(session: Session, made: Made, keys: Keys, **changes: object) -> PackVersion:
    if not session.exec(select(SigningKey)).first():
        keep(session, made)
    version = add_version(session, body(**changes), NOW)  # type: ignore[arg-type]
    approve(session, version.sha256, keys["ada"], NOW)
    return version


def test_a_byte_altered_in_the_database_takes_the_pack_away(
    database: Database, made: Made, keys: Keys
) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys)
        assert names(session) == [("test", 1)]
        assert altered_versions(session) == ()
    changed = version.body.replace(b"Thank you", b"Thank yoo")
    with database.transaction() as session:
        session.execute(update(PackVersion).values(body=changed))
    with database.transaction() as session:
        assert names(session) == []
        assert "test 1 was altered" in altered_versions(session)[0]
        with pytest.raises(ApprovalRefused, match="altered"):
            approve(session, version.sha256, keys["grace"], NOW)


ALTERATIONS = [
    {"statement": "shopbell/1 approve other 1"},
    {"signature": bytes(64)},
    {"decision": "recall"},
    {"subject_sha256": bytes(32)},
]


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_altered_signature_counts_for_nothing(
    database: Database, made: Made, keys: Keys, alteration: dict[str, object]
) -> None:
    with database.transaction() as session:
        approved(session, made, keys)
    with database.transaction() as session:
        session.execute(update(Signature).values(**alteration))
        assert names(session) == []


def test_a_statement_signed_for_a_lesser_risk_does_not_carry_over(
    database: Database, made: Made, keys: Keys
) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys, risk="sensitive")
        approve(session, version.sha256, keys["grace"], NOW)
        assert names(session) == [("test", 1)]
        (first, *_) = session.exec(select(Signature)).all()
        words = first.statement.replace(" sensitive ", " routine ")
        first.statement, first.signature = words, keys["ada"].sign(words)
        session.flush()
        assert names(session) == []


def test_a_signature_from_tomorrow_does_not_count_today(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        keep(session, made)
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW + timedelta(days=1))
        assert names(session, NOW) == []
        assert names(session, NOW + timedelta(days=1)) == [("test", 1)]


def test_a_revoked_key_takes_its_signatures_along(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys)
        revoke_key(session, keys["ada"].fingerprint, NOW)
        assert names(session) == []
        with pytest.raises(ApprovalRefused, match="revoked"):
            approve(session, version.sha256, keys["ada"], NOW)
        approve(session, version.sha256, keys["grace"], NOW)
        assert names(session) == [("test", 1)]
        with pytest.raises(ApprovalRefused, match="No key"):
            revoke_key(session, "0" * 64, NOW)


def test_a_pack_is_offered_until_its_last_day_is_over_everywhere(
    database: Database, made: Made, keys: Keys
) -> None:
    with database.transaction() as session:
        approved(session, made, keys, until="2026-11-22")
        assert names(session, NOW) == [("test", 1)]
        assert names(session, NOW + timedelta(days=1)) == [("test", 1)]
        assert names(session, NOW + timedelta(days=2)) == []


def test_a_version_is_stored_once(database: Database) -> None:
    with database.transaction() as session:
        first = add_version(session, body(), NOW)
        assert add_version(session, body(), NOW).id == first.id


def test_a_serial_never_goes_back_and_never_names_other_bytes(database: Database) -> None:
    with database.transaction() as session:
        add_version(session, body(serial=5), NOW)
        with pytest.raises(
            ApprovalRefused, match="serial 5 of test names other bytes already; the next is 6"
        ):
            add_version(session, body(serial=5, mark="!"), NOW)
        with pytest.raises(ApprovalRefused, match="serial 4 of test is a lower one; the next is 6"):
            add_version(session, body(serial=4), NOW)
        add_version(session, body(serial=6), NOW)
        add_version(session, body(name="other", serial=1), NOW)


def test_a_pack_with_an_error_is_not_stored(database: Database) -> None:
    with database.transaction() as session:
        with pytest.raises(PackError):
            add_version(session, b"format = 1\n", NOW)
        assert session.exec(select(PackVersion)).all() == []


def test_prepared_words_are_let_out_only_while_they_stand(database: Database, made: Made, keys: Keys) -> None:
    class Reply:
        def __init__(self, sha256: str, item: str) -> None:
            self.pack, self.sha256, self.item = "test", sha256, item

    with database.transaction() as session:
        version = approved(session, made, keys)
        words = version.sha256.hex()
        assert still_approved(session, Reply(words, "thanks"), NOW)
        assert not still_approved(session, Reply(words, "other"), NOW)
        assert not still_approved(session, Reply("00" * 32, "thanks"), NOW)
        recall(session, version, "thanks", "They read coldly.", keys["ada"], NOW)
        assert not still_approved(session, Reply(words, "thanks"), NOW)


def test_asking_a_thousand_times_verifies_once(
    sqlite_database: Database, made: Made, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    verified: list[bytes] = []
    real = Ed25519PublicKey.from_public_bytes
    monkeypatch.setattr(Ed25519PublicKey, "from_public_bytes", lambda raw: verified.append(raw) or real(raw))
    with sqlite_database.transaction() as session:
        approved(session, made, keys, name="counted")
        for _ in range(50):
            assert names(session) == [("counted", 1)]
    assert len(verified) == 1


def test_an_approved_pack_cannot_be_made_without_its_approvals() -> None:
    pack = read_pack(body(risk="sensitive"))
    words = f"shopbell/1 approve test 1 {pack.sha256.hex()} * sensitive approver 2026-11-22T09:00:00Z"
    ada, grace = (Approval(name, "approver", name, NOW, words) for name in ("Ada Byron", "Grace Hopper"))
    assert ApprovedPack(pack, (ada, grace)).pack is pack
    for approvals in ((), (ada,), (ada, ada)):
        with pytest.raises(ValueError, match="is not approved"):
            ApprovedPack(pack, approvals)
    other = Approval("Lee", "approver", "lee", NOW, words.replace(pack.sha256.hex(), "00" * 32))
    with pytest.raises(ValueError, match="other bytes"):
        ApprovedPack(pack, (ada, other))
    assert what_is_missing(Risk.ROUTINE, "x", [Approval("Bo", "branch", "k", NOW, words)]) is not None


def test_only_approval_makes_approved_packs() -> None:
    service = Path(__file__).resolve().parents[1] / "service"
    makers = {
        path.relative_to(service).parts[0]
        for path in service.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("ApprovedPack", "ApprovedWords")
    }
    assert makers == {"approval"}


def lay(folder: Path, name: str, content: bytes) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "pack.toml").write_bytes(content)


def test_a_pack_with_an_error_stops_no_other(tmp_path: Path, database: Database) -> None:
    lay(tmp_path, "good", body(name="good"))
    lay(tmp_path, "bad", b"format = 1\nformat = 1\n")
    lay(tmp_path, "misnamed", body(name="other"))
    (tmp_path / "README.md").write_text("not a pack")
    (tmp_path / "empty").mkdir()
    shelf = read_folder(tmp_path)
    assert [(one.file, one.pack.name) for one in shelf.packs] == [("good/pack.toml", "good")]
    assert [str(problem) for problem in shelf.problems] == [
        "bad/pack.toml:2: is not TOML: Cannot overwrite a value",
        "misnamed/pack.toml:0: is the pack 'other', so its folder must be called so",
    ]
    with database.transaction() as session:
        versions, problems = add_folder(session, tmp_path, NOW)
        assert ([version.pack for version in versions], problems) == (["good"], list(shelf.problems))
        assert [version.id for version in add_folder(session, tmp_path, NOW)[0]] == [versions[0].id]
    (tmp_path / "good" / "pack.toml").write_bytes(body(name="good", mark="!"))
    with database.transaction() as session:
        versions, problems = add_folder(session, tmp_path, NOW)
        assert versions == [] and "names other bytes already" in problems[-1].message


def test_a_folder_that_is_not_there_holds_no_pack(tmp_path: Path) -> None:
    assert read_folder(tmp_path / "nowhere").packs == ()


def test_a_pack_in_the_database_has_the_exact_bytes_of_its_file(database: Database, tmp_path: Path) -> None:
    lay(tmp_path, "test", body())
    with database.transaction() as session:
        add_folder(session, tmp_path, NOW)
    with database.transaction() as session:
        stored = session.exec(select(PackVersion).where(col(PackVersion.pack) == "test")).one()
        assert stored.body == body() and stored.sha256 == read_pack(body()).sha256

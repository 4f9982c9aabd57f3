"""Passkeys: made and shown for one name, one challenge and one person, or not at all."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from service.db import Database
from service.domain import Role
from service.errors import AccountRefused, SignInRefused
from service.models import AuditBody, Passkey, Person
from service.people import ceremonies, passkeys
from service.people.ceremonies import Site
from tests.accounts import People
from tests.authenticator import Device

SITE = Site("localhost", "http://localhost")
SECRET, CHALLENGE, OTHER = bytes(32), b"c" * 32, b"d" * 32


@pytest.fixture
def people(database: Database, now: datetime) -> People:
    return People(database, now)


def options_to_add(people: People, person: int) -> str:
    with people.database.reading() as session:
        held = passkeys.listed(session, person)
        account = session.get_one(Person, person)
        return ceremonies.to_add(SITE, account, ceremonies.handle(SECRET, person), held, CHALLENGE)


def added(people: People, person: int, device: Device | None = None) -> Device:
    device = device or Device()
    new = ceremonies.made(SITE, device.make(options_to_add(people, person)), CHALLENGE)
    with people.database.transaction() as session:
        passkeys.keep(session, person, new, "My phone", people.now)
    return device


def shown(people: People, answer: str, challenge: bytes = CHALLENGE, site: Site = SITE) -> int:
    """Whom an answer proves."""
    with people.database.reading() as session:
        one = passkeys.shown(session, answer)
    count = ceremonies.counted(site, one, ceremonies.handle(SECRET, one.person_id), answer, challenge)
    with people.database.transaction() as session:
        passkeys.note_use(session, one, count, people.now)
    return one.person_id


def options_to_use() -> str:
    return ceremonies.to_use(SITE, CHALLENGE)


@pytest.mark.parametrize("counts", [True, False])
def test_a_passkey_is_made_and_proves_its_person_again_and_again(people: People, counts: bool) -> None:
    people.owner()
    kim = people.person("Kim", Role.APPROVER)
    device = added(people, kim, Device(counts=counts))
    assert [shown(people, device.use(options_to_use())) for _ in range(3)] == [kim] * 3
    with people.database.reading() as session:
        (one,) = passkeys.listed(session, kim)
        audited = session.exec(select(AuditBody).where(AuditBody.kind == "passkey_added")).one()
    assert (one.label, one.sign_count, one.last_used_at) == ("My phone", 3 if counts else 0, people.now)
    assert one.transports == ["internal"]
    assert audited.body == {"person": "Kim", "about": "Kim", "label": "My phone"}


def test_what_the_browser_is_asked_for(people: People) -> None:
    asked = json.loads(options_to_add(people, people.owner()))
    assert asked["rp"] == {"name": "Shopbell", "id": "localhost"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert "olga" not in asked["user"]["id"]
    used = json.loads(options_to_use())
    assert (used["userVerification"], used["allowCredentials"]) == ("required", [])


def test_one_that_she_has_already_is_named_so_that_it_is_not_made_twice(people: People) -> None:
    device = added(people, people.owner())
    assert len(json.loads(options_to_add(people, 1))["excludeCredentials"]) == 1
    with pytest.raises(AccountRefused, match="already"):
        added(people, 1, device)


@pytest.mark.parametrize(
    "device",
    [
        Device(origin="https://evil.example"),
        Device(name="evil.example"),
        Device(verifies=False),
    ],
)
def test_one_made_elsewhere_or_without_asking_whose_it_is_is_refused(people: People, device: Device) -> None:
    options = options_to_add(people, people.owner())
    with pytest.raises(AccountRefused):
        ceremonies.made(SITE, device.make(options), CHALLENGE)


def test_one_made_for_another_challenge_is_refused(people: People) -> None:
    options = options_to_add(people, people.owner())
    with pytest.raises(AccountRefused):
        ceremonies.made(SITE, Device().make(options), OTHER)


def test_an_answer_to_another_challenge_proves_nothing(people: People) -> None:
    device = added(people, people.owner())
    with pytest.raises(SignInRefused):
        shown(people, device.use(options_to_use()), OTHER)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "http://localhost:9"},
        {"name": "evil.example"},
        {"verifies": False},
        {"user": b"somebody else"},
    ],
)
def test_an_answer_given_elsewhere_proves_nothing(people: People, change: dict[str, object]) -> None:
    device = added(people, people.owner())
    for field, value in change.items():
        setattr(device, field, value)
    with pytest.raises(SignInRefused):
        shown(people, device.use(options_to_use()))


def test_another_key_under_the_same_id_proves_nothing(people: People) -> None:
    device = added(people, people.owner())
    with pytest.raises(SignInRefused):
        shown(people, Device(id=device.id, user=device.user).use(options_to_use()))


def test_without_her_handle_it_proves_nothing(people: People) -> None:
    device = added(people, people.owner())
    with pytest.raises(SignInRefused):
        shown(people, device.use(options_to_use(), userHandle=None))


def test_a_copy_that_counts_behind_is_refused(people: People) -> None:
    device = added(people, people.owner())
    shown(people, device.use(options_to_use()))
    device.count = 0
    with pytest.raises(SignInRefused):
        shown(people, device.use(options_to_use()))


def test_two_answers_with_one_count_let_in_once(people: People) -> None:
    device = added(people, people.owner())
    answer = device.use(options_to_use())
    with people.database.reading() as session:
        one = passkeys.shown(session, answer)
    with people.database.transaction() as session:
        passkeys.note_use(session, one, 1, people.now)
    with pytest.raises(SignInRefused), people.database.transaction() as session:
        passkeys.note_use(session, one, 1, people.now)


def test_one_that_was_taken_back_is_known_no_more(people: People) -> None:
    device = added(people, people.owner())
    with people.database.transaction() as session:
        (one,) = passkeys.listed(session, 1)
        passkeys.remove(session, 2, one.id or 0, people.now)
        assert passkeys.listed(session, 1)
        passkeys.remove(session, 1, one.id or 0, people.now)
        passkeys.remove(session, 1, one.id or 0, people.now)
    with pytest.raises(SignInRefused, match="not known here any more"):
        shown(people, device.use(options_to_use()))


def test_there_is_room_for_ten(people: People) -> None:
    people.owner()
    with people.database.transaction() as session:
        session.add_all(
            Passkey(
                person_id=1,
                credential_id=bytes([n]),
                public_key=b"",
                sign_count=0,
                label="x",
                created_at=people.now,
            )
            for n in range(10)
        )
    with pytest.raises(AccountRefused, match="10 passkeys"):
        added(people, 1)


@pytest.mark.parametrize(
    ("url", "asked", "site"),
    [
        (
            "https://bell.example.com",
            "bell.example.com",
            Site("bell.example.com", "https://bell.example.com"),
        ),
        (
            "https://bell.example.com:443",
            "bell.example.com",
            Site("bell.example.com", "https://bell.example.com"),
        ),
        (
            "https://Bell.example.com:8443",
            "bell.example.com:8443",
            Site("bell.example.com", "https://bell.example.com:8443"),
        ),
        ("https://bell.example.com", "127.0.0.1:8080", None),
        ("http://bell.example.com", "bell.example.com", None),
        ("https://10.0.0.9", "10.0.0.9", None),
        ("http://localhost:8080", "localhost:8080", Site("localhost", "http://localhost:8080")),
        (None, "localhost:8080", Site("localhost", "http://localhost:8080")),
        (None, "127.0.0.1:8080", None),
        (None, "[::1]:8080", None),
        (None, "", None),
        (None, "localhost:x", None),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(
    url: str | None, asked: str, site: Site | None
) -> None:
    assert ceremonies.site_of(url, asked) == site


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8), lambda kids: st.lists(kids, max_size=3), max_leaves=5
)
FIELDS = st.sampled_from(
    [
        "id",
        "rawId",
        "type",
        "response",
        "clientDataJSON",
        "attestationObject",
        "authenticatorData",
        "signature",
    ]
)


@settings(max_examples=60)
@given(
    st.text(max_size=40)
    | st.builds(json.dumps, st.dictionaries(FIELDS, JSON | st.dictionaries(FIELDS, JSON)))
)
def test_no_answer_breaks_it(answer: str) -> None:
    with pytest.raises(AccountRefused):
        ceremonies.made(SITE, answer, CHALLENGE)
    with pytest.raises(SignInRefused):
        ceremonies.counted(SITE, Passkey(person_id=1, sign_count=0, public_key=b""), b"", answer, CHALLENGE)


@pytest.mark.parametrize("answer", ["[" * 60_000, '{"id":' * 9_000])
def test_no_depth_breaks_it(answer: str) -> None:
    with pytest.raises(AccountRefused):
        ceremonies.made(SITE, answer, CHALLENGE)


@settings(max_examples=80)
@given(st.data())
def test_no_altered_registration_breaks_it(data: st.DataObject) -> None:
    import cbor2

    from tests.authenticator import base64, from_base64

    asked = {"challenge": base64(CHALLENGE), "user": {"id": "eA"}}
    answer = json.loads(Device().make(json.dumps(asked)))
    raw = bytearray(from_base64(answer["response"]["attestationObject"]))
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
    else:
        told = cbor2.loads(bytes(raw))
        head = told["authData"][:71]
        key = data.draw(
            st.dictionaries(st.sampled_from([1, 3, -1, -2, -3]), st.integers(-10, 10) | st.binary(max_size=4))
        )
        raw = bytearray(cbor2.dumps(told | {"authData": head + cbor2.dumps(key)}))
    answer["response"]["attestationObject"] = base64(bytes(raw))
    try:
        ceremonies.made(SITE, json.dumps(answer), CHALLENGE)
    except AccountRefused:
        return

"""Packs where people have accounts: each signs in her own name and role, and reads her own branches."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from service.approval.recalls import recall
from service.domain import Role, ScopeKind
from service.models import Signature, SigningKey
from tests.accounts import People
from tests.desk_rows import Rows
from tests.test_versions import PASSPHRASE
from tests.web.desk_people import browser
from tests.web.packing import Packing
from tests.web.reading import form_token

BOTH = {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE}


@pytest.fixture
def people(packing: Packing) -> People:
    made = People(packing.database, packing.now)
    made.owner()
    return made


def of(packing: Packing, people: People, name: str, role: Role, *scope: object) -> FlaskClient:
    return browser(packing.client.application, people, people.person(name, role, *scope))  # type: ignore[arg-type]


def post(client: FlaskClient, path: str, page: str = "/you", **fields: str) -> int:
    token = form_token(client.get(page))
    return client.post(path, data={"form_token": token} | fields).status_code


def test_an_approver_signs_in_her_own_name_whatever_a_form_says(packing: Packing, people: People) -> None:
    version = packing.store()
    ines = of(packing, people, "Ines Falk", Role.APPROVER)
    page = ines.get("/pack/test").text
    assert 'name="person"' not in page
    assert 'name="role"' not in page
    told = {"sha256": version.sha256.hex(), "person": "Ada Byron", "role": "legal"}
    assert post(ines, "/pack/test/sign", **told, **BOTH) == 303
    with packing.database.reading() as session:
        key = session.exec(select(SigningKey)).one()
        assert (key.person, key.role) == ("Ines Falk", "approver")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AREA, Role.ADMIN])
def test_whoever_signs_nothing_sees_no_form_for_it(packing: Packing, people: People, role: Role) -> None:
    version = packing.store()
    client = of(packing, people, "Vera", role)
    page = client.get("/pack/test").text
    assert "Every word of it" in page
    assert "I have read it: sign" not in page
    assert post(client, "/pack/test/sign", sha256=version.sha256.hex(), **BOTH) == 403
    with packing.database.reading() as session:
        assert session.exec(select(Signature)).all() == []


def test_an_admin_without_a_key_recalls_nothing(packing: Packing, people: People) -> None:
    packing.store()
    admin = of(packing, people, "Adam", Role.ADMIN)
    assert "Recall this pack?" in admin.get("/pack/test/recall").text
    assert post(admin, "/pack/test/recall", item="*", reason="Wrong.", **BOTH) == 403


def test_a_brands_approver_signs_her_brands_packs_alone(packing: Packing, people: People, rows: Rows) -> None:
    rows.branch("Harbour Street", brand="Northside")
    version = packing.store()
    ines = of(packing, people, "Ines Falk", Role.APPROVER, ScopeKind.BRAND, "Northside")
    assert post(ines, "/pack/test/sign", sha256=version.sha256.hex(), **BOTH) == 403


def test_lists_of_replies_are_cut_to_what_a_person_may_read(
    packing: Packing, people: People, rows: Rows
) -> None:
    packing.people()
    version = packing.store("ada")
    with packing.database.transaction() as session:
        recall(session, version, "thanks", "Too warm.", packing.keys["ada"], packing.now)
    harbour = rows.listing(rows.branch("Harbour Street", code="harbour"), "yelp")
    rows.listing(rows.branch("Old Mill", code="mill"))
    rows.review(harbour, reply_text="You made our day")
    rows.review(harbour, reply_text="We give you a refund if you delete your review.")
    here = of(packing, people, "Hana", Role.BRANCH, ScopeKind.BRANCH, "harbour")
    neighbour = of(packing, people, "Nils", Role.BRANCH, ScopeKind.BRANCH, "mill")
    for path in ("/packs/put-right", "/packs/past-replies", "/packs/put-right?branch=harbour"):
        assert "Harbour Street" in here.get(path).text
        assert "Harbour Street" not in neighbour.get(path).text
    assert "Of the 2 reviews" in here.get("/packs").text
    assert "Of the" not in neighbour.get("/packs").text

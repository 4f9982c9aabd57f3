"""The screen of channels: who is told, tried with a real message, and the rules in their order."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlmodel import col

from service.alerts.reach import open_channels
from service.alerts.rulebook import stored_rules
from service.db import Database
from service.models import AuditBody, Channel, Rule
from service.settings import read_settings
from service.web.app import create_app
from tests.desk_rows import Rows
from tests.postbox import Postbox
from tests.web.reading import form_token

KIM = "kim@northside.example"


def press(client: FlaskClient, path: str, **fields: object) -> tuple[int, str]:
    """Send a form of the channels screen; answers the status, and the page it leads to."""
    token = form_token(client.get("/channels"))
    answer = client.post(path, data=fields | {"form_token": token})
    if answer.status_code == 303:
        return 303, client.get(answer.headers["Location"]).text
    return answer.status_code, answer.text


def open_ids(database: Database) -> list[int]:
    with database.reading() as session:
        return [reach.channel for reach in open_channels(session)]


@pytest.fixture
def two(rows: Rows) -> list[int]:
    """Kim's channel and Lee's, open."""
    people = [rows.person("Kim", KIM), rows.person("Lee", "lee@northside.example")]
    return [rows.channel(person, "demo", "this desk", verified_at=rows.now) for person in people]


def mailing(port: int, folder: Path, database: Database, now: datetime) -> FlaskClient:
    settings = read_settings(
        {
            "SHOPBELL_DATA": str(folder),
            "SHOPBELL_MAIL": f"smtp://127.0.0.1:{port}",
            "SHOPBELL_MAIL_FROM": "Bell <bell@northside.example>",
            "SHOPBELL_ALLOW_HOSTS": "127.0.0.1",
        }
    )
    return create_app(settings, database, lambda: now).test_client()


def test_nobody_to_tell_is_said_with_the_way_to_mend_it(client: FlaskClient) -> None:
    page = client.get("/channels").text
    assert "Nobody would be told" in page
    assert "Send a test and add" in page


@pytest.mark.server
def test_a_channel_is_added_once_its_test_was_taken(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    with Postbox() as box:
        client = mailing(box.port, tmp_path, sqlite_database, now)
        status, page = press(client, "/channels", name="Kim", email=KIM)
    assert status == 303
    assert "The test was taken there" in page
    assert [message["To"] for message in box.taken] == [f"Kim <{KIM}>"]
    assert len(open_ids(sqlite_database)) == 1
    assert KIM not in page


@pytest.mark.server
def test_a_test_that_is_refused_stores_nothing_and_loses_nothing(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    with Postbox(at_rcpt=["550 no such person"]) as box:
        client = mailing(box.port, tmp_path, sqlite_database, now)
        status, page = press(client, "/channels", name="Kim", email=KIM)
    assert status == 400
    assert "refused the recipient (550)" in page
    assert f'value="{KIM}"' in page
    assert open_ids(sqlite_database) == []


def test_a_chats_secret_address_never_comes_back(client: FlaskClient) -> None:
    secret = "slack://TOKENA/TOKENB"
    status, page = press(client, "/channels", name="Kim", email=KIM, target=secret)
    assert status == 400
    assert "TOKENA" not in page


@pytest.mark.usefixtures("two")
def test_pausing_and_resuming(client: FlaskClient, sqlite_database: Database, two: list[int]) -> None:
    assert press(client, f"/channels/{two[0]}/pause")[0] == 303
    assert open_ids(sqlite_database) == two[1:]
    assert "paused" in client.get("/channels").text
    press(client, f"/channels/{two[0]}/resume")
    assert open_ids(sqlite_database) == two


def test_the_last_one_cannot_be_paused_or_removed(
    client: FlaskClient, sqlite_database: Database, two: list[int]
) -> None:
    press(client, f"/channels/{two[0]}/pause")
    for act in ("pause", "remove"):
        status, page = press(client, f"/channels/{two[1]}/{act}")
        assert status == 409
        assert "Name somebody else first" in page
    assert open_ids(sqlite_database) == two[1:]


def test_a_channel_that_is_removed_leads_nowhere_and_leaves_the_rules(
    client: FlaskClient, rows: Rows, two: list[int]
) -> None:
    rows.delivery(rows.alert(), two[0])
    rows.add(Rule(position=1, title="All", match={}, to=two, timing={"then": two[:1]}))
    assert "forgotten for good" in client.get(f"/channels/{two[0]}/remove").text
    press(client, f"/channels/{two[0]}/remove")
    with rows.database.reading() as session:
        gone = session.get_one(Channel, two[0])
        (rule,) = stored_rules(session)
    assert gone.target_enc == b""
    assert (rule.to, rule.timing.then) == ((two[1],), ())
    assert client.get(f"/channels/{two[0]}/remove").status_code == 404


def test_the_weekly_digest_is_switched_on_and_off(client: FlaskClient, rows: Rows, two: list[int]) -> None:
    press(client, f"/channels/{two[0]}/weekly", wanted="yes")
    assert "gets the weekly digest" in client.get("/channels").text
    press(client, f"/channels/{two[0]}/weekly", wanted="no")
    assert "gets the weekly digest" not in client.get("/channels").text


def test_a_channel_that_was_never_tried_opens_with_its_test(
    client: FlaskClient, rows: Rows, settings: object
) -> None:
    from service.alerts.reach import ChannelKind, add_channel
    from service.secrets import Vault
    from service.settings import the_secret

    person = rows.person()
    with rows.database.transaction() as session:
        vault = Vault(the_secret(settings))  # type: ignore[arg-type]
        demo = {"kind": ChannelKind.DEMO, "target": "desk", "title": "this desk", "verified_at": None}
        number = add_channel(session, vault, person=person, **demo).id  # type: ignore[arg-type]
    assert open_ids(rows.database) == []
    status, page = press(client, f"/channels/{number}/test")
    assert (status, open_ids(rows.database)) == (303, [number])
    assert "only its reader can tell" in page


RULE = {
    "title": "Low stars in Leeds",
    "stars": "1-2",
    "flags": ["press", "safety"],
    "words": "refund,  The  Lawyer ,",
    "branches": ["harbour"],
    "sites": ["tablenotes.example"],
    "when": "daily",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "breaks": ["held"],
}


@pytest.mark.usefixtures("shop")
def test_a_rule_is_made_as_it_was_chosen(client: FlaskClient, rows: Rows, two: list[int]) -> None:
    assert "Stars" in client.get("/rules/new").text
    status, page = press(client, "/rules/new", **RULE, to=two[1:], then=two[:1])
    assert status == 303
    with rows.database.reading() as session:
        (rule,) = stored_rules(session)
        assert session.scalars(select(col(AuditBody.kind))).all() == ["rule"]
    assert rule.match.stars == (1.0, 2.0)
    assert rule.match.words == ("refund", "The Lawyer")
    assert rule.match.branches == ("harbour",)
    assert (rule.to, rule.timing.then) == ((two[1],), (two[0],))
    for said in (
        "1 to 2 of 5 stars; flagged press or safety; says “refund” or “The Lawyer”",
        "at Harbour Street",
        "Lee (this desk)",
        "in the daily digest, at eight, not from 22:00 to 07:00 at the branch; what is held at once",
    ):
        assert said in page
    form = client.get("/rules/1").text
    assert form.count(" checked") == 2 + 1 + 1 + 1 + 1 + 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Give the rule a name"),
        ({"to": []}, "at least one who is told"),
        ({"to": ["77"]}, "not there any more"),
        ({"quiet_until": ""}, "both a beginning and an end"),
        ({"quiet_until": "22:00"}, "two different times"),
        ({"stars": "6"}, "Choose the stars"),
        ({"flags": ["angry"]}, "chosen from the lists"),
        ({"words": ",".join(f"w{n}" for n in range(101))}, "At most 100 words"),
    ],
)
def test_what_makes_no_rule_is_told_and_nothing_typed_is_lost(
    client: FlaskClient, rows: Rows, two: list[int], wrong: dict[str, object], said: str
) -> None:
    status, page = press(client, "/rules/new", **(RULE | {"to": two} | wrong))
    assert status == 400
    assert said in page
    assert 'value="22:00"' in page
    with rows.database.reading() as session:
        assert session.scalars(select(Rule)).all() == []


def test_the_order_is_changed_one_place_at_a_time(client: FlaskClient, rows: Rows, two: list[int]) -> None:
    ids = [rows.add(Rule(position=n, title=f"R{n}", match={}, to=two)) for n in (1, 5, 9)]
    for number, to in ((ids[2], "earlier"), (ids[0], "earlier"), (ids[0], "later")):
        press(client, f"/rules/{number}/move", to=to)
    with rows.database.reading() as session:
        assert [(rule.title, rule.position) for rule in stored_rules(session)] == [
            ("R9", 1),
            ("R1", 5),
            ("R5", 9),
        ]


def test_changing_keeps_what_the_form_does_not_show(client: FlaskClient, rows: Rows, two: list[int]) -> None:
    number = rows.add(Rule(position=1, title="Asked", match={"kinds": ["words_asked"]}, to=two))
    status, _ = press(client, f"/rules/{number}", title="Words", to=two, when="now", breaks=["held", "high"])
    assert status == 303
    with rows.database.reading() as session:
        (rule,) = stored_rules(session)
    assert (rule.title, [kind.value for kind in rule.match.kinds]) == ("Words", ["words_asked"])


def test_a_rule_that_is_gone_says_so(client: FlaskClient, two: list[int]) -> None:
    assert client.get("/rules/7").status_code == 404
    assert press(client, "/rules/7/remove")[0] == 400


def test_a_rule_that_cannot_be_read_is_shown_and_can_be_removed(
    client: FlaskClient, rows: Rows, two: list[int]
) -> None:
    number = rows.add(Rule(position=1, title="Odd", match={"star": 1}, to=two))
    assert "cannot be read, so it decides nothing" in client.get("/channels").text
    press(client, f"/rules/{number}/remove")
    assert "cannot be read" not in client.get("/channels").text


def test_what_others_typed_is_text(client: FlaskClient, rows: Rows, two: list[int]) -> None:
    rows.add(Rule(position=1, title="<b>x</b>", match={"words": ["<script>"]}, to=two))
    page = client.get("/channels").text
    assert "<b>x</b>" not in page
    assert "<script>" not in page


def test_many_channels_are_told_by_the_page_and_acting_leads_back_to_it(
    client: FlaskClient, rows: Rows, two: list[int]
) -> None:
    made = [
        rows.channel(rows.person(f"P{n:02}", f"p{n}@northside.example"), verified_at=rows.now)
        for n in range(60)
    ]
    first, second = client.get("/channels").text, client.get("/channels?page=2").text
    assert "Page 1 of 2" in first
    assert (f"channel-{made[5]}" in first, f"channel-{made[59]}" in first) == (True, False)
    assert f'action="/channels/{made[59]}/pause?page=2"' in second
    form = {"form_token": form_token(client.get("/channels?page=2"))}
    answer = client.post(f"/channels/{made[59]}/pause?page=2", data=form)
    assert answer.headers["Location"] == "/channels?done=paused&page=2"


def test_the_page_asks_no_more_for_many_than_for_few(client: FlaskClient, rows: Rows, two: list[int]) -> None:
    asked: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(rows.database.engine, "before_cursor_execute", note)
    client.get("/channels")
    few = len(asked)
    for n in range(10):
        rows.channel(rows.person(f"P{n}", f"p{n}@northside.example"), verified_at=rows.now)
        rows.add(Rule(position=n + 1, title=f"R{n}", match={}, to=two))
    asked.clear()
    client.get("/channels")
    event.remove(rows.database.engine, "before_cursor_execute", note)
    assert len(asked) == few

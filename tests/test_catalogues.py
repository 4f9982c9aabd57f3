"""The catalogues that ship: nothing missing, nothing left over, nothing that could do harm."""

from __future__ import annotations

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from service.tongues import FOLDER
from tests import catalogues


def test_every_string_is_gathered() -> None:
    found = catalogues.phrases(catalogues.sources())
    assert len(found) > 2500
    assert {
        "Inbox",
        ("%(n)s mail needs you", "%(n)s mails need you"),
        "answered in public",
        "Shorten it.",
    } <= found


MEND = """
Words were changed, and {code} does not say them yet. Run `make messages`, fill in what is empty in
service/translations/{code}/LC_MESSAGES/messages.po, and run it again (README.md there says what to keep).
"""


def test_spanish_ships() -> None:
    assert "es" in catalogues.written()


@pytest.mark.parametrize("code", catalogues.written())
def test_what_ships_is_whole_and_keeps_every_placeholder(code: str) -> None:
    found = [*catalogues.faults(catalogues.written()[code], catalogues.sources())]
    assert not found, MEND.format(code=code) + "\n".join(found)


def test_what_the_desk_loads_is_what_was_written() -> None:
    """``make messages`` puts this right."""
    for code, catalogue in catalogues.written().items():
        made = io.BytesIO()
        write_mo(made, catalogue)
        assert (FOLDER / code / "LC_MESSAGES" / "messages.mo").read_bytes() == made.getvalue()


def test_a_whole_translation_has_no_fault() -> None:
    assert list(catalogues.faults(catalogues.made_up("eo"), catalogues.sources())) == []


@pytest.mark.parametrize(
    ("phrase", "said", "fault"),
    [
        ("Kept by %(name)s.", "Tenita de %(nomo)s.", "other placeholders"),
        ("Kept by <bdi>%(name)s</bdi>.", "Tenita de %(name)s.", "other placeholders"),
        ("Kept.", "<b>Tenita.</b>", "other placeholders"),
        ("Kept.", 'Tenita" onclick="x', "could end an attribute"),
        (("%(n)s is kept", "%(n)s are kept"), ("%(n)s tenita", "tenitaj"), "other placeholders"),
        (("%(n)s is kept", "%(n)s are kept"), ("%(n)s tenita", ""), "not translated"),
        ("Kept.", "", "not translated"),
        ("Not in the sources", "Ne tie", "left over"),
    ],
)
def test_a_faulty_translation_is_found(
    phrase: str | tuple[str, ...], said: str | tuple[str, ...], fault: str
) -> None:
    against, faulty = Catalog(), Catalog(locale="eo")
    faulty.add(phrase, said)
    if fault != "left over":
        against.add(phrase)
    assert [one.startswith(fault) for one in catalogues.faults(faulty, against)] == [True]


def test_a_phrase_that_was_not_gathered_is_missed() -> None:
    against = Catalog()
    against.add("Kept.")
    assert list(catalogues.faults(Catalog(locale="eo"), against)) == ["missing: Kept."]


def test_a_phrase_is_bracketed_around_what_is_put_into_it() -> None:
    assert catalogues.bracketed("Kept by <bdi>%(name)s</bdi>.") == "⟦Kept by ⟧<bdi>%(name)s</bdi>⟦.⟧"

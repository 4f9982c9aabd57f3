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
    assert len(found) > 900
    assert {"Inbox", ("%(n)s mail needs you", "%(n)s mails need you"), "answered in public"} <= found


def test_what_ships_is_up_to_date_and_keeps_every_placeholder() -> None:
    sources = catalogues.sources()
    shipped = catalogues.written()
    assert {code: found for code in shipped if (found := [*catalogues.faults(shipped[code], sources)])} == {}


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

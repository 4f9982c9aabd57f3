from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sites.decode import decode


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec: str) -> None:
    assert decode("Größe".encode(codec), "text/html; charset=iso-8859-1") == "Größe"


def test_the_header_comes_before_the_page() -> None:
    page = '<meta charset="windows-1251">Größe'.encode("latin-1")
    assert decode(page, 'text/html; charset="ISO-8859-1"').endswith("Größe")


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        '<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_the_page_may_name_its_own_encoding(head: str) -> None:
    assert decode(f"{head}Привет".encode("cp1251"), "text/html").endswith("Привет")


def test_latin_1_means_windows_1252_as_in_browsers() -> None:
    assert decode("Rosina’s – €5".encode("cp1252"), "text/html; charset=latin1") == "Rosina’s – €5"  # noqa: RUF001


def test_sound_utf_8_is_utf_8_whatever_the_old_label_says() -> None:
    assert decode("<meta charset=iso-8859-1>Größe".encode(), None).endswith("Größe")


@pytest.mark.parametrize("label", ["base64", "rot13", "idna", "unicode_escape", "utf-7", "no-such-thing", ""])
def test_a_label_that_names_no_encoding_of_the_web_is_passed_over(label: str) -> None:
    assert decode(b"Gr\xfc\xdfe", f"text/html; charset={label}") == "Gr\ufffd\ufffde"


@given(st.binary(), st.one_of(st.none(), st.text(), st.sampled_from(["charset=utf-16", "charset=shift_jis"])))
def test_no_bytes_make_decoding_raise(body: bytes, content_type: str | None) -> None:
    assert isinstance(decode(body, content_type), str)

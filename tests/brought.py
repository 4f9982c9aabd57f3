"""Files as people bring them, made here: tables, spreadsheets, Google's export, text copied from pages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from service.sources import sheet

HEADER = ("Reviewer", "Stars", "Date", "Review", "Owner response")
ANNA = ("Anna Example", "5", "2026-05-02", "Lovely bread, and a warm welcome.", "Thank you, Anna.")
BERT = ("Bert Beispiel", "2", "2026-11-20", "We waited forty minutes for two rolls.", "")
CLEO = ("Cleo Tester", "4", "2026-10-01", "Good, if a little loud.", "")

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.'
    'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="r1" Type="{_KINDS}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_KINDS}"><sheets>'
    '<sheet name="Reviews" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="r1" '
    f'Type="{_KINDS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def table(*rows: Sequence[str], header: Sequence[str] | None = HEADER) -> bytes:
    """A CSV file."""
    return sheet.written([header, *rows] if header else rows)


def workbook(rows: Iterable[Sequence[str | float]], far: str = "") -> bytes:
    """An Excel file; ``far`` is the name of one more cell with something in it, such as "XFD1048576"."""
    out = [f'<worksheet xmlns="{_SHEETS}"><sheetData>']
    for number, row in enumerate(rows, start=1):
        cells = (_cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(row))
        out.append(f'<row r="{number}">{"".join(cells)}</row>')
    if far:
        out.append(f'<row r="{far.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}">{_cell(far, 1)}</row>')
    return archive(_PARTS | {"xl/worksheets/sheet1.xml": "".join([*out, "</sheetData></worksheet>"])})


def _cell(name: str, value: str | float) -> str:
    if isinstance(value, str):
        return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{name}"><v>{value}</v></c>'


def archive(files: dict[str, str | bytes]) -> bytes:
    """A zip of ``files``."""
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return body.getvalue()


def google_review(number: int, **more: Any) -> dict[str, Any]:
    """A review as Google's export has it."""
    told = {
        "name": f"accounts/7/locations/2001/reviews/AbFvOq{number:04}",
        "reviewer": {"displayName": f"Guest {number}"},
        "starRating": "FOUR",
        "comment": f"Visit number {number}, and still good.",
        "createTime": "2026-03-04T05:06:07.123456Z",
        "updateTime": "2026-03-04T05:06:07.123456Z",
    }
    return {name: value for name, value in (told | more).items() if value is not None}


def google_export(*reviews: dict[str, Any], name: str = "North Bakery", location: str = "2001") -> bytes:
    """Google Takeout's archive of one location."""
    folder = f"Takeout/Google Business Profile/account-7/location-{location}"
    about = {
        "attributes": [
            {
                "id": {"attributeType": "LISTING_NAME"},
                "values": [{"datum": {"listingName": {"text": name}}}],
            }
        ]
    }
    half = len(reviews) // 2
    return archive(
        {
            "Takeout/archive_browser.html": "<html></html>",
            f"{folder}/additionalData.json": json.dumps(about),
            f"{folder}/reviews.json": json.dumps({"reviews": reviews[:half]}),
            f"{folder}/reviews-AbC-1.json": json.dumps({"reviews": reviews[half:]}),
        }
    )

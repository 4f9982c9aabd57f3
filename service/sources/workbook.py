"""Spreadsheets to CSV, in a child process: a workbook of a few kilobytes can ask for gigabytes of cells.

The child has a limit of memory and of time and dies of its own greed; the file is then refused in a sentence.
What it made is read like any other CSV file.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
import zlib
from io import BytesIO

from service.errors import FileUnreadable
from service.sentences import say
from service.sources.sheet import LARGEST

MOST_MEMORY = 256 * 1024**2  # bytes of addresses; ten thousand rows take 30 MB of them for real
MOST_SECONDS = 60
LARGEST_UNPACKED = 150_000_000  # bytes
UNREADABLE = 3  # the child's exit code for a file that is no sound workbook

_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def is_workbook(body: bytes) -> bool:
    """Whether ``body`` is an Excel or OpenDocument sheet. Never raises."""
    if body.startswith(_OLD_EXCEL):
        return True
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return any(name in archive.NameToInfo for name in _PARTS)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def as_csv(body: bytes) -> bytes:
    """The first sheet that holds anything, as CSV. Raises ``FileUnreadable``."""
    if not body.startswith(_OLD_EXCEL):
        require_small(body)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "service.sources.workbook_child"],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileUnreadable(_TOO_MUCH) from None
    if ended.returncode == UNREADABLE:
        raise FileUnreadable(
            say(
                "The spreadsheet cannot be read: it is damaged, protected by a password, or empty. "
                "Save it again, or save it as CSV. Nothing was kept."
            )
        )
    if ended.returncode or len(ended.stdout) > LARGEST:
        raise FileUnreadable(_TOO_MUCH)
    return ended.stdout


def require_small(body: bytes) -> None:
    """Refuse an archive that unpacks to more than any export of reviews has. Raises ``FileUnreadable``."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise FileUnreadable(_TOO_MUCH)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, zlib.error):
        raise FileUnreadable(
            say("The file is damaged. Download or save it again. Nothing was kept.")
        ) from None


_TOO_MUCH = say(
    "The spreadsheet asks for more memory or time than an export of reviews needs. Save "
    "the sheet as CSV, or bring it in parts. Nothing was kept."
)

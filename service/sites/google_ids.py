"""Google's names for one place and one review, and how they turn into one another.

A place has a feature id ("0x14de…:0xb7f6…"), a place id ("ChIJ…") that packs the same two figures, and a CID:
the second of them, in decimal. The CID is the one that every form yields, so it is what we keep.
"""

from __future__ import annotations

import base64
import binascii
import re

FEATURE = re.compile(r"0x([0-9a-f]{1,16}):0x([0-9a-f]{1,16})", re.IGNORECASE)
REVIEW = re.compile(r"C[A-Za-z][A-Za-z0-9_-]{12,120}={0,2}")
"""A Maps review id: base64 of a protobuf, "ChZDSUhN…" or "Ci9DQUlR…" (pages of 2021 to 2026)."""

_REPLY_LINK = re.compile(
    r"/customers/reviews/(?:delete)?reply\?(?:[^\s\"'#]*?&(?:amp;)?)?p=([A-Za-z0-9_%=+/-]{8,400})"
)


def cid_of_feature(feature: str) -> str | None:
    """The CID in a feature id, found anywhere in ``feature``; None where it holds none."""
    found = FEATURE.search(feature)
    return _cid(int(found[2], 16)) if found else None


def cid_of_figures(figures: str) -> str | None:
    """``figures`` itself where it can be a CID (1 to 20 digits, 64 bits); else None."""
    return _cid(int(figures)) if re.fullmatch(r"\d{1,20}", figures, re.ASCII) else None


def cid_of_place(place_id: str) -> str | None:
    """The CID packed into a business's place id ("ChIJ…"); None for addresses, routes and anything else."""
    packed = _unpacked(place_id)
    # protobuf: message 1 of 18 bytes, holding two fixed64 (fields 1 and 2)
    if packed is None or len(packed) != 20 or packed[:3] != b"\x0a\x12\x09" or packed[11:12] != b"\x11":
        return None
    return _cid(int.from_bytes(packed[12:20], "little"))


def review_in_reply_link(link: str) -> str | None:
    """The Maps review id inside a link to Google's reply form (its ``p``), or None.

    It joins what the owner's mail and profile show with the public page: field 1 of the protobuf is the id.
    """
    found = _REPLY_LINK.search(link)
    packed = _unpacked(re.sub("%3d", "=", found[1], flags=re.IGNORECASE)) if found else None
    if packed is None or len(packed) < 2 or packed[0] != 0x0A or packed[1] > 0x7F:
        return None
    inner = packed[2 : 2 + packed[1]].decode("ascii", "replace")
    return inner if REVIEW.fullmatch(inner) else None


def _cid(figure: int) -> str | None:
    return str(figure) if 0 < figure < 2**64 else None


def _unpacked(packed: str) -> bytes | None:
    standard = packed.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None

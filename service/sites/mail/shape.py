"""Teaching a mail's shape, in one place: what is shown, what is marked, what is learnt, what is read by it.

``lines`` numbers what a person sees; ``learn`` turns what she marked into ``Marks``, which are kept as JSON
under the sender's domain and ``shape_of`` the mail; ``read_marked`` reads the next mail of that shape.
"""

from __future__ import annotations

from service.sites.mail.lesson import Marked, learn
from service.sites.mail.marks import Marks, as_json, marks_of, place_marked, read_marked
from service.sites.mail.skeleton import lines, shape_of

__all__ = [
    "Marked",
    "Marks",
    "as_json",
    "learn",
    "lines",
    "marks_of",
    "place_marked",
    "read_marked",
    "shape_of",
]

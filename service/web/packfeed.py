"""Our pack feed, for whoever was invited: the newest signed statement, its packs; and receipts."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, request
from sqlalchemy import update
from sqlmodel import col

from service.approval import receipts
from service.approval.invitations import admitted
from service.approval.publishing import envelope_of, newest_issue, own_version
from service.errors import FeedRefused
from service.models import Subscriber
from service.web.desk import desk, now, rows

screen = Blueprint("packfeed", __name__)

SEEN_EVERY = 300  # seconds between two notes that a follower was here


@screen.get("/packs/feed.json")
def statement() -> Response:
    """The newest statement for the follower's scope; 304 where it has it already."""
    issue = newest_issue(rows(), _scope())
    if issue is None:
        abort(404)
    answer = make_response(envelope_of(rows(), issue))
    answer.content_type = "application/json"
    answer.set_etag(f"{issue.serial}-{issue.content_sha256.hex()[:16]}")
    answer.make_conditional(request)
    return answer


@screen.get("/packs/<sha256>.toml")
def pack(sha256: str) -> Response:
    """The exact bytes of one of our versions."""
    _scope()
    version = own_version(rows(), _digest(sha256))
    if version is None:
        abort(404)
    answer = make_response(version.body)
    answer.content_type = "application/toml"
    return answer


@screen.post("/packs/receipts")
def receipt() -> Response:
    """Take a follower's word that it obeys a recall; its seal proves whose word it is."""
    request.max_content_length = receipts.LARGEST
    written = request.get_data(cache=False)
    follower = receipts.sender(rows(), request.headers.get(receipts.HEADER, ""), written)
    if follower is None:
        abort(401, "Receipts are for those who were invited.")
    try:
        with desk().database.transaction() as session:
            receipts.keep(session, follower, written, now())
    except FeedRefused as refused:
        abort(400, f"The receipt was not taken: {refused}.")
    return make_response("", 204)


def _scope() -> Sequence[str]:
    """The branches the caller was invited for. Ends with 401 for a stranger."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    follower = admitted(rows(), token.strip()) if scheme == "Bearer" else None
    if follower is None:
        abort(401, "This feed is for those who were invited.")
    _note(follower)
    return [str(code) for code in follower.branches]


def _note(follower: Subscriber) -> None:
    moment = now()
    if follower.last_seen_at and (moment - follower.last_seen_at).total_seconds() < SEEN_EVERY:
        return
    with desk().database.transaction() as session:
        its_row = update(Subscriber).where(col(Subscriber.id) == follower.id)
        session.execute(its_row.values(last_seen_at=moment))


def _digest(sha256: str) -> bytes:
    try:
        return bytes.fromhex(sha256)
    except ValueError:
        abort(404)

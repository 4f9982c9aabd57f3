"""What is done with a version that was read: submitted, signed by a person, or sent back with a reason."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for

from service.approval import signers, submitting, versions
from service.approval.rosters import believed
from service.errors import ApprovalRefused
from service.models import SigningKey
from service.web import pack as screen_of_pack
from service.web.desk import desk, look_again, now, rows
from service.web.pack import Version
from service.web.packs import the_shelf
from service.web.phrases import N_, gettext
from service.web.signing import NotOpened, opened_signer, person

screen = Blueprint("signing_packs", __name__)

CHANGED = N_("What you read has changed meanwhile: this is how it stands now. Nothing was signed.")


@screen.post("/pack/<name>/sign")
def sign(name: str) -> Response:
    """Sign exactly the bytes that were shown."""
    return _done_with(name, "sign", _signed)


@screen.post("/pack/<name>/submit")
def submit(name: str) -> Response:
    """Ask those who sign to read exactly the bytes that were shown."""
    return _done_with(name, "submit", _submitted)


@screen.post("/pack/<name>/send-back")
def send_back(name: str) -> Response:
    """Return what was submitted to whoever wrote it."""
    return _done_with(name, "send-back", _sent_back)


def _signed(version: Version) -> str:
    who = opened_signer()
    with desk().database.transaction() as session:
        versions.add_version(session, version.body, now(), version.file)
        signers.keep(session, who)
        missing = versions.approve(session, version.pack.sha256, who.key, now())
        key = session.get_one(SigningKey, who.key.fingerprint)
        is_listed = believed(session).counts(key.fingerprint, key.certified_by, key.role, now())
    return "approved" if not missing else "signed" if is_listed else "unlisted"


def _submitted(version: Version) -> str:
    with desk().database.transaction() as session:
        submitting.submit(session, version.body, version.file, person(), now())
    return "submitted"


def _sent_back(version: Version) -> str:
    with desk().database.transaction() as session:
        newest = versions.newest_version(session, version.pack.name)
        if newest.sha256 != version.pack.sha256:
            raise ApprovalRefused(
                gettext(
                    "Version %(serial)s was stored meanwhile. Nothing was sent back.", serial=newest.serial
                )
            )
        submitting.send_back(session, version.pack.name, person(), request.form.get("why", ""), now())
    return "sent-back"


def _done_with(name: str, of: str, act: Callable[[Version], str]) -> Response:
    """Do ``act`` with the version that was shown; what is refused is said on its page again."""
    version = screen_of_pack.by_hash(rows(), the_shelf(), name, request.form.get("sha256", ""))
    if version is None:
        return _again(name, "", gettext(CHANGED), of, 409)
    try:
        done = act(version)
    except NotOpened as refused:
        return _again(name, version.place, str(refused), of, refused.status, is_first=refused.is_first)
    except ApprovalRefused as refused:
        look_again()
        return _again(name, version.place, str(refused), of, 409)
    serial = version.pack.serial
    return redirect(url_for("pack.pack", name=name, version=serial, done=done), 303)  # type: ignore[return-value]


def _again(name: str, place: str, problem: str, of: str, status: int, *, is_first: bool = False) -> Response:
    if screen_of_pack.version_at(rows(), the_shelf(), name, "") is None:
        abort(404)
    page = screen_of_pack.shown(name, place, problem, of=of, is_first=is_first)
    return make_response(page, status)

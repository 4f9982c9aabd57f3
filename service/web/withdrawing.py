"""Recalling words in one confirmed step: an item or a whole pack, and why."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from service.approval import recalls, signers
from service.approval.publishing import followers
from service.approval.recalls import LONGEST_REASON
from service.approval.statements import WHOLE_PACK
from service.approval.stored import remembered
from service.approval.versions import newest_version, require_item
from service.errors import ApprovalRefused
from service.outcomes.postings import uses_by_class
from service.web.desk import desk, now, rows
from service.web.phrases import gettext
from service.web.signing import NotOpened, opened_signer

screen = Blueprint("withdrawing", __name__)


@screen.get("/pack/<name>/recall")
def ask(name: str) -> str:
    """What would be recalled, and from whom."""
    return _page(name, request.args.get("item", WHOLE_PACK))


@screen.post("/pack/<name>/recall")
def recall(name: str) -> Response:
    """Withdraw it, from this moment on. Pressing twice recalls once."""
    item, reason = request.form.get("item", WHOLE_PACK), request.form.get("reason", "")
    try:
        if not reason.strip():
            raise ApprovalRefused(
                gettext("Say why: whoever was sent the words reads it. Nothing was recalled.")
            )
        who = opened_signer(of_any_role=True)
        with desk().database.transaction() as session:
            version = newest_version(session, name)
            require_item(version, item)
            signers.keep(session, who)
            recalls.recall(session, version, item, reason, who.key, now())
    except NotOpened as refused:
        return make_response(_page(name, item, str(refused), is_first=refused.is_first), refused.status)
    except ApprovalRefused as refused:
        return make_response(_page(name, item, str(refused)), 409)
    return redirect(url_for("put_right.put_right", pack=name, done="recalled"), 303)  # type: ignore[return-value]


def _page(name: str, item: str, problem: str | None = None, *, is_first: bool = False) -> str:
    try:
        version = newest_version(rows(), name)
        require_item(version, item)
    except ApprovalRefused:
        abort(404)
    return render_template(
        "recall.html",
        version=version,
        pack=remembered(version.body),
        item=item,
        uses=sum(uses_by_class(rows(), name, item, version.serial).values()),
        followers=followers(rows()) if version.feed_id is None else 0,
        problem=problem,
        is_first=is_first,
        longest=LONGEST_REASON,
    )

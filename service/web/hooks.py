"""Webhooks: which other programs are told, of what, how it goes, and sending once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service.errors import AnswerRefused, UnusableChannel, WrongSecret
from service.hooks import body, queue, sending, targets
from service.hooks.kinds import HookKind, kind_of, read_kinds
from service.hooks.sending import Letter, Verdict
from service.models import Event, HookDelivery, HookTarget
from service.net.allow import AllowList
from service.net.client import Client, user_agent
from service.net.guard import Guard
from service.secrets import Vault
from service.web.desk import desk, now, rows
from service.web.me import me
from service.web.phrases import N_, Phrases, gettext

screen = Blueprint("hooks", __name__)

SHOWN = 50  # deliveries

TITLES = Phrases(
    {
        HookKind.NEW: N_("A new review"),
        HookKind.CLAIMED: N_("Somebody takes a review"),
        HookKind.SUBMITTED: N_("A reply is posted, by a person's word"),
        HookKind.SEEN_IN_PUBLIC: N_("A reply is seen in public"),
        HookKind.PACK_APPROVED: N_("A pack is approved"),
        HookKind.UNHEALTHY: N_("A listing cannot be heard, or is silent"),
        HookKind.HEALTHY: N_("A listing is heard again"),
    }
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, but for the address: it may be a secret, and is never shown again."""

    title: str = ""
    kinds: tuple[HookKind, ...] = ()
    with_words: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery and what it tells of."""

    row: HookDelivery
    kind: HookKind | None
    review: int | None


@screen.get("/hooks")
def hooks() -> str:
    """Every address that is told, and the form to add one."""
    return _page(Typed())


@screen.post("/hooks")
def add() -> Response:
    """Tell an address from now on; its secret is shown this once."""
    typed, parts = _typed(), desk()
    wanted = targets.Wanted(request.form.get("url", ""), typed.title, typed.kinds, typed.with_words)
    try:
        address = targets.read_address(_guard(), wanted.url)
        with parts.database.transaction() as session:
            vault = Vault(parts.secret)
            target, secret = targets.add(session, vault, address, wanted, me().name, now())
    except (UnusableChannel, AnswerRefused) as refused:
        return make_response(_page(typed, str(refused)), 400)
    return make_response(render_template("hook_secret.html", target=target, secret=secret, is_new=True))


@screen.get("/hooks/<int:number>")
def one(number: int) -> str:
    """One address: what it is told, and what became of the newest messages."""
    return _one_page(number)


@screen.post("/hooks/<int:number>")
def change(number: int) -> Response:
    """Tell it of other things from now on."""
    typed = _typed()

    def act(session: Session) -> None:
        targets.change(session, number, typed.kinds, me().name, now(), with_words=typed.with_words)

    return _acted(number, act, "changed")


@screen.post("/hooks/<int:number>/test")
def test(number: int) -> Response:
    """Send a signed message there now, and tell the truth about it."""
    verdict = _tried(number)
    if not verdict.taken:
        return make_response(
            _one_page(number, gettext("The test was not taken. %(why)s", why=verdict.said)), 409
        )
    return _to(number, "tested")


@screen.post("/hooks/<int:number>/pause")
def pause(number: int) -> Response:
    """Tell it nothing, for a while."""
    return _acted(number, lambda session: targets.pause(session, number, me().name, now()), "paused")


@screen.post("/hooks/<int:number>/resume")
def resume(number: int) -> Response:
    """Tell it what happens from now on."""
    return _acted(number, lambda session: targets.resume(session, number, me().name, now()), "resumed")


@screen.post("/hooks/<int:number>/rotate")
def rotate(number: int) -> Response:
    """Make a new secret, shown this once."""
    parts = desk()
    try:
        with parts.database.transaction() as session:
            secret = targets.rotate(session, Vault(parts.secret), number, me().name, now())
    except (AnswerRefused, WrongSecret) as refused:
        return make_response(_one_page(number, str(refused)), 409)
    return make_response(
        render_template("hook_secret.html", target=_target(number), secret=secret, is_new=False)
    )


@screen.post("/hooks/<int:number>/deliveries/<int:delivery>")
def again(number: int, delivery: int) -> Response:
    """Send one message once more, under its old key; the engine finds it."""
    with desk().database.transaction() as session:
        if not queue.send_again(session, number, delivery, now()):
            abort(404)
    return _to(number, "again")


@screen.get("/hooks/<int:number>/remove")
def ask_to_remove(number: int) -> str:
    """Ask once more."""
    return render_template("hook_remove.html", target=_target(number))


@screen.post("/hooks/<int:number>/remove")
def remove(number: int) -> Response:
    """Forget it."""
    _target(number)
    with desk().database.transaction() as session:
        targets.remove(session, number, me().name, now())
    return redirect(url_for(".hooks", done="removed"), 303)  # type: ignore[return-value]


def _tried(number: int) -> Verdict:
    """What came of a test; no row is written for it, and no transaction is open meanwhile."""
    parts, target = desk(), _target(number)
    try:
        way = targets.way_to(Vault(parts.secret), target, now())
    except WrongSecret as error:
        return Verdict(taken=False, said=str(error))
    moment = now()
    key = f"msg_test_{int(moment.timestamp()):x}_{target.url_hash.hex()[:12]}"
    letter = Letter(way, key, body.of_test(rows(), parts.settings.public_url.rstrip("/"), moment))
    client = Client(_guard(), user_agent(version("shopbell"), parts.settings.contact))
    try:
        return sending.post(client, letter, moment)
    finally:
        client.close()


def _acted(number: int, act: Callable[[Session], None], done: str) -> Response:
    _target(number)
    try:
        with desk().database.transaction() as session:
            act(session)
    except AnswerRefused as refused:
        return make_response(_one_page(number, str(refused)), 409)
    return _to(number, done)


def _page(typed: Typed, problem: str | None = None) -> str:
    told = rows().scalars(select(HookTarget).order_by(col(HookTarget.title), col(HookTarget.id))).all()
    return render_template(
        "hooks.html",
        told=told,
        titles=TITLES,
        typed=typed,
        problem=problem,
        done=request.args.get("done"),
    )


def _one_page(number: int, problem: str | None = None) -> str:
    target = _target(number)
    return render_template(
        "hook.html",
        target=target,
        kinds=read_kinds(target.kinds),
        titles=TITLES,
        sent=_newest(rows(), number),
        problem=problem,
        done=request.args.get("done"),
    )


def _newest(session: Session, number: int) -> list[Sent]:
    found = session.execute(
        select(HookDelivery, col(Event.kind), col(Event.payload), col(Event.review_id))
        .join(Event, col(Event.id) == col(HookDelivery.event_id))
        .where(col(HookDelivery.target_id) == number)
        .order_by(col(HookDelivery.id).desc())
        .limit(SHOWN)
    )
    return [Sent(row, kind_of(kind, payload), review) for row, kind, payload, review in found]


def _typed() -> Typed:
    form = request.form
    title = form.get("title", "")[: targets.LONGEST_TITLE]
    return Typed(title, read_kinds(form.getlist("kinds")), form.get("with_words") == "yes")


def _target(number: int) -> HookTarget:
    target = rows().get(HookTarget, number)
    if target is None:
        abort(404)
    return target


def _guard() -> Guard:
    return Guard(AllowList.parse(desk().settings.allow_hosts))


def _to(number: int, done: str) -> Response:
    return redirect(url_for(".one", number=number, done=done), 303)  # type: ignore[return-value]

"""Paired browsers: which there are, how old their extension is, what they may send, and ending them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service.models import Ended, Listing
from service.people import capturing, device_list, devices
from service.people.device_list import Paired
from service.people.devices import Scope
from service.people.extension import LATEST_VERSION
from service.people.may import WHOLE, Act, may
from service.sites.registry import site_named
from service.web.desk import desk, now, rows
from service.web.extension_zips import zips
from service.web.me import is_open_house, me
from service.web.shown import site_title

screen = Blueprint("paired", __name__)


@screen.before_request
def _first_the_first() -> Response | None:
    """Where there are no accounts, nobody's browser can be paired."""
    return redirect(url_for("first_account.form"), 303) if is_open_house() else None  # type: ignore[return-value]


@screen.get("/browsers")
def browsers() -> str:
    """Hers, and those she may end."""
    session, who = rows(), me()
    off = capturing.switched_off(session)
    return render_template(
        "paired.html",
        paired=device_list.listed(session, who, now()),
        sites=_sites(session, off),
        off=off,
        everywhere=capturing.EVERYWHERE,
        sends=Scope.CAPTURE in devices.scopes_of(who) and capturing.is_on(off),
        runs_all=may(who, Act.SETTINGS, WHOLE),
        zips=zips(desk().settings.home),
        version=LATEST_VERSION,
        address=desk().settings.public_url,
    )


@screen.get("/browsers/extension/<browser>")
def extension(browser: str) -> Response:
    """The extension's zip for that browser, where it is built."""
    found = next((one for one in zips(desk().settings.home) if one.browser == browser), None)
    if found is None:
        abort(404)
    return send_file(found.path, "application/zip", as_attachment=True, download_name=found.path.name)


@screen.post("/browsers/<int:device_id>/end")
def end(device_id: int) -> Response:
    """End one pairing."""
    with desk().database.transaction() as session:
        one = _hers(session, device_id)
        devices.end(session, one.device.id or 0, Ended.BY_PERSON, by=me().name, now=now())
    return _back("ended")


@screen.post("/browsers/end-all")
def end_all() -> Response:
    """End all of her own."""
    with desk().database.transaction() as session:
        devices.end_all_of(session, me().id or 0, Ended.BY_PERSON, by=me().name, now=now())
    return _back("all-ended")


@screen.post("/browsers/<int:device_id>/automatic")
def automatic(device_id: int) -> Response:
    """On which sites one of her own sends what it sees without a press each time."""
    with desk().database.transaction() as session:
        one = _hers(session, device_id)
        if not one.is_own:
            abort(404)
        known = {name for name, _ in _sites(session, frozenset())}
        one.device.auto_capture = sorted(known.intersection(request.form.getlist("site")))
    return _back("automatic")


@screen.post("/browsers/capture")
def capture() -> Response:
    """For which sites nobody's browser sends anything."""
    with desk().database.transaction() as session:
        known = {name for name, _ in _sites(session, capturing.switched_off(session))}
        chosen = (known | {capturing.EVERYWHERE}).intersection(request.form.getlist("off"))
        capturing.switch(session, chosen, by=me().name, now=now())
    return _back("capture")


def _hers(session: Session, device_id: int) -> Paired:
    found = (one for one in device_list.listed(session, me(), now()) if one.device.id == device_id)
    one = next(found, None)
    if one is None:
        abort(404)
    return one


def _sites(session: Session, off: frozenset[str]) -> list[tuple[str, str]]:
    """Sites that are watched here, or switched off, by what people call them."""
    watched = select(col(Listing.site)).where(col(Listing.active), col(Listing.alias_of).is_(None)).distinct()
    names = {name for name in session.scalars(watched) if site_named(name)} | (off - {capturing.EVERYWHERE})
    return sorted(((name, site_title(name)) for name in names), key=lambda one: one[1].casefold())


def _back(done: str) -> Response:
    return redirect(url_for(".browsers", done=done), 303)  # type: ignore[return-value]

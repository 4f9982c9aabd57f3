"""The first steps: from an empty installation, or from the demo, to a first review and a first test alert.

What is done is read from the rows each time, so it can be left at any step and gone on with later.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service import installation
from service.alerts import joining
from service.alerts.addresses import mail_address
from service.alerts.door_letter import can_mail
from service.alerts.reach import ChannelKind
from service.approval.catalogue import Catalogued, catalogue
from service.errors import DeliveryFailed, UnusableChannel, UnwatchableAddress
from service.models import Listing
from service.sites.registry import site_named
from service.tongues import tongue_of
from service.watch import branch_facts, branches, listings
from service.web import first_steps, routes_today, starters
from service.web.desk import desk, now, rows
from service.web.listings import real_branches, watch_page, whose
from service.web.packs import the_shelf
from service.web.phrases import N_, gettext, language
from service.web.phrases import said as told
from service.web.routes_today import Today

screen = Blueprint("begin", __name__)

MOST_SITES = 12
BRANCH_FIELDS = ("name", "brand", "city", "tz", "language", "vertical", "sign_off")
DEFAULTS = {"tz": "UTC", "language": "en", "vertical": "general"}
TAKEN = N_("A branch is called so already. Give this one a name of its own.")

Problems = dict[str, str]


@screen.get("/begin")
def begin() -> str:
    """Every step, with the first that is not done open."""
    return _page({}, {})


@screen.post("/begin/branch")
def branch() -> Response:
    """The first branch; the rest of what may be said of it can wait."""
    said = {field: request.form.get(field, "") for field in BRANCH_FIELDS}
    read = branch_facts.read(said)
    if read.facts is None:
        return _refused(said, read.problems)
    with desk().database.transaction() as session:
        installation.start_clean(session)
        made = branches.make(session, read.facts)
    return _refused(said, {"name": gettext(TAKEN)}) if made.taken else _on("listing")


@screen.post("/begin/listing")
def listing() -> Response:
    """A listing by its address."""
    said = {"url": request.form.get("url", "").strip()[:2000], "branch": request.form.get("branch", "")}
    try:
        site, address = listings.recognised(said["url"])
    except UnwatchableAddress as refused:
        return _refused(said, {"url": str(refused)})
    added = watch_page(site, address, said["branch"])
    if added is None:
        return _refused(said, {"branch": gettext("Choose the branch it is a page of.")})
    if added.is_anothers:
        return _refused(said, {"url": whose(added.branch_id)})
    return _on("way")


@screen.post("/begin/channel")
def channel() -> Response:
    """Send a real test message, and store the channel only where it was taken."""
    said = {field: request.form.get(field, "").strip()[:254] for field in ("person", "email")}
    target = request.form.get("target", "").strip()[:2000]
    problems = _whom(said)
    if problems:
        return _refused(said, problems)
    try:
        kind, address = joining.read_target(target) if target else (ChannelKind.MAIL, said["email"])
        _tell(said["person"], said["email"], kind, address)
    except (DeliveryFailed, UnusableChannel) as failed:
        again = gettext(" Type the address again: it is not kept.") if target else ""
        return _refused(said, {"target" if target else "email": f"{told(str(failed))}{again}"})
    return _on("told")


def _whom(said: Mapping[str, str]) -> Problems:
    problems = {} if said["person"] else {"person": gettext("Say whom it is for.")}
    try:
        mail_address(said["email"])
    except UnusableChannel as refused:
        problems["email"] = str(refused)
    return problems


def _tell(person: str, email: str, kind: ChannelKind, address: str) -> None:
    parts, moment = desk(), now()
    with parts.database.reading() as session:
        if joining.just_tried(session, parts.secret, kind, address, moment):
            return
    tongue = tongue_of(language())
    joining.send_test(parts.settings, parts.secret, kind, address, person, moment, tongue=tongue)
    with parts.database.transaction() as session:
        joining.join(
            session, parts.secret, person, email, kind, address, moment, tried=True, locale=language()
        )


def _page(said: Mapping[str, str], problems: Problems) -> str:
    session, settings = rows(), desk().settings
    steps = first_steps.steps(session)
    return render_template(
        "begin.html",
        steps=steps,
        open_step=_open_step(problems) or steps.next,
        said={**DEFAULTS, **said},
        problems=problems,
        zones=branch_facts.zones(),
        titles=branch_facts.TITLES,
        branches=real_branches(session),
        sites=_sites(session),
        packs=_packs(session) if steps.branch else [],
        can_mail=can_mail(settings),
        people=[line for line in joining.told(session) if steps.told],
    )


def _open_step(problems: Problems) -> str:
    """The step whose form was not taken."""
    of_fields = {"url": "listing", "branch": "listing", "person": "told", "email": "told", "target": "told"}
    return next((of_fields.get(field, "branch") for field in problems), "")


def _refused(said: Mapping[str, str], problems: Problems) -> Response:
    return make_response(_page(said, problems), 400)


def _on(step: str) -> Response:
    return redirect(url_for(".begin", did=step, _anchor=step), 303)  # type: ignore[return-value]


def _sites(session: Session) -> list[tuple[str, list[Today]]]:
    """Every site that a real listing is on, with its ways."""
    there = select(col(Listing.site)).where(
        col(Listing.id).in_(first_steps.real_listings()), col(Listing.active)
    )
    named = session.scalars(there.distinct().order_by(col(Listing.site)).limit(MOST_SITES))
    known = [site for name in named if (site := site_named(name))]
    return [(site.title, routes_today.today(session, site)) for site in known]


def _packs(session: Session) -> list[Catalogued]:
    return starters.fitting(catalogue(session, the_shelf(), now()), starters.voices(session))

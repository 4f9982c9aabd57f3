"""Settings and status: what the doctor finds, which versions run, who can sign, what is kept elsewhere."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for
from sqlalchemy import select, text
from sqlmodel import Session, col

from service import audit, doctor, schema
from service.backups import making
from service.backups.daily import Daily
from service.errors import BackupRefused
from service.models import Installation, SigningKey
from service.people import factors
from service.secrets import Vault
from service.web.desk import desk, now, rows
from service.web.me import signed_in
from service.web.phrases import N_, gettext

screen = Blueprint("settings", __name__)  # the module is named apart from ``service.settings``

LEVELS = {
    doctor.Level.BAD: ("high", N_("Wrong")),
    doctor.Level.NOTE: ("warn", N_("To know")),
    doctor.Level.GOOD: ("good", N_("Well")),
}


@screen.get("/settings")
def settings() -> str:
    """Everything on one page, what is wrong first."""
    return _page()


@screen.get("/settings/audit")
def chain() -> str:
    """Read the whole chain of decisions, and say what it proves."""
    return render_template("audit.html", verdict=audit.verify(rows()))


@screen.post("/settings/backup")
def backup() -> Response:
    """Hand over everything, encrypted, as a file; nothing of it stays here."""
    parts = desk()
    name = f"shopbell-{now():%Y-%m-%d-%H%M}.backup"
    try:
        parts.settings.data_folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=parts.settings.data_folder) as folder:
            path = Path(folder) / name
            making.make(parts.database, parts.secret, path, now())
            opened = path.open("rb")  # the name goes with the folder, the bytes when they are sent
    except (BackupRefused, OSError) as refused:
        why = str(refused) if isinstance(refused, BackupRefused) else gettext("The disk did not take it.")
        return make_response(_page(why), 409)
    return send_file(opened, "application/octet-stream", as_attachment=True, download_name=name)


@screen.post("/settings/kept")
def kept() -> Response:
    """Somebody has copied the newest backup off this machine."""
    making.note(desk().database, now(), off_machine=True)
    return redirect(url_for(".settings", done="kept", _anchor="backups"), 303)  # type: ignore[return-value]


@screen.post("/settings/second")
def second() -> Response:
    """Ask for a second factor of those who sign or manage, or no longer; who asks for it has shown hers."""
    here, on = signed_in(), bool(request.form.get("on"))
    if here is None or (on and here.row.second_at is None):
        why = gettext("Show your own second factor in this browser first.")
        return make_response(_page(second_problem=why), 409)
    with desk().database.transaction() as session:
        factors.require(session, on, by=here.who.name, now=now())
    return redirect(url_for(".settings", _anchor="second"), 303)  # type: ignore[return-value]


def _page(problem: str | None = None, second_problem: str = "") -> str:
    parts, session = desk(), rows()
    findings = doctor.examine(parts.settings, parts.database, now())
    order = list(LEVELS)
    keys = session.scalars(
        select(SigningKey).order_by(col(SigningKey.person), col(SigningKey.created_at))
    ).all()
    return render_template(
        "settings.html",
        findings=sorted(findings, key=lambda one: order.index(one.level)),
        levels=LEVELS,
        versions=_versions(session),
        key_id=Vault(parts.secret).key_id,
        keys=keys,
        head=audit.head(session),
        installation=session.get(Installation, 1),
        daily=Daily.of(parts.settings),
        lacking=factors.lacking(session),
        second_problem=second_problem,
        problem=problem,
        done=request.args.get("done"),
    )


def _versions(session: Session) -> list[tuple[str, str]]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    asked = "SELECT sqlite_version()" if is_sqlite else "SHOW server_version"
    return [
        ("Shopbell", version("shopbell")),
        (gettext("Tables"), schema.HEAD),
        ("SQLite" if is_sqlite else "PostgreSQL", str(session.execute(text(asked)).scalar())),
        ("Python", platform.python_version()),
    ]

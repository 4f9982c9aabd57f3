"""The desk: one Flask app, a blueprint for each screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from service.db import Database
from service.settings import Settings, the_secret
from service.web import (
    alerts,
    answering,
    asked_words,
    asking,
    begin,
    branch_import,
    branches,
    bringing,
    cases,
    channels,
    clean,
    desk,
    door,
    drafts,
    factors,
    feeds,
    first_account,
    forms,
    gate,
    handling,
    health,
    healthz,
    hooks,
    inbound_mail,
    inbox,
    installed,
    kept_safe,
    language,
    letters,
    listings,
    mailbox_add,
    mailbox_sign_in,
    mailboxes,
    mails,
    me,
    mentions,
    pack,
    packfeed,
    packs,
    pair,
    paired,
    passkey_forms,
    paste,
    people,
    phone,
    put_right,
    questions,
    reports,
    resetting,
    review,
    rules,
    runs,
    second,
    sign_in,
    signing,
    signing_packs,
    status,
    swept,
    trouble,
    upload,
    withdrawing,
    words,
    wrong,
    you,
)
from service.web.api import addresses
from service.web.phrases import counted_on_page, whole
from service.web.shown import author_of, how_long, lines_of, marked_runs, safe_link, site_title, spot_of

SCREENS = (  # one line each, in the order of the alphabet
    addresses,
    alerts,
    answering,
    asked_words,
    asking,
    begin,
    branch_import,
    branches,
    bringing,
    cases,
    channels,
    clean,
    drafts,
    factors,
    feeds,
    first_account,
    handling,
    health,
    healthz,
    hooks,
    inbound_mail,
    inbox,
    installed,
    letters,
    listings,
    mailbox_add,
    mailbox_sign_in,
    mailboxes,
    mails,
    mentions,
    pack,
    packfeed,
    packs,
    pair,
    paired,
    paste,
    people,
    phone,
    put_right,
    questions,
    reports,
    resetting,
    review,
    rules,
    runs,
    second,
    sign_in,
    signing_packs,
    status,
    swept,
    upload,
    withdrawing,
    wrong,
    you,
)
SMALL_FORM = 64 * 1024  # bytes: every form but the one that takes a page
STATIC_DAYS = 7


def create_app(
    settings: Settings, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Flask:
    """The app on ``database``. ``clock`` answers aware UTC. The database must have this version's tables."""
    app = trouble.QuietFlask("service.web", static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=SMALL_FORM,
        MAX_FORM_MEMORY_SIZE=SMALL_FORM,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_DAYS * 86_400,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        words=words,
        counted=counted_on_page,
        whole=whole,
        safe_link=safe_link,
        site_title=site_title,
        author_of=author_of,
        how_long=how_long,
        lines_of=lines_of,
        marked_runs=marked_runs,
        spot_of=spot_of,
        now=desk.now,
        reasons_to_close=handling.REASONS,
    )
    language.install(app)
    parts = desk.Desk(settings, database, clock, the_secret(settings), clock())
    for part in (
        gate,
        me,
        door,
        upload,
        bringing,
        branch_import,
        paste,
        drafts,
        packs,
        signing,
        forms,
        clean,
        trouble,
        addresses,
        passkey_forms,
    ):
        part.install(app)
    kept_safe.install(app, settings)
    desk.install(app, parts)
    for screen in SCREENS:
        app.register_blueprint(screen.screen)
    return app

"""Walls, sign-in pages and error pages that come as if they were pages, told by what they are known by.

Cheap and shy: a real listing may carry a captcha's script or a "sign in" link, so a mark counts only where
the wall itself has it: as the whole title, or in a body too small to be a listing. ``suspect`` looks less
closely, and is for pages that gave no review.
"""

# ruff: noqa: RUF001 (titles are matched as sites write them)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import Gone, Limited, LookFailed, SignedOut, Unreachable, Walled
from service.sentences import say
from service.sites.page import Page

_SMALL = 20_000  # characters; challenges have 1,000 to 15,000, a listing's markup more
_HEAD = 4_000
_GOOGLE_RETRY = "/httpservice/retry/enablejs"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a kind of page is known by, what it is, and how a person is told."""

    failure: type[LookFailed]
    evidence: str
    known_by: re.Pattern[str]


def _mark(failure: type[LookFailed], evidence: str, *known_by: str) -> Mark:
    return Mark(failure, evidence, re.compile("|".join(known_by), re.IGNORECASE))


_TITLES = (
    _mark(
        Walled,
        say("a browser check (Cloudflare or alike)"),
        r"just a moment\W*",
        r"one moment, please\W*",
        r"please wait\W*(\| cloudflare)?",
        r"attention required! \| cloudflare",
        r"un momento\W*|un instant\W*|(nur )?einen moment(, bitte)?\W*|um momento\W*|een ogenblik\W*",
        r"checking your browser.*",
        r"ddos-guard|vercel security checkpoint|client challenge",
        r"access denied \| .* used cloudflare to restrict access",
    ),
    _mark(
        Walled,
        say("a challenge for robots"),
        r"access to this page has been denied\W*",
        r"pardon (our|the) interruption\W*",
        r"(are you (a )?)?(robot|human)( or (robot|bot|human))?\?",
        r"(robot|bot|security|human) (check|verification)\W*",
        r"(please )?verify(ing)? (that )?you are (a )?human\W*",
        r"captcha( challenge)?",
        r"(sorry, )?you have been blocked\W*",
        r"unusual traffic.*",
    ),
    _mark(
        Walled,
        say("a refusal instead of the page"),
        r"access denied( - sucuri.*)?",
        r"sucuri website firewall.*",
        r"request unsuccessful.*",
        r"error: the request could not be satisfied",
        r"(error )?403\W*(forbidden|error|access denied)?\W*|forbidden",
    ),
    _mark(
        Walled,
        say("a consent page before the site"),
        r"before you continue( to .{1,20})?",
        r"bevor sie .{1,30} fortfahren",
        r"avant d.accéder à .{1,20}",
    ),
    _mark(Limited, say("an error page: too many requests"), r"(error )?429\b.{0,40}", r"too many requests"),
    _mark(
        SignedOut,
        say("a sign-in page"),
        r"(log|sign) ?(in|on)( or (sign ?up|register))?",
        r"log into .{1,60}",
        r"(log|sign) ?(in|on)( or sign ?up)? (to|into|with|-|–|\||·) .{1,60}",
        r".{1,30} (-|–|\||·) (log in or sign up|(log|sign) ?in)",
        r"(you must log in|log in) to continue\W*",
        r"anmelden|einloggen|connexion|iniciar sesión|accedi|entrar|inloggen",
    ),
    _mark(
        Gone,
        say("a page-not-found page"),
        r"(error\W*)?(404|410)(\W+(error|page|file|not found|gone|oops)\b.{0,60})?",
        r"(page|file|listing|business|profile) not found\b.{0,60}",
        r"not found",
        r"seite nicht gefunden\b.{0,40}|page (introuvable|non trouvée)\b.{0,40}",
        r"página no encontrada\b.{0,40}|pagina non trovata\b.{0,40}",
    ),
    _mark(
        Unreachable,
        say("an error page: trouble at the site"),
        r"(error )?5\d\d\b( -)?( error|internal| server| bad| service| gateway).{0,40}",
        r"(bad gateway|(service|temporarily|site) unavailable|gateway time-?out)\W*",
        r"internal server error\W*",
    ),
)

# What only the wall itself carries, and not the pages it guards.
_WALLS = (
    _mark(Walled, say("a bot check (DataDome)"), r"captcha-delivery\.com"),
    _mark(
        Walled, say("a browser check (Cloudflare)"), r"_cf_chl_opt|cf-browser-verification|cf-error-details"
    ),
    _mark(Walled, say("a bot check (PerimeterX)"), r"""id=["']px-captcha"""),
    _mark(Walled, say("a browser check (AWS WAF)"), r"awswafcookiedomainlist|gokuprops"),
    _mark(Walled, say("a bot check (Imperva)"), r"incapsula incident"),
    _mark(Walled, say("refused by Akamai"), r"errors\.edgesuite\.net|sec-if-cpt-container"),
    _mark(
        Walled,
        say("Google's check for unusual traffic"),
        r"""unusual traffic from your|id=["']captcha-form""",
    ),
)

# What guarded pages carry too: it tells a wall only where next to nothing else stands on the page.
_GUARDS = (
    _mark(
        Walled,
        say("a refusal to programs"),
        r"against our terms of (service|use)|automated (access|requests)",
    ),
    _mark(
        Walled,
        say("a bot check in place of the page"),
        r"_pxappid|_incapsula_resource|window\.kpsdk|\.awswaf\.com",
    ),
    _mark(Walled, say("a captcha in place of the page"), r"g-recaptcha|h-captcha|cf-turnstile"),
    _mark(
        SignedOut, say("a sign-in form in place of the page"), r"""<input[^>]{0,200}\btype=["']?password"""
    ),
)


def check(page: Page) -> None:
    """Raise what a page is that is certainly no listing (Walled, SignedOut, Gone, Limited, Unreachable)."""
    if page.title == "Google Search" and _GOOGLE_RETRY in page.text[:_HEAD]:
        raise Walled(say("Google's page for programs: 'click here if you are not redirected'"))
    _raise_by(page.title or "", _TITLES, whole=True)
    if len(page.text) < _SMALL:
        _raise_by(page.text, _WALLS)


def suspect(page: Page) -> None:
    """Raise Walled or SignedOut for a page that gave no review and looks like what stands before one."""
    _raise_by(page.text[: 4 * _SMALL], _WALLS)
    if len(page.text) < _SMALL:
        _raise_by(page.text, _GUARDS)


def _raise_by(words: str, marks: Sequence[Mark], *, whole: bool = False) -> None:
    for mark in marks:
        if mark.known_by.fullmatch(words) if whole else mark.known_by.search(words):
            raise mark.failure(mark.evidence)

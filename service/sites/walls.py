"""Walls, sign-in pages and error pages that come as if they were pages, told by what they are known by.

Cheap and shy: a real listing may carry a captcha's script or a "sign in" link, so a mark counts only where
the wall itself has it: as the whole title, or in a body too small to be a listing. ``suspect`` looks less
closely, and is for pages that gave no review.
"""

# ruff: noqa: RUF001 (titles are matched as sites write them)

from __future__ import annotations

import re

from service.errors import Gone, Limited, LookFailed, SignedOut, Unreachable, Walled
from service.sites.page import Page

_SMALL = 20_000  # characters; challenges have 1,000 to 15,000, a listing's markup more
_HEAD = 4_000
_GOOGLE_RETRY = "/httpservice/retry/enablejs"

_Marks = tuple[tuple[type[LookFailed], str, tuple[str, ...]], ...]

_TITLES: _Marks = (
    (
        Walled,
        "a browser check (Cloudflare or alike)",
        (
            r"just a moment\W*",
            r"one moment, please\W*",
            r"please wait\W*(\| cloudflare)?",
            r"attention required! \| cloudflare",
            r"un momento\W*|un instant\W*|(nur )?einen moment(, bitte)?\W*|um momento\W*|een ogenblik\W*",
            r"checking your browser.*",
            r"ddos-guard|vercel security checkpoint|client challenge",
            r"access denied \| .* used cloudflare to restrict access",
        ),
    ),
    (
        Walled,
        "a challenge for robots",
        (
            r"access to this page has been denied\W*",
            r"pardon (our|the) interruption\W*",
            r"(are you (a )?)?(robot|human)( or (robot|bot|human))?\?",
            r"(robot|bot|security|human) (check|verification)\W*",
            r"(please )?verify(ing)? (that )?you are (a )?human\W*",
            r"captcha( challenge)?",
            r"(sorry, )?you have been blocked\W*",
            r"unusual traffic.*",
        ),
    ),
    (
        Walled,
        "a refusal instead of the page",
        (
            r"access denied( - sucuri.*)?",
            r"sucuri website firewall.*",
            r"request unsuccessful.*",
            r"error: the request could not be satisfied",
            r"(error )?403\W*(forbidden|error|access denied)?\W*|forbidden",
        ),
    ),
    (
        Walled,
        "a consent page before the site",
        (r"before you continue( to .{1,20})?", r"bevor sie .{1,30} fortfahren", r"avant d.accéder à .{1,20}"),
    ),
    (Limited, "an error page: too many requests", (r"(error )?429\b.{0,40}", r"too many requests")),
    (
        SignedOut,
        "a sign-in page",
        (
            r"(log|sign) ?(in|on)( or (sign ?up|register))?",
            r"log into .{1,60}",
            r"(log|sign) ?(in|on)( or sign ?up)? (to|into|with|-|–|\||·) .{1,60}",
            r".{1,30} (-|–|\||·) (log in or sign up|(log|sign) ?in)",
            r"(you must log in|log in) to continue\W*",
            r"anmelden|einloggen|connexion|iniciar sesión|accedi|entrar|inloggen",
        ),
    ),
    (
        Gone,
        "a page-not-found page",
        (
            r"(error\W*)?(404|410)(\W+(error|page|file|not found|gone|oops)\b.{0,60})?",
            r"(page|file|listing|business|profile) not found\b.{0,60}",
            r"not found",
            r"seite nicht gefunden\b.{0,40}|page (introuvable|non trouvée)\b.{0,40}",
            r"página no encontrada\b.{0,40}|pagina non trovata\b.{0,40}",
        ),
    ),
    (
        Unreachable,
        "an error page: trouble at the site",
        (
            r"(error )?5\d\d\b( -)?( error|internal| server| bad| service| gateway).{0,40}",
            r"(bad gateway|(service|temporarily|site) unavailable|gateway time-?out)\W*",
            r"internal server error\W*",
        ),
    ),
)

_BODIES: _Marks = (
    (Walled, "a bot check (DataDome)", (r"captcha-delivery\.com",)),
    (
        Walled,
        "a browser check (Cloudflare)",
        (r"_cf_chl_opt", r"cf-browser-verification", r"cf-error-details"),
    ),
    (Walled, "a bot check (PerimeterX)", (r"px-captcha", r"_pxappid", r"px-cdn\.net")),
    (Walled, "a browser check (AWS WAF)", (r"awswafcookiedomainlist", r"gokuprops", r"token\.awswaf\.com")),
    (Walled, "a bot check (Imperva)", (r"_incapsula_resource", r"incapsula incident")),
    (
        Walled,
        "refused by Akamai",
        (r"errors\.edgesuite\.net", r"sec-if-cpt-container", r"/_sec/cp_challenge"),
    ),
    (Walled, "a bot check (Kasada)", (r"window\.kpsdk", r"/149e9513-01fa-4fb0-aad4-566afd725d1b/")),
    (Walled, "Google's check for unusual traffic", (r"unusual traffic from your", r'id="captcha-form"')),
)

_SMALL_BODIES: _Marks = (
    *_BODIES,
    (
        Walled,
        "a refusal to programs",
        (r"against our terms of (service|use)", r"automated (access|requests)"),
    ),
    (Walled, "a captcha in place of the page", (r"g-recaptcha", r"h-captcha", r"cf-turnstile")),
    (SignedOut, "a sign-in form in place of the page", (r"""<input[^>]{0,200}\btype=["']?password""",)),
)


def check(page: Page) -> None:
    """Raise what a page is that is certainly no listing (Walled, SignedOut, Gone, Limited, Unreachable)."""
    if page.title == "Google Search" and _GOOGLE_RETRY in page.text[:_HEAD]:
        raise Walled("Google's page for programs: 'click here if you are not redirected'")
    _raise_by(page.title or "", _TITLES, whole=True)
    if len(page.text) < _SMALL:
        _raise_by(page.text, _SMALL_BODIES)


def suspect(page: Page) -> None:
    """Raise Walled for a page that gave no review and bears a wall's mark anywhere in its first part."""
    _raise_by(page.text[: 4 * _SMALL], _BODIES)


def _raise_by(words: str, marks: _Marks, *, whole: bool = False) -> None:
    for failure, evidence, patterns in marks:
        for pattern in patterns:
            match = re.fullmatch if whole else re.search
            if match(pattern, words, re.IGNORECASE):
                raise failure(evidence)

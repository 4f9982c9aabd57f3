"""What goes wrong with a mail server, in sentences of ours; never the server's own words."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import LoginError

from service.errors import MailboxFailed, SignInNeeded
from service.sentences import say
from service.sources.mailbox import Credentials

NOT_OUR_PASSWORD = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")  # RFC 5530
BAD = "COMMAND ERROR"  # how imaplib tells of it

_BENT = (imaplib.IMAP4.error, ValueError, IndexError, KeyError, TypeError)  # what bent answers come to


class CommandRefused(MailboxFailed):
    """The server answered NO to what was asked."""


@contextmanager
def failures_told(host: str) -> Iterator[None]:
    """Raise what the libraries raise inside as ``MailboxFailed``; a refused sign-in stays ``LoginError``."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxFailed(
            say(
                "%(host)s shows a certificate that is not its own (%(verify_message)s).",
                host=host,
                verify_message=error.verify_message,
            )
        ) from None
    except TimeoutError:
        raise MailboxFailed(too_late(host)) from None
    except OSError:
        raise MailboxFailed(say("%(host)s could not be reached, or broke off.", host=host)) from None
    except imaplib.IMAP4.abort:
        raise MailboxFailed(_broke_off(host)) from None
    except LoginError:
        raise
    except _BENT as error:
        if _is_no(error):
            raise CommandRefused(say("%(host)s refused what it was asked.", host=host)) from None
        raise MailboxFailed(say("%(host)s did not answer as a mail server does.", host=host)) from None


def sign_in_refused(error: LoginError, host: str, given: Credentials) -> MailboxFailed:
    """What a failed sign-in means: our password, or something that passes by itself."""
    said = str(error).upper()
    if isinstance(error.__context__, (imaplib.IMAP4.abort, OSError)):  # imapclient folds these in
        return MailboxFailed(_broke_off(host))
    if BAD in said or any(code in said for code in NOT_OUR_PASSWORD):
        return MailboxFailed(say("%(host)s does not sign anybody in just now.", host=host))
    if given.token is not None:
        return SignInNeeded(
            say("%(host)s does not accept the sign-in of %(user)s.", host=host, user=given.user)
        )
    return SignInNeeded(
        say(
            "%(host)s does not accept the password of %(user)s. Where the provider knows app "
            "passwords (Google, Apple, Yahoo), one of those is wanted.",
            host=host,
            user=given.user,
        )
    )


def too_late(host: str) -> str:
    """A server that hangs, or speaks a byte now and then."""
    return say("%(host)s did not answer in time.", host=host)


def _broke_off(host: str) -> str:
    return say("%(host)s broke off, or fell silent.", host=host)


def _is_no(error: Exception) -> bool:
    return isinstance(error, imaplib.IMAP4.error) and " failed: " in str(error)

"""The few errors this program raises on purpose.

::

    ShopbellError                what happened, what was kept, what to do next
    ├── SettingsError            a setting is malformed; nothing was started
    ├── DatabaseTooNew           the database was written by a newer version; nothing was changed
    ├── UnwatchableAddress       an address no look could ever serve
    ├── FileUnreadable           a file, or a paste, that cannot be brought in; nothing of it was kept
    ├── LineRefused              one line of a file of reviews says nothing we can read; the others are read
    ├── PackError                one or more problems in a pack, all at once, with file and line
    ├── ApprovalRefused          a version, a key or a signature was not taken; nothing was changed
    ├── FeedRefused              a pack feed's statement does not hold; nothing of it was used
    ├── LookFailed               a look ended in something other than a reading; carries the outcome
    │   ├── Walled               403, a challenge, "unusual traffic", a wall with status 200
    │   ├── SignedOut            a sign-in page stands where the reviews should
    │   ├── PageChanged          a page that should hold reviews and yields none
    │   ├── NotAListing          a search list, a landing page, another business
    │   ├── Gone                 404, 410, closed
    │   ├── Limited              told to slow down; carries the earliest next moment where it was said
    │   ├── Refused              by us: robots.txt, the guard on addresses, size
    │   └── Unreachable          no answer: DNS, TCP, TLS, time, 5xx
    ├── BackupRefused            a backup was not made, sent or taken back; says why, nothing was changed
    ├── WrongSecret              a stored credential does not open with this installation's secret
    ├── MarksRefused             what was marked in a mail cannot be learnt; says why
    ├── LinkRefused              a link from an alert that no longer opens; the reason is for us alone
    ├── AccountRefused           an account, a role or a password was not made or changed; says why
    ├── SignInRefused            somebody is not let in; the same sentence for everybody, the reason is for us
    ├── DeviceRefused            what a paired browser asked for is not done; ``code`` tells its program why
    ├── AnswerRefused            an answer that does not fit its question any more; nothing was changed
    ├── Overtaken                somebody or something was quicker, and what was wanted fits no more
    ├── UnusableChannel          an address no alert could be sent to; says why, and what to do instead
    ├── LastRecipient            whoever stops alerts here would be the last one told; says who to ask
    ├── MailboxFailed            a mailbox could not be read; nothing in it was changed, nothing is lost
    │   └── SignInNeeded         and only a person who signs in anew can help
    ├── HookRefused              what a mail provider posted was not taken; nothing was stored
    └── DeliveryFailed           a message was not taken; ``gives_up`` decides whether it is tried again
        └── ChannelEnded         and its channel leads nowhere any more: it is ended

``permanent`` says that trying the same thing again cannot help.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from service.domain import Outcome
from service.sentences import say


class ShopbellError(Exception):
    """The root: its text is a sentence fit for a person."""

    permanent: ClassVar[bool] = True


class SettingsError(ShopbellError):
    """A setting is missing or malformed."""


class DatabaseTooNew(ShopbellError):
    """The database was written by a newer Shopbell."""


class UnwatchableAddress(ShopbellError):
    """An address that no look could ever serve; says why, and what to do instead."""


class FileUnreadable(ShopbellError):
    """A file, or a paste, that cannot be brought in; says why, and what to give instead."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in a file, at a line (1 is the first; 0 where no line can be named)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class PackError(ShopbellError):
    """A pack could not be taken; ``problems`` are all there are, not the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class LineRefused(ShopbellError):
    """One line of a file could not be read; says what is wrong in it. The lines after it are read."""


class ApprovalRefused(ShopbellError):
    """A pack version, a signing key or a signature was refused; says why. Nothing was changed."""


class FeedRefused(ShopbellError):
    """What a pack feed said does not hold: says why. Nothing of it was used, what was known stands."""


class LookFailed(ShopbellError):
    """A look that ended without a reading. ``evidence`` are short phrases, never page text."""

    outcome: ClassVar[Outcome]

    def __init__(self, *evidence: str, retry_after: datetime | None = None) -> None:
        self.evidence = evidence
        self.retry_after = retry_after
        super().__init__(f"{self.outcome.value}: {'; '.join(evidence)}")


class Walled(LookFailed):
    """The site answers servers with a wall."""

    outcome = Outcome.WALLED


class SignedOut(LookFailed):
    """A sign-in page stands where the reviews should."""

    outcome = Outcome.SIGNED_OUT


class PageChanged(LookFailed):
    """A page that should hold reviews and yields none we can read."""

    outcome = Outcome.CHANGED_SHAPE


class NotAListing(LookFailed):
    """Not one business's reviews: a search list, a landing page, another business."""

    outcome = Outcome.NOT_A_LISTING


class Gone(LookFailed):
    """The listing is no longer there."""

    outcome = Outcome.GONE


class Limited(LookFailed):
    """The site told us to slow down."""

    outcome = Outcome.LIMITED
    permanent = False


class Refused(LookFailed):
    """We refused: robots.txt, the guard on addresses, or size."""

    outcome = Outcome.REFUSED


class Unreachable(LookFailed):
    """No usable answer came."""

    outcome = Outcome.UNREACHABLE
    permanent = False


class BackupRefused(ShopbellError):
    """A backup could not be made, sent or taken back; says why, and what still stands."""


class WrongSecret(ShopbellError):
    """A stored credential does not open: made under another secret, moved, or altered."""


class MarksRefused(ShopbellError):
    """What a person marked in a mail is not there, stands there twice, or would not be found again."""


class LinkRefused(ShopbellError):
    """A link that does not open. Everybody reads one sentence; ``why`` is for our own eyes."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(say("This link no longer opens. Use the newest alert, or go to the desk itself."))


class AccountRefused(ShopbellError):
    """An account, a role or a password was not made or changed; says why. Nothing was changed."""


class SignInRefused(ShopbellError):
    """Somebody is not let in. Her sentence tells nothing of who is here; ``why`` is for our own eyes."""

    def __init__(self, sentence: str, why: str) -> None:
        self.why = why
        super().__init__(sentence)


class DeviceRefused(ShopbellError):
    """What a paired browser, or one that would be, asked for is not done.

    ``code`` is the word its program knows the reason by; ``more`` is what that reason tells besides.
    """

    def __init__(self, code: str, message: str, **more: Any) -> None:
        self.code = code
        self.more = more
        super().__init__(message)


class AnswerRefused(ShopbellError):
    """What a person decided does not fit what is asked any more; says why. Nothing was changed."""


class Overtaken(ShopbellError):
    """What a person wanted does not fit any more: another took it, it was answered, recalled or erased."""


class UnusableChannel(ShopbellError):
    """An address no alert could be sent to."""


class LastRecipient(ShopbellError):
    """Stopping this channel would leave nobody to be told."""


class MailboxFailed(ShopbellError):
    """A mailbox could not be read. It is tried again; nothing in it was changed."""

    permanent = False


class SignInNeeded(MailboxFailed):
    """A mailbox refuses our sign-in, or never had one: only a person can help."""

    permanent = True


class HookRefused(ShopbellError):
    """What a mail provider posted was not taken.

    ``status`` is what it is answered: it decides whether the provider tries again. ``forged`` where nothing
    proves that the provider sent it; else it was genuine, and its owner must switch something on there.
    """

    def __init__(self, message: str, *, status: int, forged: bool) -> None:
        super().__init__(message)
        self.status = status
        self.forged = forged


class DeliveryFailed(ShopbellError):
    """A message was not taken by its channel."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.gives_up = permanent


class ChannelEnded(DeliveryFailed):
    """A channel leads nowhere any more: its own end wants no more messages, and says so for good."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


def described(error: Exception) -> str:
    """What can be said of an error without repeating data: our own sentences, else its type and its place.

    An error's own text may hold the words it stumbled over, and those are in no log.
    """
    if isinstance(error, ShopbellError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).stem}.{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"

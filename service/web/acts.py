"""What each address asks of whoever comes: one line an endpoint. An endpoint without a line opens to nobody.

Where a line names an argument of the address, the act is asked of the place that argument leads to; else of
some place at all (a list, cut by scope where its rows are chosen) or of the whole installation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.stored import remembered
from service.models import AskedWords, Branch, PackVersion, Question, Review
from service.people.may import SOMEWHERE, WHOLE, Act, Extent, Place
from service.people.scope import place_of


class Open(Enum):
    """Addresses that ask for no role."""

    TO_ALL = "answered from anywhere: each proves its caller itself, or has nothing to hide"
    AT_THE_DOOR = "the way in"
    TO_EACH = "of whoever is signed in, about herself alone"


@dataclass(frozen=True, slots=True)
class Need:
    """The act an address is, and to what."""

    act: Act
    thing: Extent = SOMEWHERE
    argument: str | None = None
    leads_to: Callable[[Session, Any], Place | None] | None = None

    def thing_of(self, session: Session, arguments: Mapping[str, Any]) -> Place | Extent:
        """What the act would be done to; what is not there is the installation's."""
        if self.argument is None or self.leads_to is None:
            return self.thing
        return self.leads_to(session, arguments[self.argument]) or Place(None)


def _of_review(session: Session, review_id: int) -> Place | None:
    row = select(col(Review.listing_id)).where(col(Review.id) == review_id)
    return place_of(session, session.execute(row).scalar_one_or_none())


def _of_question(session: Session, number: int) -> Place | None:
    row = select(col(Question.listing_id)).where(col(Question.id) == number)
    return place_of(session, session.execute(row).scalar_one_or_none())


def _of_pack(session: Session, name: str) -> Place | None:
    """Where a pack speaks: in one brand, or else in the whole installation."""
    newest = select(PackVersion).where(col(PackVersion.pack) == name).order_by(col(PackVersion.serial).desc())
    version = session.scalars(newest.limit(1)).first()
    pack = remembered(version.body) if version else None
    brands = pack.scope.brand if pack else ()
    return Place("", brands[0]) if len(brands) == 1 else None


def _of_branch(session: Session, branch_id: int) -> Place | None:
    branch = session.get(Branch, branch_id)
    return Place(branch.code, branch.brand, branch.region) if branch else None


def _of_asked(session: Session, number: int) -> Place | None:
    row = select(col(AskedWords.review_id)).where(col(AskedWords.id) == number)
    review = session.execute(row).scalar_one_or_none()
    return _of_review(session, review) if review else None


NEEDS: Mapping[str, Need | Open] = {
    "alerts.alerts": Need(Act.READ),
    "alerts.rung": Need(Act.READ),
    "answering.copied": Need(Act.ANSWER, argument="review_id", leads_to=_of_review),
    "answering.here": Need(Act.ANSWER, argument="review_id", leads_to=_of_review),
    "answering.said": Need(Act.ANSWER, argument="review_id", leads_to=_of_review),
    "begin.begin": Need(Act.SETTINGS, WHOLE),
    "begin.branch": Need(Act.SETTINGS, WHOLE),
    "begin.channel": Need(Act.SETTINGS, WHOLE),
    "begin.listing": Need(Act.SETTINGS, WHOLE),
    "branch_import.form": Need(Act.BRANCHES, WHOLE),
    "branch_import.keep": Need(Act.BRANCHES, WHOLE),
    "branch_import.look": Need(Act.BRANCHES, WHOLE),
    "branch_import.rejected": Need(Act.BRANCHES, WHOLE),
    "branches.all_of_them": Need(Act.READ),
    "branches.change": Need(Act.BRANCHES, argument="branch_id", leads_to=_of_branch),
    "branches.edit": Need(Act.BRANCHES, argument="branch_id", leads_to=_of_branch),
    "branches.form": Need(Act.BRANCHES, WHOLE),
    "branches.make": Need(Act.BRANCHES, WHOLE),
    "branches.own_address": Need(Act.BRANCHES, argument="branch_id", leads_to=_of_branch),
    "branches.one": Need(Act.READ, argument="branch_id", leads_to=_of_branch),
    "asked_words.asked": Need(Act.SIGN),
    "asked_words.give": Need(Act.SIGN, argument="number", leads_to=_of_asked),
    "asked_words.one": Need(Act.SIGN, argument="number", leads_to=_of_asked),
    "asked_words.recall": Need(Act.RECALL, argument="number", leads_to=_of_asked),
    "asked_words.refuse": Need(Act.SIGN, argument="number", leads_to=_of_asked),
    "asking.asked": Need(Act.ASK_WORDS, argument="review_id", leads_to=_of_review),
    "bringing.file_form": Need(Act.IMPORT, WHOLE),
    "bringing.hub": Need(Act.IMPORT, WHOLE),
    "bringing.take_file": Need(Act.IMPORT, WHOLE),
    "cases.acted": Need(Act.CASE, argument="review_id", leads_to=_of_review),
    "channels.add": Need(Act.CHANNELS, WHOLE),
    "channels.ask_to_remove": Need(Act.CHANNELS, WHOLE),
    "channels.channels": Need(Act.CHANNELS, WHOLE),
    "channels.pause": Need(Act.CHANNELS, WHOLE),
    "channels.remove": Need(Act.CHANNELS, WHOLE),
    "channels.resume": Need(Act.CHANNELS, WHOLE),
    "channels.test": Need(Act.CHANNELS, WHOLE),
    "channels.weekly": Need(Act.CHANNELS, WHOLE),
    "clean.end_demo": Need(Act.SETTINGS, WHOLE),
    "drafts.edit": Need(Act.WRITE, argument="name", leads_to=_of_pack),
    "drafts.typed": Need(Act.WRITE, argument="name", leads_to=_of_pack),
    "factors.add": Open.TO_EACH,
    "factors.factors": Open.TO_EACH,
    "factors.prove": Open.TO_EACH,
    "factors.recovery": Open.TO_EACH,
    "factors.remove": Open.TO_EACH,
    "factors.set_up": Open.TO_EACH,
    "factors.turn_off": Open.TO_EACH,
    "factors.turn_on": Open.TO_EACH,
    "feeds.add": Need(Act.FEEDS, WHOLE),
    "feeds.ask_to_remove": Need(Act.FEEDS, WHOLE),
    "feeds.feeds": Need(Act.FEEDS, WHOLE),
    "feeds.remove": Need(Act.FEEDS, WHOLE),
    "first_account.form": Open.AT_THE_DOOR,
    "first_account.make": Open.AT_THE_DOOR,
    "handling.acted": Need(Act.CLAIM, argument="review_id", leads_to=_of_review),
    "health.health": Need(Act.READ),
    "health.look_now": Need(Act.LOOK, argument="listing_id", leads_to=place_of),
    "healthz.healthz": Open.TO_ALL,
    "hooks.add": Need(Act.SETTINGS, WHOLE),
    "hooks.again": Need(Act.SETTINGS, WHOLE),
    "hooks.ask_to_remove": Need(Act.SETTINGS, WHOLE),
    "hooks.change": Need(Act.SETTINGS, WHOLE),
    "hooks.hooks": Need(Act.SETTINGS, WHOLE),
    "hooks.one": Need(Act.SETTINGS, WHOLE),
    "hooks.pause": Need(Act.SETTINGS, WHOLE),
    "hooks.remove": Need(Act.SETTINGS, WHOLE),
    "hooks.resume": Need(Act.SETTINGS, WHOLE),
    "hooks.rotate": Need(Act.SETTINGS, WHOLE),
    "hooks.test": Need(Act.SETTINGS, WHOLE),
    "inbound_mail.posted": Open.TO_ALL,
    "inbox.arrived": Need(Act.READ),
    "inbox.inbox": Need(Act.READ),
    "installed.manifest": Open.TO_ALL,
    "installed.offline": Open.TO_ALL,
    "installed.worker": Open.TO_ALL,
    "letters.copied": Open.TO_ALL,
    "letters.copy": Open.TO_ALL,
    "letters.leave": Open.TO_ALL,
    "letters.left": Open.TO_ALL,
    "letters.one_answer": Open.TO_ALL,
    "letters.one_listing": Open.TO_ALL,
    "letters.one_review": Open.TO_ALL,
    "letters.told": Open.TO_ALL,
    "listings.add": Need(Act.BRANCHES),
    "listings.ask_to_pause": Need(Act.BRANCHES, argument="listing_id", leads_to=place_of),
    "listings.ask_to_remove": Need(Act.BRANCHES, argument="listing_id", leads_to=place_of),
    "listings.form": Need(Act.BRANCHES),
    "listings.one": Need(Act.READ, argument="listing_id", leads_to=place_of),
    "listings.pause": Need(Act.BRANCHES, argument="listing_id", leads_to=place_of),
    "listings.remove": Need(Act.BRANCHES, argument="listing_id", leads_to=place_of),
    "listings.resume": Need(Act.BRANCHES, argument="listing_id", leads_to=place_of),
    "mailbox_add.add": Need(Act.MAILBOXES, WHOLE),
    "mailbox_add.add_hook": Need(Act.MAILBOXES, WHOLE),
    "mailbox_add.ask_to_remove": Need(Act.MAILBOXES, WHOLE),
    "mailbox_add.form": Need(Act.MAILBOXES, WHOLE),
    "mailbox_add.hook_form": Need(Act.MAILBOXES, WHOLE),
    "mailbox_add.remove": Need(Act.MAILBOXES, WHOLE),
    "mailbox_sign_in.form": Need(Act.MAILBOXES, WHOLE),
    "mailbox_sign_in.returned": Need(Act.MAILBOXES, WHOLE),
    "mailboxes.mailboxes": Need(Act.TEACH, WHOLE),
    "mails.aside": Need(Act.TEACH, WHOLE),
    "mails.forget": Need(Act.TEACH, WHOLE),
    "mails.one": Need(Act.TEACH, WHOLE),
    "mails.place": Need(Act.TEACH, WHOLE),
    "mails.shapes": Need(Act.TEACH, WHOLE),
    "mails.teach": Need(Act.TEACH, WHOLE),
    "mails.withdraw": Need(Act.TEACH, WHOLE),
    "mentions.read": Need(Act.CLAIM, argument="review_id", leads_to=_of_review),
    "pack.exact": Need(Act.READ),
    "pack.pack": Need(Act.READ),
    "pack.printed": Need(Act.READ),
    "packfeed.pack": Open.TO_ALL,
    "packfeed.receipt": Open.TO_ALL,
    "packfeed.statement": Open.TO_ALL,
    "packs.packs": Need(Act.READ),
    "paste.form": Need(Act.IMPORT, WHOLE),
    "paste.keep": Need(Act.IMPORT, WHOLE),
    "paste.look": Need(Act.IMPORT, WHOLE),
    "people.ask_to_leave": Need(Act.PEOPLE, WHOLE),
    "people.give": Need(Act.PEOPLE, WHOLE),
    "people.invite": Need(Act.PEOPLE, WHOLE),
    "people.leave": Need(Act.PEOPLE, WHOLE),
    "people.link": Need(Act.PEOPLE, WHOLE),
    "people.one": Need(Act.PEOPLE, WHOLE),
    "people.people": Need(Act.PEOPLE, WHOLE),
    "people.withdraw": Need(Act.PEOPLE, WHOLE),
    "phone.phone": Open.TO_EACH,
    "phone.remove": Open.TO_EACH,
    "phone.ring_here": Open.TO_EACH,
    "phone.test": Open.TO_EACH,
    "pair.approve": Need(Act.READ),
    "pair.deny": Need(Act.READ),
    "pair.form": Need(Act.READ),
    "pair.typed": Need(Act.READ),
    "paired.automatic": Need(Act.READ),
    "paired.browsers": Need(Act.READ),
    "paired.capture": Need(Act.SETTINGS, WHOLE),
    "paired.end": Need(Act.READ),
    "paired.end_all": Need(Act.READ),
    "paired.extension": Need(Act.READ),
    "put_right.put_right": Need(Act.READ),
    "questions.answered": Need(Act.DECIDE, argument="number", leads_to=_of_question),
    "questions.questions": Need(Act.DECIDE),
    "reports.reports": Need(Act.REPORT),
    "reports.table": Need(Act.REPORT),
    "resetting.reset": Need(Act.PEOPLE, WHOLE),
    "review.review": Need(Act.READ, argument="review_id", leads_to=_of_review),
    "rules.add": Need(Act.CHANNELS, WHOLE),
    "rules.change": Need(Act.CHANNELS, WHOLE),
    "rules.move": Need(Act.CHANNELS, WHOLE),
    "rules.new": Need(Act.CHANNELS, WHOLE),
    "rules.one": Need(Act.CHANNELS, WHOLE),
    "rules.remove": Need(Act.CHANNELS, WHOLE),
    "runs.end": Need(Act.IMPORT, WHOLE),
    "runs.one": Need(Act.IMPORT, WHOLE),
    "runs.progress": Need(Act.IMPORT, WHOLE),
    "runs.rejected": Need(Act.IMPORT, WHOLE),
    "runs.resume": Need(Act.IMPORT, WHOLE),
    "runs.settle": Need(Act.IMPORT, WHOLE),
    "runs.stop": Need(Act.IMPORT, WHOLE),
    "settings.backup": Need(Act.SETTINGS, WHOLE),
    "settings.chain": Need(Act.AUDIT, WHOLE),
    "settings.kept": Need(Act.SETTINGS, WHOLE),
    "settings.second": Need(Act.SETTINGS, WHOLE),
    "settings.settings": Need(Act.SETTINGS, WHOLE),
    "second.by_code": Open.AT_THE_DOOR,
    "second.by_passkey": Open.AT_THE_DOOR,
    "sign_in.again": Open.AT_THE_DOOR,
    "sign_in.ask_for_link": Open.AT_THE_DOOR,
    "sign_in.by_link": Open.AT_THE_DOOR,
    "sign_in.by_password": Open.AT_THE_DOOR,
    "sign_in.form": Open.AT_THE_DOOR,
    "sign_in.link": Open.AT_THE_DOOR,
    "sign_in.sign_out": Open.AT_THE_DOOR,
    "signing_packs.send_back": Need(Act.SIGN, argument="name", leads_to=_of_pack),
    "signing_packs.sign": Need(Act.SIGN, argument="name", leads_to=_of_pack),
    "signing_packs.submit": Need(Act.WRITE, argument="name", leads_to=_of_pack),
    "static": Open.TO_ALL,
    "swept.sweep": Need(Act.REPORT),
    "upload.form": Need(Act.IMPORT, WHOLE),
    "upload.reading": Need(Act.IMPORT, WHOLE),
    "wrong.said": Need(Act.CLAIM, argument="review_id", leads_to=_of_review),
    "withdrawing.ask": Need(Act.RECALL, argument="name", leads_to=_of_pack),
    "withdrawing.recall": Need(Act.RECALL, argument="name", leads_to=_of_pack),
    "you.end": Open.TO_EACH,
    "you.end_others": Open.TO_EACH,
    "you.language": Open.TO_EACH,
    "you.password": Open.TO_EACH,
    "you.pin": Open.TO_EACH,
    "you.you": Open.TO_EACH,
}

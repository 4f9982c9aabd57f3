"""What a person does with an approved reply: copies it, says that she posted it, or that she did not.

All of it in the caller's transaction, with the review in hand. A person's word proves ``submitted`` and no
more; it never takes back what was seen in public.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.stored import remembered
from service.domain import ReviewState
from service.models import AskedWords, Branch, Listing, PackVersion, Posting, PostingState, Review
from service.outcomes import reporting_back
from service.outcomes.handling import Step, require_unanswered, take
from service.outcomes.postings import Told, Used, begin, happened
from service.replies.filling import Filled, fill, values_for
from service.replies.own_words import as_filled, is_for_one_review
from service.replies.pack import Pack, ReplyItem

SETTLED = (ReviewState.ANSWERED, ReviewState.CLOSED)
_NOT_INSERTED = (ReviewState.NEW, ReviewState.SEEN, ReviewState.CLAIMED)
_UNPROVED = (ReviewState.SUBMITTED, ReviewState.INSERTED)


@dataclass(frozen=True, slots=True)
class Words:
    """A reply as it is to be posted: which approved words, as they were filled in, and the final text."""

    used: Used
    filled: Filled
    text: str


def copied(session: Session, review: Review, words: Words, step: Step, device: str) -> Posting:
    """She takes the text along, and the review with it. Raises ``Overtaken`` where somebody else has it.

    What was answered already takes one more text alone where a settled case is to be reported back.
    """
    if reporting_back.owed_by(session, review) is None:
        require_unanswered(review)
    take(session, review, step)
    branch = branch_of(session, review)
    posting = begin(
        session, review.id or 0, branch.id if branch else None, words.used, step.who.name, step.at
    )
    told = Told(device, step.key, PostingState.COPIED, step.at, words.text)
    happened(session, posting, told, words.filled, step.at)
    return posting


def submitted(
    session: Session, review: Review, posting: Posting, step: Step, device: str, text: str | None = None
) -> None:
    """She says it is posted; ``text`` is what she posted where she changed it: it is classed anew."""
    tell(session, review, posting, Told(device, step.key, PostingState.SUBMITTED, step.at, text), step)


def denied(session: Session, review: Review, posting: Posting, step: Step, device: str) -> None:
    """She says it is not posted, and will not be."""
    tell(session, review, posting, Told(device, step.key, PostingState.DENIED, step.at), step)


def tell(session: Session, review: Review, posting: Posting, told: Told, step: Step) -> bool:
    """Store what was told of a posting, and what it means for its review; False where it was told before."""
    approved = filled_as_approved(session, review, posting)
    if not happened(session, posting, told, approved or Filled("", (), {}), step.at):
        return False
    if told.kind is PostingState.SUBMITTED:
        reporting_back.posted(session, review, posting, step)
    elif told.kind is PostingState.DENIED:
        reporting_back.denied(session, posting, step)
    _follow(review, posting, told.kind)
    return True


def posting_of(session: Session, review_id: int, posting_id: int) -> Posting | None:
    """The posting of that number, if it is one of this review's."""
    posting = session.get(Posting, posting_id)
    return posting if posting is not None and posting.review_id == review_id else None


def under_way(session: Session, review_id: int) -> Posting | None:
    """The newest posting that was taken along or posted, and not seen in public yet."""
    open_states = (PostingState.COPIED, PostingState.INSERTED, PostingState.SUBMITTED)
    return session.scalars(
        select(Posting)
        .where(col(Posting.review_id) == review_id, col(Posting.state).in_(open_states))
        .order_by(col(Posting.id).desc())
        .limit(1)
    ).first()


def approved_item(session: Session, posting: Posting) -> tuple[Pack, ReplyItem] | None:
    """The item of the posting as its version's bytes have it, recalled since or not; None if it is gone."""
    body = session.scalar(select(col(PackVersion.body)).where(col(PackVersion.sha256) == posting.sha256))
    pack = remembered(body) if body else None
    item = next((one for one in pack.items if one.id == posting.item), None) if pack else None
    return (pack, item) if pack and item else None


def filled_as_approved(session: Session, review: Review, posting: Posting) -> Filled | None:
    """The words of the posting as they were approved, filled for its review; None where they are gone."""
    if is_for_one_review(posting.pack):
        given = select(col(AskedWords.text)).where(col(AskedWords.text_sha256) == posting.sha256).limit(1)
        text = session.scalar(given)
        return as_filled(text) if text is not None else None
    found = approved_item(session, posting)
    if found is None or not 1 <= posting.variant <= len(found[1].variants):
        return None
    pack, item = found
    facts = branch_of(session, review) or Branch(code="", name="")
    return fill(item, item.variants[posting.variant - 1], values_for(facts, review.author, pack))


def branch_of(session: Session, review: Review) -> Branch | None:
    """The branch the review is about; None where it is the whole brand's."""
    listing = session.get_one(Listing, review.listing_id)
    return session.get(Branch, listing.branch_id) if listing.branch_id else None


def _follow(review: Review, posting: Posting, kind: PostingState) -> None:
    """A review is as far as its posting is told to be; nothing told undoes what is settled."""
    if kind is PostingState.SUBMITTED and review.state not in SETTLED:
        review.state = ReviewState.SUBMITTED.value
    elif kind is PostingState.INSERTED and review.state in _NOT_INSERTED:
        review.state = ReviewState.INSERTED.value
    elif kind is PostingState.DENIED and posting.state == PostingState.DENIED and review.state in _UNPROVED:
        review.state = (ReviewState.CLAIMED if review.claimed_as else ReviewState.SEEN).value

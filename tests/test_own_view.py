"""A reply that only the owner's own pages show was posted; whether the public sees it is not known."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from service.domain import OWN_VIEW, Reply, Route
from service.watch.hearing import Heard, hear
from service.watch.merge import merged
from tests.ledger import DAY, START, words

THANKS = "Thank you for telling us."


def told(route: Route, day: int, reply: Reply | None) -> Heard:
    return hear(route, START + day * DAY, replace(words("anna"), reply=reply))


OWN = told(Route.CAPTURE, 1, Reply(THANKS, state=OWN_VIEW))


def test_it_is_known_and_not_seen() -> None:
    answer = merged([told(Route.PAGE, 0, None), OWN]).answer
    assert answer.reply == Reply(THANKS, state=OWN_VIEW)
    assert not answer.is_seen


def test_the_public_page_makes_it_seen_and_says_so_itself() -> None:
    now = merged([OWN, told(Route.PAGE, 2, Reply(THANKS))])
    assert now.answer.is_seen
    assert now.answer.reply == Reply(THANKS)
    assert now.provenance["reply"].route is Route.PAGE


def test_a_mail_beside_it_proves_nothing_in_public() -> None:
    now = merged([OWN, told(Route.MAIL, 2, Reply(THANKS))])
    assert not now.answer.is_seen
    assert now.answer.reply is not None
    assert now.answer.reply.state == OWN_VIEW


def test_a_page_that_does_not_show_it_yet_takes_nothing_back() -> None:
    assert merged([OWN, told(Route.PAGE, 2, None)]).answer.vanished_after is None


def test_a_card_without_it_is_no_proof_that_it_vanished_and_a_page_is() -> None:
    shown = told(Route.PAGE, 0, Reply(THANKS))
    assert merged([shown, told(Route.CAPTURE, 1, None)]).answer.reply == Reply(THANKS)
    assert merged([shown, told(Route.PAGE, 1, None)]).answer.vanished_after == shown.last_seen_at


def test_the_order_in_which_it_is_told_cannot_matter() -> None:
    heard = [
        OWN,
        told(Route.PAGE, 2, Reply(THANKS)),
        told(Route.MAIL, 3, Reply(THANKS)),
        told(Route.CAPTURE, 4, None),
    ]
    answers = {merged(order).answer.reply for order in permutations(heard)}
    assert answers == {Reply(THANKS)}

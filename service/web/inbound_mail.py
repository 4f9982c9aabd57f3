"""Where mail providers post what they received for us: proven, stored, and answered at once.

The address is secret and the provider's signature is checked where there is one, so it is open to the world.
Nothing of a refusal's reason is told to whoever asks; the owner sees it on the account.
"""

from __future__ import annotations

from threading import Lock

from flask import Blueprint, Response, abort, make_response, request

from service.errors import HookRefused, Refused, Unreachable
from service.secrets import Vault
from service.sources import hooks
from service.sources.hook import Posted
from service.sources.mailbox import LARGEST
from service.web import outside
from service.web.desk import desk, now
from service.web.form_fields import form_fields

screen = Blueprint("inbound_mail", __name__)

ONE_AT_A_TIME = Lock()  # a large post costs some times its size while it is taken


@screen.post("/hooks/mail/<provider>/<token>")
@screen.post("/hooks/mail/<provider>/<token>/mime")
def posted(provider: str, token: str) -> Response:
    """Take one mail. The answer's status tells the provider whether to post it again."""
    with desk().database.reading() as session:
        hook = hooks.opened(session, Vault(desk().secret), provider, token)
    if hook is None:
        abort(404)
    request.max_content_length = hooks.LARGEST_POST
    with ONE_AT_A_TIME:
        try:
            hooks.take(desk().database, hook, _posted(), now(), fetch)
        except HookRefused as refused:
            return make_response("not taken", refused.status)
    return make_response("taken", 200)


def fetch(address: str) -> bytes:
    """What stands behind an address of the provider's. Raises ``Refused``, ``Unreachable``."""
    with outside.client() as client:
        answer = client.fetch(address, now=now())
    if answer.status >= 500:
        raise Unreachable(f"HTTP {answer.status}")
    if answer.status != 200:
        raise Refused(f"HTTP {answer.status}")
    return answer.body


def _posted() -> Posted:
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Posted(headers, body, form_fields(body, request.headers.get("Content-Type", ""), LARGEST))

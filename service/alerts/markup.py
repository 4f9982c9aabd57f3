"""An outline as HTML for mail programs on phones: one column, every word escaped, nothing fetched. Pure."""

from __future__ import annotations

from html import escape

from service.alerts.neutral import quiet
from service.alerts.outline import Outline, Part, Role, Run

_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{title}</title></head>'
    '<body style="margin:0 auto;padding:16px;max-width:36em;font:16px/1.5 sans-serif">{body}</body></html>'
)
_QUOTE = "margin:8px 0;padding:0 0 0 12px;border-left:4px solid #8a8a8a;white-space:pre-wrap"
_REPLY = "margin:8px 0;padding:12px;border:2px solid #1a6b3c;border-radius:8px;white-space:pre-wrap"
_BLANK = "background:#ffe08a;color:#1c1c1c;padding:0 4px"
_BUTTON = (
    "display:inline-block;padding:12px 20px;border-radius:8px;background:#1a4f8b;color:#ffffff;"
    "text-decoration:none;font-weight:bold"
)
_SMALL = "font-size:14px"


def html(outline: Outline, language: str = "en") -> str:
    """The whole document; ``language`` as a tag: "en", "pt-BR"."""
    title = "".join(escape(quiet(run.text)) for run in outline.subject)
    first = next((part for part in outline.parts if part.role is Role.LINK), None)
    body = "".join(_link(part, first) if part.role is Role.LINK else _part(part) for part in outline.parts)
    return _PAGE.format(language=language, title=title, body=body)


def _part(part: Part) -> str:
    body = "".join(_run(run) for run in part.runs)
    label = escape(part.label)
    match part.role:
        case Role.HEADLINE:
            return f'<h1 style="font-size:20px;margin:0 0 12px">{body}</h1>'
        case Role.QUOTE:
            return f'<p><b>{label}</b></p><blockquote dir="auto" style="{_QUOTE}">{body}</blockquote>'
        case Role.REPLY:
            return f'<p><b>{label}</b></p><div dir="auto" style="{_REPLY}">{body}</div>'
        case Role.DETAIL:
            return f'<p style="{_SMALL}">{_labelled(label, body)}</p>'
    return f'<p style="margin:4px 0">{_labelled(label, body)}</p>'


def _link(part: Part, first: Part | None) -> str:
    """The first link is the thing to do; the others stand back."""
    style = f' style="{_BUTTON}"' if part is first else ""
    return f'<p><a href="{escape(part.url or "")}"{style}>{escape(part.label)}</a></p>'


def _labelled(label: str, body: str) -> str:
    return f"<b>{label}:</b> {body}" if label else body


def _run(run: Run) -> str:
    words = escape(quiet(run.text) if run.foreign else run.text)
    if run.blank:
        return f'<mark style="{_BLANK}">{words}</mark>'
    return f"<bdi>{words}</bdi>" if run.foreign else words

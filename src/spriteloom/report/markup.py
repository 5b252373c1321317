"""HTML from functions: text is escaped unless it is `Html` already. Knows no page."""

from __future__ import annotations

from html import escape

VOID = {"img", "meta", "link", "br"}


class Html(str):
    """Text that is markup: it is not escaped again."""

    __slots__ = ()


def el(name: str, /, *children: str, **attributes: str) -> Html:
    """<name attributes>children</name>, text escaped. `class_` is class, `aria_label` is aria-label."""
    given = "".join(f' {_attribute(key)}="{escape(value)}"' for key, value in attributes.items())
    if name in VOID:
        assert not children, f"<{name}> holds nothing"
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{join(*children)}</{name}>")


def join(*parts: str) -> Html:
    """Parts one after another."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")

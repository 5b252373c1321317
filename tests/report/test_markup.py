from __future__ import annotations

from spriteloom.report.markup import Html, el, join


def test_text_is_escaped_and_markup_is_not():
    assert el("p", "a < b & ", el("b", '"c"')) == "<p>a &lt; b &amp; <b>&quot;c&quot;</b></p>"


def test_attributes_are_escaped_and_named_as_html_has_them():
    assert el("img", alt='"', class_="x", aria_label="y") == '<img alt="&quot;" class="x" aria-label="y">'


def test_joined_text_is_escaped_once():
    assert join("<", Html("<i>"), join("&")) == "&lt;<i>&amp;"

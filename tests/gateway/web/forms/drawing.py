"""A form drawn by its template, and read back as a browser would post it."""

from __future__ import annotations

import re
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

from jinja2 import Template
from lxml import html

from gateway.model.service import Text
from gateway.texts.refusals import Language, in_language
from gateway.web import rendering
from gateway.web.forms.shown import FormView

_PAGE = """{% extends 'base.html' %}{% import 'forms/form.html' as form with context %}
{% block title %}x{% endblock %}{% block head %}{{ form.head() }}{% endblock %}{% block body %}<main class="page" id="main"><h1>x</h1>
<div class="guided"><form method="post">{{ form.summary(view) }}{{ form.fields(view) }}<div class="foot"><button class="btn main-act"
name="on" value="">x</button></div></form>{{ form.sheet(view) }}</div></main>{% endblock %}"""


@cache
def _template(source: str) -> Template:
    return rendering._environment().from_string(source)


def drawn_page(view: FormView, language: Language = "zh-CN", source: str = _PAGE) -> str:
    """Give the page of a form, with what every page has around it."""
    return _template(source).render(
        view=view,
        training=False,
        chosen=SimpleNamespace(language=language, theme="light", size="standard"),
        centre=SimpleNamespace(name=Text(zh="中心", en="Centre")),
        say=rendering.PageTexts(language),
        t=partial(in_language, language=language),
        file=rendering.own_files().address,
    )


def tree_of(page: str) -> Any:
    """Give the elements of a page."""
    return html.fromstring(page)


def all_of(tree: Any, name: str, /, **attributes: str) -> list[Any]:
    """Give the elements of a name with these attributes (``class_`` for a class among several)."""
    wanted = attributes.pop("class_", None)
    found = [one for one in tree.iter(name) if all(one.get(key) == value for key, value in attributes.items())]
    return [one for one in found if wanted is None or wanted in (one.get("class") or "").split()]


def as_posted(page: str) -> dict[str, str]:
    """Give the fields that a browser sends when the form is handed in as it is."""
    tree = tree_of(page)
    for area in tree.iter("textarea"):  # a browser passes over the first line break, and sends each as two characters
        area.text = re.sub("\n", "\r\n", (area.text or "").removeprefix("\n"))
    return {name: str(value) for name, value in tree.forms[0].form_values()}

"""Words for the cases in which a field is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.catalogue.drawing.conditions import Alternatives, FieldCondition
from gateway.catalogue.drawing.fields import DrawnField
from gateway.model.service import Text
from gateway.texts.sentences import name
from gateway.web.forms import texts


def asked_for(tree: DrawnField, when: Alternatives) -> Text:
    """Say when a field is asked for, by the titles of the fields that decide it."""
    cases = (_between(texts.all_of, (_said(tree, condition) for condition in case)) for case in when)
    return texts.asked_only_if(_between(texts.any_of, cases))


def _said(tree: DrawnField, condition: FieldCondition) -> Text:
    field = tree.at(condition.pointer)
    title = name(condition.pointer) if field is None else field.title
    words = [name(text) if field is None else field.called(text) for text in condition.texts if text]
    if not words:
        return texts.left_blank(title) if condition.holds else texts.filled_in(title)
    return (texts.holds if condition.holds else texts.holds_not)(title, _between(texts.one_of, words))


def _between(glue: Text, parts: Iterable[Text]) -> Text:
    several = list(parts)
    return Text(zh=glue.zh.join(one.zh for one in several), en=glue.en.join(one.en for one in several))

"""XML of REST departments: replies read into the same models as JSON ones (no DTD, no entity, nothing fetched, nothing guessed)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from lxml import etree
from pydantic import AliasChoices, AliasPath, BaseModel, ValidationError

from gateway.model import JsonObject
from gateway.model.errors import InDoubt
from gateway.sdk.http.wire import excerpt
from gateway.sdk.http.xml_models import NIL, Xml, XmlField, described, hint_of, write_xml
from gateway.sdk.rest import Reply, read_value
from gateway.sdk.soap.document import decode, parse

__all__ = ["Xml", "read_xml", "write_xml"]

_XML = frozenset({"application/xml", "text/xml", ""})

M = TypeVar("M", bound=BaseModel)


def read_xml(model: type[M], reply: Reply, root: Xml | None = None) -> M:
    """Read the reply's XML as ``model``, by the :class:`Xml` of its fields. The root must be the element ``root`` (none: any).

    Raises ``InDoubt``: ``reply_type`` (not declared XML), ``reply_charset``, ``reply_xml``, ``reply_dtd``, ``reply_too_large``, and
    ``reply_contract`` when it does not fit, also where two elements stand in the place of one.
    """
    kind = reply.content_type
    if kind not in _XML and not kind.endswith("+xml"):
        raise InDoubt("reply_type", f"{reply.status} with {excerpt(kind)}")
    element = parse(decode(reply.body, reply.charset))
    if root is not None and not _is_named(element, root.name, root.namespace):
        raise InDoubt("reply_contract", f"the root element is not {root.name}")
    return read_value(model, _members(element, model))


@cache
def _read_fields(model: type[BaseModel]) -> tuple[XmlField, ...]:
    """Give the fields of a model that is read, under the names that pydantic takes them by."""
    return tuple(described(_alias(name, one.validation_alias), one.annotation, hint_of(one)) for name, one in model.model_fields.items())


def _alias(name: str, alias: str | AliasPath | AliasChoices | None) -> str:
    if alias is None or isinstance(alias, str):
        return alias or name
    raise TypeError(f"{name}: in XML a field has one name, so its validation_alias must be a text")


def _members(element: etree._Element, model: type[BaseModel]) -> JsonObject:
    """Give the values that a model is made from. Absent ones are left out, so that the model says whether they may be."""
    found: JsonObject = {}
    for field in _read_fields(model):
        if field.hint.attribute:
            name = f"{{{field.hint.namespace}}}{field.name}" if field.hint.namespace else field.name
            if (text := element.get(name)) is not None:
                found[field.wire] = _trimmed(text, field)
            continue
        item = field.item
        if item is None:
            if (one := _only(element, field)) is not None:
                found[field.wire] = _value(one, field)
        elif not field.hint.wrapped:
            if (several := [_value(one, item) for one in _named(element, item)]) or not field.optional:
                found[field.wire] = several
        elif (holder := _only(element, field)) is not None:
            found[field.wire] = [_value(one, item) for one in _named(holder, item)]
    return found


def _value(element: etree._Element, field: XmlField) -> Any:  # noqa: ANN401  # whatever a field holds
    """Give one element's value for the type of its field."""
    if element.get(NIL) in {"true", "1"}:
        return None
    models = [kind for kind in field.kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    if models:
        return _fitting(element, models)
    maps = [kind for kind in field.kinds if kind is dict or get_origin(kind) is dict]
    if maps:
        inner = described("", (get_args(maps[0]) or (str, Any))[1])
        return {name: _value(one, inner) for name, one in _free(element)}
    if len(element):
        if not field.kinds or Any in field.kinds:
            return {name: _value(one, field) for name, one in _free(element)}
        raise InDoubt("reply_contract", f"{excerpt(field.name)}: elements where a text may be")
    return _trimmed(element.text or "", field)


def _fitting(element: etree._Element, models: list[type[BaseModel]]) -> JsonObject:
    """Give the values of the first model that the element fits, else of the last, whose error then says why."""
    for model in models[:-1]:
        try:
            values = _members(element, model)
            model.model_validate(values)
        except (ValidationError, InDoubt):
            continue
        return values
    return _members(element, models[-1])


def _trimmed(text: str, field: XmlField) -> str | None:
    """Trim a text for its type: other types than text have no space around them (XSD's ``collapse``), and empty means absent."""
    if not field.kinds or str in field.kinds or Any in field.kinds:
        return text
    plain = "".join(text.split()) if bytes in field.kinds else text.strip()
    return plain if plain or not field.optional else None


def _only(element: etree._Element, field: XmlField) -> etree._Element | None:
    """Give the one child of a field's name, or None. Raises ``InDoubt`` when there are several."""
    found = list(_named(element, field))
    if len(found) > 1:
        raise InDoubt("reply_contract", f"{excerpt(field.name)}: {len(found)} elements where one may be")
    return found[0] if found else None


def _named(element: etree._Element, field: XmlField) -> Iterator[etree._Element]:
    return (child for child in element if _is_named(child, field.name, field.hint.namespace))


def _is_named(element: etree._Element, name: str, namespace: str) -> bool:
    """Tell whether it is the element of that name, in any namespace where the contract names none."""
    found = etree.QName(element)
    return found.localname == name and (not namespace or found.namespace == namespace)


def _free(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Give the children, whose names are free, by name. Raises ``InDoubt`` when a name stands twice."""
    seen: Mapping[str, etree._Element] = {etree.QName(child).localname: child for child in element}
    if len(seen) != len(element):
        raise InDoubt("reply_contract", "an element of a free name stands twice")
    return iter(seen.items())

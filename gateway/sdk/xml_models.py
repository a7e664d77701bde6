"""Models as XML, by the hints that OpenAPI gives (its *XML Object*): how a request is written. ``rest_xml`` reads replies by the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from lxml import etree
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.model.errors import Invalid
from gateway.sdk.request_bodies import RequestBody, as_text, charset_of
from gateway.sdk.wire_values import wire_values

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True, slots=True, kw_only=True)
class Xml:
    """How a field is written, in OpenAPI's words, as ``Annotated[…, Xml(…)]``; without one, an element of the field's wire name.

    Of a list it is the list's own element, which there is with ``wrapped`` alone; its items have a hint of theirs:
    ``list[Annotated[str, Xml(name="phone")]]``. A ``namespace`` without a ``prefix`` is a default one: what names none within it is in it.
    """

    name: str = ""
    attribute: bool = False
    wrapped: bool = False
    namespace: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlField:
    """A field, or an item of a list, in XML: the contract's name of it, its element's or attribute's, its hint, and the types that it
    may have, of which None is left out.
    """

    wire: str
    name: str
    hint: Xml
    kinds: tuple[Any, ...]
    optional: bool = False

    @property
    def item(self) -> XmlField | None:
        """Give what each of several is; None where there is one alone."""
        lists = [kind for kind in self.kinds if get_origin(kind) in {list, tuple}]
        return described(self.name, get_args(lists[0])[0]) if lists else None


def described(wire: str, annotation: Any, hint: Xml | None = None) -> XmlField:  # noqa: ANN401  # a type may be anything
    """Give what an annotation says; ``hint`` counts before its own."""
    kinds: list[Any] = []
    optional = False
    todo = [annotation]
    while todo:
        one = todo.pop(0)
        if get_origin(one) is Annotated:
            hint = hint or next((each for each in get_args(one)[1:] if isinstance(each, Xml)), None)
            todo.insert(0, get_args(one)[0])
        elif get_origin(one) in {Union, UnionType}:
            todo = [*get_args(one), *todo]
        elif one is type(None):
            optional = True
        else:
            kinds.append(one)
    hint = hint or Xml()
    return XmlField(wire=wire, name=hint.name or wire, hint=hint, kinds=tuple(kinds), optional=optional)


def hint_of(field: FieldInfo) -> Xml | None:
    """The hint that stands outermost in a field's ``Annotated``, which pydantic keeps apart."""
    return next((one for one in field.metadata if isinstance(one, Xml)), None)


@cache
def written_fields(model: type[BaseModel]) -> Mapping[str, XmlField]:
    """The fields of a model that is sent, by our names."""
    return {name: described(one.serialization_alias or name, one.annotation, hint_of(one)) for name, one in model.model_fields.items()}


def write_xml(
    value: object,
    root: Xml,
    *,
    kind: Any = None,  # noqa: ANN401  # a type may be anything
    values: Any = None,  # noqa: ANN401  # JSON
    media: str = "application/xml",
) -> RequestBody:
    """A model (or what has the type ``kind``) as an XML document below the element ``root``, in the charset that ``media`` names.

    ``values`` is what of it is sent, as :func:`wire_values` gives it (none: all); what in there is no field of the model comes last.
    Raises ``Invalid`` (``request_xml``) for what XML cannot hold: control characters, a member whose name is none.
    """
    if values is None and isinstance(value, BaseModel):
        values = wire_values(value, "json")
    charset = charset_of(media)
    try:
        element = _write(None, described(root.name, type(value) if kind is None else kind, root), value, values)
        content = bytes(etree.tostring(element, encoding=charset, xml_declaration=True))  # type: ignore[arg-type]  # text is given for "unicode" alone
    except (ValueError, TypeError, UnicodeError) as error:
        refused = type(error).__name__
    else:
        return RequestBody(content=content, content_type=media if "charset" in media.lower() else f"{media}; charset={charset}")
    raise Invalid("request_xml", f"it cannot be written as XML ({refused})")  # outside the handler: the error may hold the value


def _write(parent: etree._Element | None, field: XmlField, value: Any, sent: Any) -> etree._Element:  # noqa: ANN401  # whatever a field holds
    """Write a value, which goes out as ``sent``, and give its element (of an attribute or a bare list, what holds it)."""
    if parent is not None and field.hint.attribute:
        parent.set(f"{{{field.hint.namespace}}}{field.name}" if field.hint.namespace else field.name, as_text(sent))
        return parent
    if isinstance(sent, list):
        holder = parent if parent is not None and not field.hint.wrapped else _made(parent, field)
        item = field.item or XmlField(wire=field.name, name=field.name, hint=Xml(), kinds=())
        for one, its in zip(value, sent, strict=True):
            _write(holder, item, one, its)
        return holder
    element = _made(parent, field)
    if isinstance(sent, Mapping):
        fields = written_fields(type(value)) if isinstance(value, BaseModel) else {}
        ours = {one.wire: name for name, one in fields.items()}
        for wire in sorted(sent, key=lambda wire: wire not in ours):
            name = ours.get(wire)
            if name is None:
                inner = value[wire] if isinstance(value, Mapping) else sent[wire]
                _write(element, XmlField(wire=wire, name=wire, hint=Xml(), kinds=()), inner, sent[wire])
            else:
                _write(element, fields[name], getattr(value, name), sent[wire])
    elif sent is None:
        element.set(NIL, "true")
    else:
        element.text = as_text(sent)
    return element


def _made(parent: etree._Element | None, field: XmlField) -> etree._Element:
    """An element of its name and namespace, within ``parent``."""
    hint, around = field.hint, {} if parent is None else parent.nsmap
    namespace = hint.namespace or around.get(hint.prefix or None) or around.get(None)
    tag = f"{{{namespace}}}{field.name}" if namespace else field.name
    declared: Any = {hint.prefix or None: hint.namespace} if hint.namespace else {}  # None is the default's; lxml-stubs have no such
    if parent is None:
        return etree.Element(tag, nsmap=declared)
    return etree.SubElement(parent, tag, nsmap=declared)

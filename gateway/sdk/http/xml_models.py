"""Models written as XML requests, by OpenAPI's hints (its *XML Object*). ``rest_xml`` reads replies by the same hints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from lxml import etree
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.sdk.http.request_bodies import RequestBody, as_text, charset_of, wire_values, written

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True, slots=True, kw_only=True)
class Xml:
    """The XML form of a field, in OpenAPI's words, as ``Annotated[…, Xml(…)]``. Without it a field is an element of its wire name.

    On a list it describes the list's own element, which only ``wrapped`` gives it. The items have a hint of their own:
    ``list[Annotated[str, Xml(name="phone")]]``. A ``namespace`` without a ``prefix`` becomes the default for everything within it that
    names none.
    """

    name: str = ""
    attribute: bool = False
    wrapped: bool = False
    namespace: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlField:
    """A field or an item of a list in XML: its name in the contract, the name of its element or attribute, its hint, and its types without
    None.
    """

    wire: str
    name: str
    hint: Xml
    kinds: tuple[Any, ...]
    optional: bool = False

    @property
    def item(self) -> XmlField | None:
        """Describe an item of a list, or give None for a single value."""
        lists = [kind for kind in self.kinds if get_origin(kind) in {list, tuple}]
        return described(self.name, get_args(lists[0])[0]) if lists else None


def described(wire: str, annotation: Any, hint: Xml | None = None) -> XmlField:  # noqa: ANN401  # a type may be anything
    """Describe a field by its annotation, in which ``hint`` takes precedence over the annotation's own."""
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
    """Give the hint that stands outermost in a field's ``Annotated``, which pydantic keeps apart."""
    return next((one for one in field.metadata if isinstance(one, Xml)), None)


@cache
def written_fields(model: type[BaseModel]) -> Mapping[str, XmlField]:
    """Give the fields of a model that is sent, by our names."""
    return {name: described(one.serialization_alias or name, one.annotation, hint_of(one)) for name, one in model.model_fields.items()}


def write_xml(
    value: object,
    root: Xml,
    *,
    kind: Any = None,  # noqa: ANN401  # a type may be anything
    values: Any = None,  # noqa: ANN401  # JSON
    media: str = "application/xml",
) -> RequestBody:
    """Write a model (or a value of the type ``kind``) as an XML document under the element ``root``, in the charset that ``media`` names.

    ``values`` are those to send, as :func:`wire_values` gives them (none: all). Those that are no field of the model come last. Raises
    ``Invalid`` (``request_xml``) for anything that XML cannot hold, such as control characters or a name that is no XML name.
    """
    if values is None and isinstance(value, BaseModel):
        values = wire_values(value, "json")
    charset = charset_of(media)

    def write() -> bytes:
        element = _write(None, described(root.name, type(value) if kind is None else kind, root), value, values)
        return bytes(etree.tostring(element, encoding=charset, xml_declaration=True))  # type: ignore[arg-type]  # text is given for "unicode" alone

    content = written(write, "request_xml", "XML", ValueError, TypeError)
    return RequestBody(content=content, content_type=media if "charset" in media.lower() else f"{media}; charset={charset}")


def _write(parent: etree._Element | None, field: XmlField, value: Any, sent: Any) -> etree._Element:  # noqa: ANN401  # whatever a field holds
    """Write a value, which goes out as ``sent``, and give its element (for an attribute or a bare list, its parent)."""
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
    """Make an element of the field's name and namespace, within ``parent``."""
    hint, around = field.hint, {} if parent is None else parent.nsmap
    namespace = hint.namespace or around.get(hint.prefix or None) or around.get(None)
    tag = f"{{{namespace}}}{field.name}" if namespace else field.name
    declared: Any = {hint.prefix or None: hint.namespace} if hint.namespace else {}  # lxml-stubs do not know None
    if parent is None:
        return etree.Element(tag, nsmap=declared)
    return etree.SubElement(parent, tag, nsmap=declared)

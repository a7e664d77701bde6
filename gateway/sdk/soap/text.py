"""Texts in XML: an element's, and whole documents that older departments like to send as strings inside a reply or an argument."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar

from lxml import etree
from pydantic import BeforeValidator

from gateway.model.errors import InDoubt, Invalid
from gateway.sdk.rest import ReplyModel, read_value
from gateway.sdk.soap.document import Schema, parse
from gateway.sdk.soap.plans.simple_values import DURATIONS, DatePart, duration_text
from gateway.texts.characters import first_lacking

M = TypeVar("M", bound=ReplyModel)


def _text(value: object) -> object:
    if isinstance(value, DURATIONS):
        return duration_text(value)
    return "" if value is None else value.text if isinstance(value, DatePart) else value


#: A reply's text. An element without content is an empty one, for which zeep gives None. Parts of dates and
#: durations are as XML Schema writes them (``2026``, ``2026-11``, ``---05``, ``P1Y``).
Text: TypeAlias = Annotated[str, BeforeValidator(_text)]


class XmlText:
    """A writer and reader of such documents by their XSD.

    ``declared_encoding`` is the one in the documents' XML declaration. It does not change how they travel (the string is part of the
    envelope), but it limits the characters that the department can read.
    """

    def __init__(self, schema: Path, *, declared_encoding: str = "UTF-8") -> None:
        self._schema = Schema(schema)
        self._encoding = declared_encoding

    def write(self, document: etree._Element) -> str:
        """Give the text with its declaration.

        Raises ``Invalid``: ``request_contract`` (does not fit the schema), ``request_charset`` (holds a character that the declared
        encoding lacks, such as a rare one in a name, and that the department would take for another).
        """
        if where := self._schema.mismatch(document):
            raise Invalid("request_contract", f"the document does not fit the contract at {where}")
        text = etree.tostring(document, encoding="unicode")
        if lacking := [element for element in document.iter() if first_lacking(element.text or "", self._encoding.lower()) is not None]:
            names = ", ".join(str(element.tag) for element in lacking)
            raise Invalid("request_charset", f"{self._encoding} lacks a character of {names}: file it with the department by hand")
        return f'<?xml version="1.0" encoding="{self._encoding}"?>{text}'

    def write_fields(self, root: str, fields: Mapping[str, str]) -> str:
        """Write a document that is one element with a child for each field. Raises the errors of :meth:`write`."""
        document = etree.Element(root)
        unwritten = []
        for name, value in fields.items():
            try:
                etree.SubElement(document, name).text = value
            except ValueError:  # its text says nothing that is worth keeping
                unwritten.append(name)
        if unwritten:
            raise Invalid("request_contract", f"XML cannot hold a character of {', '.join(unwritten)}")
        return self.write(document)

    def read(self, text: str, model: type[M], *, lists: Collection[str] = ()) -> M:
        """Read the document as ``model``. Elements named in ``lists`` are lists, whatever their number.

        Raises ``InDoubt`` as :func:`gateway.sdk.soap.document.parse` does, and ``reply_contract`` when it does not fit.
        """
        root = parse(text)
        if where := self._schema.mismatch(root):
            raise InDoubt("reply_contract", f"the document in the reply does not fit the contract at {where}")
        return read_value(model, _plain(root, lists))


def _plain(element: etree._Element, lists: Collection[str]) -> Any:
    if not len(element):
        return element.text or ""
    values: dict[str, Any] = {}
    for child in element:
        name, value = etree.QName(child).localname, _plain(child, lists)
        if name in lists:
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return values

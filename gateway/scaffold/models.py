"""A contract's requests, replies and outputs written as Python models, with its documentation as docstrings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Literal

import pydantic

from gateway.scaffold.contract.description import DescribedOperation, Kind, ListOf, MapOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.contract.names import IMPORTED, Names, doc, pascal, quoted
from gateway.scaffold.openapi.scalars import without_nothing
from gateway.scaffold.samples.sampling import structures_in

Side = Literal["requests", "replies", "outputs"]

_PLAIN: Final[dict[Kind, str]] = {
    "text": "str",
    "integer": "int",
    "decimal": "Decimal",
    "number": "float",
    "boolean": "bool",
    "date": "dt.date",
    "datetime": "dt.datetime",
    "time": "dt.time",
    "duration": "dt.timedelta",
    "uuid": "UUID",
    "base64": "Base64",
    "file": "File",
    "anything": "Any",
    "object": "dict[str, Any]",
    "nothing": "None",
}
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
#: Types that accept any value of a model.
_TAKES_ALL: Final = ("dict[str, Any]", "Any")
_IMPORTED: Final = re.compile(rf"\b({'|'.join(IMPORTED)})\b")
#: The most values of an enumeration without a name.
_FEW: Final = 3


@dataclass(slots=True)
class Models:
    """One module of models. ``answers`` are the names of each operation's request or reply in it.

    ``questions`` are the requests that only ask. A text in them is bounded, also where the contract does not bound it.
    """

    side: Side
    soap: bool
    questions: InitVar[Iterable[Structure]] = ()
    answers: dict[str, str] = field(default_factory=dict)
    _names: Names = field(default_factory=Names)
    _classes: dict[int, str] = field(default_factory=dict)
    _kept: list[Structure] = field(default_factory=list)
    _blocks: list[str] = field(default_factory=list)
    _aliases: list[str] = field(default_factory=list)
    _ends: list[str] = field(default_factory=list)
    _values: dict[tuple[str, ...], str] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _asked: set[int] = field(default_factory=set)
    _asking: bool = False
    _owner: str = ""

    def __post_init__(self, questions: Iterable[Structure]) -> None:
        self._asked.update(id(one) for one in structures_in(*questions))

    @property
    def base(self) -> str:
        """Give the base class of its models."""
        return "Request" if self.side == "requests" else "Output" if self.side == "outputs" else "ReplyModel"

    def add(self, operation: DescribedOperation) -> None:
        """Write the models of an operation's request, or of its reply."""
        name = pascal(operation.name)
        if self.side == "requests":
            self.answers[operation.name] = self._class(operation.request, name, doc=operation.request.doc or operation.title)
            return
        if self.side == "outputs":
            fields = [replace(one, wire=one.name) for one in output_fields(operation)[0]]
            output = Structure(name=f"{name}Output", doc=f"What {operation.name} gives to later steps.", fields=fields)
            self.answers[operation.name] = self._class(output, output.name)
            return
        if operation.reply is None:
            return
        if isinstance(operation.reply, Structure) and operation.reply.fields:
            self.answers[operation.name] = self._class(operation.reply, f"{name}Reply")
            return
        alias = self._names.new(f"{name}Reply")
        self._ends.append(self._noted(f"{alias}: TypeAlias = {self._expression(operation.reply, f'{name}Value')}"))
        self.answers[operation.name] = alias

    def source(self, title: str) -> str:
        """Give the module's source."""
        parts = ["\n".join(self._aliases), "\n\n\n".join(self._blocks), "\n".join(self._ends)]
        if self._blocks:
            self._used.add(self.base)
        text = "\n\n\n".join(part for part in parts if part)
        return f'"""{doc(title)}"""\n\nfrom __future__ import annotations\n\n{self._imports()}\n\n{text}\n'

    def _noted(self, line: str) -> str:
        """Note the names in a line for the imports, and give the line."""
        self._used.update(_IMPORTED.findall(_QUOTED.sub("", line)))
        return line

    def _imports(self) -> str:
        lines: dict[str, list[str]] = {}
        for name in sorted(self._used & IMPORTED.keys()):
            module = IMPORTED[name]
            answers = f"gateway.sdk.{'soap' if self.soap else 'rest'}"
            lines.setdefault(answers if name in {"ReplyModel", "Text"} else module, []).append(name)
        if "_Line" in self._used:
            lines["gateway.sdk.fields"] = ["Line as _Line"]
        written = {module: f"from {module} import {', '.join(names)}" for module, names in sorted(lines.items())}
        if "datetime" in written:
            written["datetime"] = "import datetime as dt"
        ours = [line for module, line in written.items() if module.startswith("gateway.")]
        outside = [line for module, line in written.items() if module == "pydantic"]
        plain = [line for line in written.values() if line not in {*ours, *outside}]
        groups = "\n\n".join("\n".join(group) for group in (plain, outside, ours) if group)
        return f"{groups}\n" if groups else ""

    def _class(self, structure: Structure, name: str, *, doc: str = "", within: str = "") -> str:
        """Write a structure as a class once, and give the class's name: ``name``, or else one that begins with the owner's, ``within``."""
        if (known := self._classes.get(id(structure))) is not None:
            return known
        own = self._classes[id(structure)] = self._names.new(name, otherwise=f"{within}{name}" if within else "")
        self._kept.append(structure)
        lines = [f"class {own}({self.base}):", *_docstring(doc or structure.doc or f"{structure.name}.")]
        outer, self._asking, self._owner = (self._asking, self._owner), id(structure) in self._asked, own
        fields = [line for one in structure.fields for line in self._field(one, own)]
        self._asking, self._owner = outer
        self._blocks.append("\n".join([*lines, *([""] if fields else []), *fields]))  # after its fields' classes, which it refers to
        return own

    def _field(self, one: TypedField, owner: str) -> Iterator[str]:
        kind = self._expression(one.type, pascal(one.name) if isinstance(one.type, Scalar) else f"{owner}{pascal(one.name)}")
        required = one.required and not one.choice
        if self.side == "replies" and self.soap and isinstance(one.type, Structure) and not any(one.type.required()):
            required = False  # zeep gives nothing at all for an element without content
        if self.side == "replies" and isinstance(one.type, ListOf):
            required = required and not self.soap  # zeep gives an empty list
            default = "" if required else "default_factory=list"
        else:
            default = "" if required else "None"
            if required and self.side == "requests" and isinstance(one.type, Structure) and not one.type.fields and not one.type.abstract:
                default = "default_factory=dict"  # an element without content, which nobody can fill in
        if ((not required and default == "None") or one.nullable) and "None" not in kind.split(" | ") and kind != "Any":
            kind += " | None"
        kind = _hinted(kind, one.xml)
        alias = one.wire != one.name
        # By name, since type checkers do not see a positional default.
        arguments = ["default=None" if alias and default == "None" else default] if default else []
        if alias:
            arguments.append(f"{'serialization' if self.side == 'requests' else 'validation'}_alias={quoted(one.wire)}")
        end = "" if not arguments else f" = Field({', '.join(arguments)})" if alias or "=" in default else f" = {default}"
        yield self._noted(f"    {one.name}: {kind}{end}")
        doc = one.doc + (" Only one of these choices may be there." if one.choice and one.doc else "")
        if doc:
            yield from _docstring(doc)

    def _expression(self, kind: Type, name: str) -> str:
        match kind:
            case Scalar():
                return self._scalar(kind, name)
            case ListOf(item=item, least=least, most=most):
                whole = f"list[{_hinted(self._expression(item, name), kind.xml)}]"
                limits = ([f"min_length={least}"] if least else []) + ([f"max_length={most}"] if most is not None else [])
                return f"Annotated[{whole}, Field({', '.join(limits)})]" if limits and self.side == "requests" else whole
            case MapOf(value=value):
                return f"dict[str, {self._expression(value, name)}]"
            case OneOf(options=options):
                several = dict.fromkeys(self._expression(option, f"{name}{number}") for number, option in enumerate(options, 1))
                last = [one for one in several if one in _TAKES_ALL] + [one for one in several if one == "None"]
                whole = " | ".join([*(one for one in several if one not in last), *last])
                # pydantic by itself prefers a plain object to a model of it, and our names would go out.
                free = any(one in _TAKES_ALL or one.startswith("dict[") for one in several)
                free = free and any(isinstance(option, Structure) for option in options)
                return f'Annotated[{whole}, Field(union_mode="left_to_right")]' if free and "Any" not in several else whole
            case Structure():
                if not kind.fields:
                    return "dict[str, Any]" if self.side == "requests" else "Any"
                return self._class(kind, pascal(kind.name, otherwise=name), within=self._owner)

    def _scalar(self, kind: Scalar, name: str) -> str:
        if kind.values:
            return self._enumeration(tuple(_literal(value) for value in kind.values), name)
        plain = _PLAIN[kind.kind]
        if self.side != "requests":
            return "Text" if self.side == "replies" and self.soap and plain == "str" else plain
        held = {limit: value for limit, value in kind.limits.items() if _holds(plain, limit, value)}
        if plain == "str" and self._asking and not {"pattern", "max_length"} & held.keys():
            plain = "_Line"  # a contract may have a type of that name without the underscore
            self._used.add(plain)
        limits = ", ".join(f"{limit}={_literal(value)}" for limit, value in held.items())
        rules = ([f"Field({limits})"] if limits else []) + ([f"decimal_places({kind.places})"] if kind.places else [])
        return f"Annotated[{', '.join([plain, *rules])}]" if rules else plain

    def _enumeration(self, values: tuple[str, ...], name: str) -> str:
        if len(values) <= _FEW:
            return f"Literal[{', '.join(values)}]"
        if values not in self._values:
            own = self._values[values] = self._names.new(pascal(name) if name else "Values")
            self._used |= {"TypeAlias", "Literal"}
            self._aliases.append(f"{own}: TypeAlias = Literal[\n" + "".join(f"    {value},\n" for value in values) + "]")
        return self._values[values]


def output_fields(operation: DescribedOperation) -> tuple[list[TypedField], str]:
    """Give the plain values of a reply that later steps could use, and the path of attributes to them.

    A reply that is a single value gives a field of its element's name, and no path.
    """
    path: list[str] = []
    reply = operation.reply
    kept, _ = without_nothing(reply) if reply is not None else (None, False)
    if isinstance(kept, Scalar) and operation.reply_name:
        return [TypedField(wire=operation.reply_name, name=operation.reply_name, type=kept, nullable=kept is not reply)], ""
    while isinstance(reply, Structure):
        plain = [one for one in reply.fields if isinstance(one.type, Scalar) and one.type.kind not in {"anything", "object", "nothing"}]
        if plain:
            return plain, "".join(f".{name}" for name in path)
        only = reply.fields[0] if len(reply.fields) == 1 else None
        if only is None or not only.required or not isinstance(only.type, Structure) or not any(only.type.required()):
            break
        path.append(only.name)
        reply = only.type
    return [], ""


@cache
def _holds(plain: str, limit: str, value: object) -> bool:
    """Tell whether pydantic can hold a value of this type to a limit."""
    kind: Any = {"str": str, "int": int, "float": float, "Decimal": Decimal}.get(plain)
    if kind is None:
        return False
    rules: dict[str, Any] = {limit: value}
    try:
        pydantic.TypeAdapter(Annotated[kind, pydantic.Field(**rules)])
    except Exception:  # noqa: BLE001  # its engine raises errors of its own for patterns that it cannot compile
        return False
    return limit != "multiple_of" or plain == "int"


def _hinted(expression: str, xml: Mapping[str, object]) -> str:
    """Add the hint for XML to an annotation."""
    if not xml:
        return expression
    return f"Annotated[{expression}, Xml({', '.join(f'{name}={_literal(value)}' for name, value in xml.items())})]"


def _literal(value: object) -> str:
    return quoted(value) if isinstance(value, str) else repr(int(value) if isinstance(value, float) and value == int(value) else value)


def _docstring(text: str) -> Iterator[str]:
    yield from f'    """{doc(text, 4)}"""'.splitlines()

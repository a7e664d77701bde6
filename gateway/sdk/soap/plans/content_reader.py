"""A reader of an element's children by the content of its type, however deep its groups are nested.

XML Schema lets an element belong to one place only, wherever it stands (Unique Particle Attribution). So the next element's name decides
which way to go, and nothing is tried twice. zeep tries, and takes the branches of a choice within a sequence for its members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree
from zeep.exceptions import XMLParseError

from gateway.sdk.soap.plans.content import ContentPart, Values

Read: TypeAlias = "Callable[[etree._Element], Any]"
_Tags: TypeAlias = frozenset[str]


class _Children:
    """The children of an element, taken from the first to the last. ``tag`` is the next one's, "" when there is none."""

    __slots__ = ("_at", "_nodes", "_tags", "tag")

    def __init__(self, node: etree._Element, tags: Callable[[str], str]) -> None:
        self._nodes = list(node)
        self._tags = [tags(one.tag) for one in self._nodes] + [""]
        self._at = 0
        self.tag = self._tags[0]

    def take(self) -> etree._Element:
        taken = self._nodes[self._at]
        self._at += 1
        self.tag = self._tags[self._at]
        return taken


@dataclass(frozen=True, slots=True)
class _Step:
    """The reading of one part.

    ``first`` are the tags that it can begin with. ``takes_any`` is true if any other can, too, but for ``stops``, which a wildcard at its
    beginning leaves to later parts. ``empty`` is true if no element at all fits it.
    """

    read: Callable[[_Children, Values], None]
    first: _Tags
    takes_any: bool
    stops: _Tags
    empty: bool

    def begins(self, tag: str) -> bool:
        return tag in self.first or (self.takes_any and tag != "" and tag not in self.stops)


def content_reader(
    content: ContentPart, of_element: Callable[[Any], Read], of_any: Callable[[Any], Read]
) -> Callable[[etree._Element], Values]:
    """Make a reader of an element's children, which raises zeep's ``XMLParseError`` for children that do not fit.

    ``of_element`` and ``of_any`` make the readers of single elements, from zeep's element and wildcard.
    """
    compiler = _Compiler(of_element, of_any, _lists(content))
    step, blank, tags = compiler.group(content, frozenset()), _blank(content), _resolver(content)

    def read(node: etree._Element) -> Values:
        values = blank()
        children = _Children(node, tags)
        step.read(children, values)
        if children.tag:
            raise XMLParseError("an element that does not belong there")  # type: ignore[no-untyped-call]  # zeep does not annotate it
        return values

    return read


def _lists(group: ContentPart) -> frozenset[str]:
    return frozenset(part.name for part in group.values if part.most != 1)


def _blank(group: ContentPart) -> Callable[[], Values]:
    """Make the values of an empty group. An item of a repeated choice holds only its own branch."""
    names = {part.name: None for part in group.values}
    lists = [name for name in names if name in _lists(group)]
    if group.order == "choice" and group.name:
        return dict

    def blank() -> Values:
        values: Values = dict(names)
        for name in lists:
            values[name] = []
        return values

    return blank


def _resolver(content: ContentPart) -> Callable[[str], str]:
    """Make a function that finds the contract's tag for a reply's, because servers leave namespaces out, or add one.

    The name alone counts then, as with zeep, but an element with another namespace may be meant for a wildcard.
    """
    parts = list(content.everything)
    known = {part.described.qname.text for part in parts if part.order == "element"}
    has_wildcard = any(part.order == "any" for part in parts)
    by_name = {tag.rpartition("}")[2]: tag for tag in known}

    def resolve(tag: str) -> str:
        if tag in known:
            return tag
        if tag[0] == "{" and has_wildcard:
            return tag
        meant = by_name.get(tag.rpartition("}")[2], tag)
        return tag if meant[0] == "{" and tag[0] == "{" else meant

    return resolve


class _Compiler:
    """A maker of the steps for one dict of values. ``lists`` are the names in it that hold several."""

    def __init__(self, of_element: Callable[[Any], Read], of_any: Callable[[Any], Read], lists: frozenset[str]) -> None:
        self._of_element, self._of_any, self._lists = of_element, of_any, lists

    def _step(self, part: ContentPart, follow: _Tags) -> _Step:
        if part.order == "element":
            tag = part.described.qname.text
            read = self._single(part, self._of_element(part.described), lambda next_tag: next_tag == tag)
            return _Step(read, frozenset({tag}), takes_any=False, stops=frozenset(), empty=part.least == 0)
        if part.order == "any":
            read = self._single(part, self._of_any(part.described), lambda next_tag: bool(next_tag) and next_tag not in follow)
            return _Step(read, frozenset(), takes_any=True, stops=follow, empty=part.least == 0)
        return self._repeated(part, follow) if part.name else self.group(part, follow)

    def _single(self, part: ContentPart, one: Read, fits: Callable[[str], bool]) -> Callable[[_Children, Values], None]:
        """Read single elements, as many as fit and may be there."""
        name, least, most, is_list = part.name, part.least, part.most, part.name in self._lists

        def read(children: _Children, values: Values) -> None:
            number = 0
            while number < most and fits(children.tag):
                value = one(children.take())
                number += 1
                if is_list:
                    values.setdefault(name, []).append(value)
                else:
                    values[name] = value
            if number < least:
                raise _missing()

        return read

    def _repeated(self, part: ContentPart, follow: _Tags) -> _Step:
        """Read a repeated group as a list of dicts."""
        name, least, most = part.name, part.least, part.most
        inner = _Compiler(self._of_element, self._of_any, _lists(part))
        # The group may be followed by its own beginning, which is known only once it is made. So it is made twice.
        once = inner.group(part, follow | inner.group(part, follow).first)
        blank = _blank(part)

        def read(children: _Children, values: Values) -> None:
            items = values.setdefault(name, [])
            number = 0
            while number < most and once.begins(children.tag):
                item = blank()
                once.read(children, item)
                items.append(item)
                number += 1
            if number < least and not once.empty:
                raise _missing()

        return _Step(read, once.first, once.takes_any, once.stops, empty=least == 0 or once.empty)

    def group(self, part: ContentPart, follow: _Tags) -> _Step:
        """Read a single occurrence of a group."""
        optional = part.least == 0
        steps: list[_Step] = []
        after = follow
        if part.order == "all":
            after = follow.union(*(frozenset({one.described.qname.text}) for one in part.parts))
        for one in reversed(part.parts):
            step = self._step(one, after)
            steps.insert(0, step)
            if part.order == "sequence":
                after = step.first | after if step.empty else step.first
        make = {"choice": _choice, "all": _all}.get(part.order, _sequence)
        return make(steps, optional=optional)


def _sequence(steps: list[_Step], *, optional: bool) -> _Step:
    first, takes_any, stops = _beginning(steps)
    empty = all(step.empty for step in steps)

    def read(children: _Children, values: Values) -> None:
        for step in steps:
            step.read(children, values)

    whole = _Step(read, first, takes_any, stops, empty or optional)
    return whole if empty or not optional else _optional(whole)


def _optional(whole: _Step) -> _Step:
    def read(children: _Children, values: Values) -> None:
        if whole.begins(children.tag):
            whole.read(children, values)

    return _Step(read, whole.first, whole.takes_any, whole.stops, empty=True)


def _beginning(steps: Iterable[_Step]) -> tuple[_Tags, bool, _Tags]:
    """Give the tags that a sequence may begin with: those of its first part, and of the next when that may be missing."""
    first: _Tags = frozenset()
    for step in steps:
        first |= step.first
        if step.takes_any:
            return first, True, step.stops - first
        if not step.empty:
            break
    return first, False, frozenset()


def _choice(steps: list[_Step], *, optional: bool) -> _Step:
    by_tag = {tag: step for step in reversed(steps) for tag in step.first}
    wild = next((step for step in steps if step.takes_any), None)
    empty = optional or not steps or any(step.empty for step in steps)

    def read(children: _Children, values: Values) -> None:
        tag = children.tag
        step = by_tag.get(tag)
        if step is None and wild is not None and wild.begins(tag):
            step = wild
        if step is not None:
            step.read(children, values)
        elif not empty:
            raise _missing()

    return _Step(read, frozenset(by_tag), wild is not None, wild.stops if wild else frozenset(), empty)


def _all(steps: list[_Step], *, optional: bool) -> _Step:
    by_tag = {tag: step for step in steps for tag in step.first}

    def read(children: _Children, values: Values) -> None:
        left = {id(step): step for step in steps}
        while (step := by_tag.get(children.tag)) is not None and left.pop(id(step), None) is not None:
            step.read(children, values)
        if not all(step.empty for step in left.values()) and not (optional and len(left) == len(steps)):
            raise _missing()

    return _Step(read, frozenset(by_tag), takes_any=False, stops=frozenset(), empty=optional or all(step.empty for step in steps))


def _missing() -> XMLParseError:
    return XMLParseError("an element is missing")  # type: ignore[no-untyped-call]  # zeep does not annotate it

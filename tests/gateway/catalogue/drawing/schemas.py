"""Forms made by chance out of all that a form may use, each with what somebody filled in and fits it."""

from __future__ import annotations

from typing import Any, TypeAlias

from hypothesis import strategies as st

Json: TypeAlias = dict[str, Any]
#: A field's schema and its value.
Made: TypeAlias = tuple[Json, Any]

#: What breaks out of HTML, of addresses and of pointers, and names that few fonts have.
_LETTERS = "ab9 /~<>\"'&%+=.-_张伟㛃\U00030edd"
_TEXTS = st.text(_LETTERS, min_size=1, max_size=12).filter(lambda text: text == text.strip())
_FREE = st.text(_LETTERS + "\n", min_size=1, max_size=20).filter(lambda text: text.strip() != "")
_NAMES = st.text("abcxyz_/~-01\"'", min_size=1, max_size=6).filter(lambda name: name not in {"always", "kind"})
_SCALARS = st.one_of(_TEXTS, st.integers(-99, 99), st.booleans())


@st.composite
def forms(draw: st.DrawFn) -> Made:
    """Make a form and its value."""
    definitions: Json = {}
    schema, value = draw(_groups(definitions, 2))
    return {**schema, "$defs": definitions}, value


@st.composite
def _fields(draw: st.DrawFn, definitions: Json, depth: int) -> Made:
    deeper = [_groups(definitions, depth - 1), _lists(definitions, depth - 1)] if depth else []
    schema, value = draw(st.one_of(_texts(), _choices(), _numbers(), *deeper))
    if draw(st.booleans()):
        schema = {**schema, "title": draw(_TEXTS), "x-title-en": "English", "x-hint-zh": "提示", "x-hint-en": "A hint"}
    way = draw(st.integers(0, 4))
    if way == 0:
        name = f"d{len(definitions)}"
        definitions[name] = schema
        return {"$ref": f"#/$defs/{name}", "title": "Referred to"}, value
    return ({"allOf": [schema, {"title": "Also"}]} if way == 1 else schema), value


def _texts() -> st.SearchStrategy[Made]:
    money = r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?"
    kinds: list[tuple[Json, st.SearchStrategy[str]]] = [
        ({"type": "string", "minLength": 1, "maxLength": 40}, _TEXTS),
        ({"type": "string", "x-text": "free"}, _FREE),
        ({"type": "string", "format": "date"}, st.dates().map(str)),
        ({"type": "string", "format": "cn-mobile"}, st.from_regex("1[3-9][0-9]{9}", fullmatch=True)),
        ({"type": "string", "pattern": f"^{money}$", "x-unit": "CNY"}, st.from_regex(money, fullmatch=True)),
        ({"pattern": "^[a-z][a-z ]*[a-z]$"}, st.from_regex("[a-z][a-z ]{0,5}[a-z]", fullmatch=True)),
    ]
    return st.sampled_from(kinds).flatmap(lambda kind: kind[1].map(lambda text: (kind[0], text)))


@st.composite
def _choices(draw: st.DrawFn) -> Made:
    values = draw(st.lists(_SCALARS, min_size=1, max_size=8, unique_by=lambda one: one if isinstance(one, str) else str(one).lower()))
    value = draw(st.sampled_from(values))
    if draw(st.booleans()):
        return {"oneOf": [{"const": one, "title": f"选项 {one}"} for one in values]}, value
    return ({"const": value} if len(values) == 1 else {"enum": values}), value


def _numbers() -> st.SearchStrategy[Made]:
    return st.one_of(
        st.tuples(st.just({"type": "integer"}), st.integers(-(10**12), 10**12)),
        st.tuples(st.just({"type": "number", "minimum": -1e9}), st.floats(-1e9, 1e9)),
        st.tuples(st.just({"type": "boolean"}), st.booleans()),
    )


@st.composite
def _lists(draw: st.DrawFn, definitions: Json, depth: int) -> Made:
    schema, first = draw(_fields(definitions, depth))
    return {"type": "array", "maxItems": 20, "items": schema}, [first] * draw(st.integers(1, 12))


@st.composite
def _groups(draw: st.DrawFn, definitions: Json, depth: int) -> Made:
    # Something is always filled in: a group left blank is absent.
    properties: Json = {"always": {"type": "string"}}
    value: Json = {"always": draw(_TEXTS)}
    required = ["always"]
    for name in draw(st.lists(_NAMES, max_size=4, unique=True)):
        properties[name], one = draw(_fields(definitions, depth))
        if draw(st.booleans()):
            required.append(name)
            value[name] = one
        elif draw(st.booleans()):
            value[name] = one
    schema: Json = {"type": "object", "properties": properties, "required": required}
    way = draw(st.integers(0, 4))
    if way == 1:
        schema["dependentRequired"] = {"always": sorted(value)}
    elif way > 1:
        told, more = draw(_in_some_cases(definitions, depth, way))
        schema = {**schema, **told, "properties": {**properties, **told.get("properties", {})}}
        schema["required"] = [*required, *told.get("required", ())]
        value |= more
    return schema, value


@st.composite
def _in_some_cases(draw: st.DrawFn, definitions: Json, depth: int, way: int) -> Made:
    """Make fields that depend on ``kind``: with a condition, or by objects to choose between."""
    (one, left), (other, right) = draw(_fields(definitions, depth)), draw(_fields(definitions, depth))
    kind = draw(st.sampled_from(["l", "r"]))
    more = {"kind": kind, "left": left} if kind == "l" else {"kind": kind, "right": right}
    branches = [
        {"properties": {"kind": {"const": "l"}, "left": one}, "required": ["kind", "left"]},
        {"properties": {"kind": {"enum": ["r"], "title": "右"}, "right": other}, "required": ["kind", "right"]},
    ]
    if way == 2:
        return {"oneOf": branches}, more
    condition = {"properties": {"kind": {"const": "l"}}, "required": ["kind"]}
    control: Json = {"properties": {"kind": {"enum": ["l", "r"]}}, "required": ["kind"]}
    if way == 3:
        said = [{"properties": {"left": one}, "required": ["left"]}, {"properties": {"right": other}, "required": ["right"]}]
        return {**control, "if": condition, "then": said[0], "else": said[1]}, more
    control["properties"] |= {"left": one, "right": other}
    closed = {"then": {"required": ["left"], "properties": {"right": False}}, "else": {"required": ["right"]}}
    return {**control, "allOf": [{"if": condition, **closed}]}, more

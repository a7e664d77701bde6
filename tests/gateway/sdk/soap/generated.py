"""Data for any element that zeep knows: what fits its type, and what does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from zeep import xsd
from zeep.xsd.types.builtins import Base64Binary, NmToken, NonNegativeInteger
from zeep.xsd.types.collection import ListType

_PERCENT, _FEW, _BOOLEANS = st.integers(0, 99), st.integers(0, 3), st.booleans()
_TEXTS = st.text(
    st.one_of(st.sampled_from("&<>\"'\r\n\t ]测試𬱖é0"), st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])), max_size=8
)
_ZONES: st.SearchStrategy[Any] = st.sampled_from([None, UTC, timezone(timedelta(hours=8))])
#: By zeep's class, the special before the general; all others are texts.
_LEAVES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (xsd.Boolean, st.booleans()),
    (NonNegativeInteger, st.integers(0, 255)),
    (xsd.Int, st.integers(-(2**31), 2**31 - 1)),
    (xsd.Integer, st.integers(-(2**70), 2**70)),
    (NmToken, st.text("abc-测.1", min_size=1, max_size=8)),
    (xsd.Double, st.floats(allow_nan=False)),
    (xsd.Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    # zeep writes a year before 1000 in a way that it cannot read
    (xsd.Date, st.dates(min_value=date(1000, 1, 1))),
    (xsd.DateTime, st.datetimes(min_value=datetime(1000, 1, 1), timezones=_ZONES)),  # noqa: DTZ001  # Hypothesis adds the zones
    (Base64Binary, st.binary(max_size=9)),
]
_WRONG = st.sampled_from(
    [
        None,
        "",
        0,
        False,
        "\x00",
        "a\x0bb",
        "\ud800",
        "\ufffe",
        b"x",
        [],
        ["x"],
        [None],
        {},
        {"a": 1},
        ("x",),
        object(),
        "true",
        1.5,
        xsd.Nil,
        xsd.SkipValue,
    ]
)


@st.composite
def values(draw: Any, kind: Any, wrong: int = 0) -> Any:
    """Values of a type as arguments; ``wrong`` is how many in a hundred of them do not fit."""
    return _value(draw, kind, 0, wrong)


def _value(draw: Any, kind: Any, depth: int, wrong: int) -> Any:
    if isinstance(kind, ListType):
        return [_value(draw, kind.item_type, depth, wrong) for _ in range(draw(_FEW))]
    if not isinstance(kind, xsd.ComplexType):
        return draw(next((leaves for known, leaves in _LEAVES if isinstance(kind, known)), _TEXTS))
    made: dict[str, Any] = {}
    is_choice = isinstance(kind._element, xsd.Sequence) and [type(one) for one in kind._element] == [xsd.Choice]
    for name, element in [draw(st.sampled_from(kind.elements))] if is_choice else kind.elements:
        if _now_and_then(draw, wrong):
            made[name] = draw(_WRONG)
        elif (is_choice and not wrong) or not _is_left_out(draw, element, depth):
            made[name] = _occurrences(draw, element, depth + 1, wrong)
        elif element.default is None and draw(_BOOLEANS):
            made[name] = None
    if is_choice and not wrong:  # zeep leaves out of a choice what Python takes for false
        made = {name: value or ("x" if value == "" else 1) for name, value in made.items()}
    made |= _attributes(draw, kind, wrong)
    if _now_and_then(draw, wrong):
        made["unheard_of"] = draw(_WRONG)
    if made and _now_and_then(draw, wrong):
        del made[sorted(made)[draw(_PERCENT) % len(made)]]
    return made


def _attributes(draw: Any, kind: Any, wrong: int) -> dict[str, Any]:
    named = [(name, one) for name, one in kind.attributes if not isinstance(one, xsd.AnyAttribute)]
    given = [(name, one) for name, one in named if one.required or draw(_BOOLEANS)]
    return {name: draw(_WRONG) if _now_and_then(draw, wrong) else _value(draw, one.type, 0, wrong) for name, one in given}


def _is_left_out(draw: Any, element: Any, depth: int) -> bool:
    if element.min_occurs == 0:
        return depth > 1 or draw(_BOOLEANS)
    return element.default is not None and draw(_BOOLEANS)


def _occurrences(draw: Any, element: Any, depth: int, wrong: int) -> Any:
    if element.max_occurs == 1:
        return None if element.nillable and draw(_BOOLEANS) else _value(draw, element.type, depth, wrong)
    number = max(draw(_FEW), element.min_occurs)
    return [
        _value(draw, element.type, depth, wrong)
        for _ in range(number if element.max_occurs == "unbounded" else min(number, element.max_occurs))
    ]


def _now_and_then(draw: Any, percent: int) -> bool:
    return percent > 0 and draw(_PERCENT) < percent

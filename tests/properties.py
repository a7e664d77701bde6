"""``make properties``: the property tests alone, with ``TIMES`` as many examples, different in each run.

A finding is a fault of the code or of the test. Once it is mended, its example is written into the test.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import is_hypothesis_test, settings

#: Seconds that one test may take.
_LIMIT = 3600


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out all other tests, and let the property tests generate more examples."""
    times = int(os.environ.get("TIMES") or 10)
    functions: dict[int, Any] = {}
    properties = []
    for item in items:
        function = getattr(item, "obj", None)
        function = getattr(function, "__func__", function)
        if function is not None and is_hypothesis_test(function):
            properties.append(item)
            item.add_marker(pytest.mark.timeout(_LIMIT))
            functions[id(function)] = function
    for function in functions.values():
        before: settings = getattr(function, "_hypothesis_internal_use_settings", settings())
        given = settings(before, max_examples=before.max_examples * times, derandomize=False, database=None)
        function._hypothesis_internal_use_settings = given  # the decorator settings() keeps them here
    kept = set(properties)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = properties

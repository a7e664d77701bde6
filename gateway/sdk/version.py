"""The SDK's own version, the version that an adapter is written for, and deprecated names.

The version is SemVer 2.0 over the surface that ``docs/adapters/README.md`` lists. It is not the gateway's, which may come out ten times
while adapters need not change.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

#: Raised with every change of the surface, which ``tests/gateway/sdk/surface/<version>.txt`` holds.
VERSION: Final = "1.2.0"

_DECLARED: Final = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


class SdkDeprecated(FutureWarning):
    """The use of a deprecated name by an adapter. Python shows a ``FutureWarning`` to whoever runs the adapter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """A deprecation ``since`` a version that came out on ``day``. The version ``until`` may be without it."""

    since: str
    day: date
    until: str
    instead: str

    @property
    def earliest(self) -> date:
        """Give the day before which ``until`` does not come out: half a year after ``day``."""
        return self.day + timedelta(days=183)

    def __str__(self) -> str:
        return f"is deprecated since SDK {self.since} and may be gone in {self.until}, not before {self.earliest}: {self.instead}"


#: Deprecated names as ``module:name``, and deprecated versions that adapters declare as ``major.minor``.
DEPRECATED: Final[Mapping[str, Deprecation]] = {}


def unfit_version(declared: object) -> str | None:
    """Say why an adapter that declares this SDK version cannot be hosted and what to do, or give None when it can."""
    major, minor = (int(part) for part in VERSION.split(".")[:2])
    match = _DECLARED.fullmatch(declared) if isinstance(declared, str) else None
    if match is None:
        return f'`sdk` must say for which version of the SDK it is written, such as sdk = "{major}.{minor}"'
    theirs = int(match[1]), int(match[2])
    if theirs[0] != major:
        return (
            f"it is written for SDK {declared} and this gateway has {VERSION}: install a version of the plugin for SDK {major}, "
            f"or a gateway with SDK {theirs[0]}"
        )
    if theirs[1] > minor:
        return f"it needs SDK {declared} and this gateway has {VERSION}: update the gateway, or install an earlier version of the plugin"
    return None


def declares(declared: object, major: int, minor: int) -> bool:
    """Tell whether an adapter declares this version of the SDK or a later one."""
    match = _DECLARED.fullmatch(declared) if isinstance(declared, str) else None
    return match is not None and (int(match[1]), int(match[2])) >= (major, minor)


def going(declared: str) -> str | None:
    """Say that the version an adapter declares is deprecated and what to do, or give None when it is not."""
    found = DEPRECATED.get(declared)
    if found is None:
        return None
    return f"SDK {declared}, for which it is written, {found}"


def old_names(module: str, names: Mapping[str, object]) -> Callable[[str], object]:
    """Make the ``__getattr__`` (PEP 562) of a public module for its deprecated ``names``. Each still works, and warns."""

    def get(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        warnings.warn(f"{module}.{name} {DEPRECATED[f'{module}:{name}']}", SdkDeprecated, stacklevel=2)
        return names[name]

    return get

"""The figures of the pages beside their aims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.aims import Aim
from bench.contest import percentile
from bench.pages.browsing import Felt
from bench.pages.consoles import Cost

_KB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured, by page. ``felt`` is None where there is no browser."""

    cases: int
    bytes_sent: Mapping[str, int]
    first_byte_ms: Mapping[str, float]
    felt: Mapping[str, Felt] | None
    watched: str
    consoles: int
    cost: Cost


def aims(measured: Measured) -> Iterator[Aim]:
    """Give a line for each page and figure, and two for the consoles."""
    for path, sent in measured.bytes_sent.items():
        yield Aim(what=f"`{path}`: first view, as sent", wanted="40 KB or less", came=f"{sent / _KB:.1f} KB", reached=sent <= 40 * _KB)
    for path, took in measured.first_byte_ms.items():
        what = f"`{path}`: first byte at {measured.cases:,} cases, p95"
        yield Aim(what=what, wanted="50 ms or less", came=f"{took:.1f} ms", reached=took <= 50)
    if measured.felt is None:
        yield Aim(what="layout shift and presses", wanted="0 and 100 ms", came="not measured: no chromium", reached=None)
    for path, felt in (measured.felt or {}).items():
        yield Aim(what=f"`{path}`: layout shift (CLS)", wanted="0", came=f"{felt.shift:.4f}", reached=felt.shift == 0)
        came = f"{felt.delay_ms:.0f} ms" if felt.delay_ms else "under 16 ms"
        yield Aim(what=f"`{path}`: a press until it shows (INP)", wanted="100 ms or less", came=came, reached=felt.delay_ms <= 100)
    cost, open_ones = measured.cost, f"{measured.consoles} consoles of as many people on `{measured.watched}`"
    share = cost.beside.per_second / cost.without.per_second
    came = f"{share:.3f} ({cost.beside.per_second:.0f} of {cost.without.per_second:.0f} a second)"
    yield Aim(what=f"{open_ones}: throughput, of that without", wanted="0.95 or more", came=came, reached=share >= 0.95)
    busy = (cost.beside.cpu_ms - cost.without.cpu_ms) * cost.beside.per_second / 1000
    came = f"{busy:.3f} ({cost.beside.cpu_ms:.2f} ms a case, {cost.without.cpu_ms:.2f} ms without)"
    yield Aim(what=f"{open_ones}: their CPU, of a core", wanted="0.05 or less", came=came, reached=busy <= 0.05)
    if cost.seen is None:
        yield Aim(what=f"{open_ones}: a filing is seen", wanted="1 s or less", came="it does not show there", reached=None)
    else:
        most, slowest = percentile(cost.seen, 95), 1000 * max(cost.seen)
        yield Aim(
            what=f"{open_ones}: a filing is seen after its answer, p95 (slowest)",
            wanted="1 s or less",
            came=f"{most / 1000:.2f} s ({slowest / 1000:.2f} s)",
            reached=most <= 1000,
        )

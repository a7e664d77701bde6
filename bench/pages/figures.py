"""The figures of the pages beside their aims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.aims import Aim
from bench.contest import percentile
from bench.pages.boards import DAY, Day
from bench.pages.browsing import Felt
from bench.pages.consoles import Cost
from bench.pages.drawing import FIELDS, Drawn

_KB, _MB = 1024, 1024 * 1024
#: What a day may leave behind in a screen's browser and in the gateway and still count as flat: each is far below a part for each picture.
_NODES, _HEAP, _GATEWAY = 50, 200 * _KB, 4 * _MB


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
    drawn: Drawn
    board: Day


def aims(measured: Measured) -> Iterator[Aim]:
    """Give a line for each page and figure, and those for the form, the screen and the consoles."""
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
    yield from _drawn(measured.drawn)
    yield from _board(measured.board)
    yield from _consoles(measured)


def _drawn(took: Drawn) -> Iterator[Aim]:
    came = f"{took.p95_ms:.1f} ms ({took.median_ms:.1f} ms)"
    yield Aim(what=f"a form of {FIELDS} fields drawn, CPU, p95 (median)", wanted="30 ms or less", came=came, reached=took.p95_ms <= 30)


def _board(day: Day) -> Iterator[Aim]:
    what = f"`/board/{{screen}}` over {day.pictures:,} pictures ({DAY:,} are a day)"
    if day.shown is None:
        yield Aim(what=f"{what}: its browser", wanted="as it was", came="not measured: no chromium", reached=None)
    else:
        before, after = day.shown
        nodes, heap = f"{before.nodes:,} → {after.nodes:,}", f"{before.heap / _KB:,.0f} → {after.heap / _KB:,.0f} KB"
        yield Aim(what=f"{what}: nodes", wanted=f"{_NODES} more at most", came=nodes, reached=after.nodes - before.nodes <= _NODES)
        wanted = f"{_HEAP // _KB} KB more at most"
        yield Aim(what=f"{what}: its browser's heap", wanted=wanted, came=heap, reached=after.heap - before.heap <= _HEAP)
    first, last = day.drawn
    came, wanted = f"{first / _MB:.1f} → {last / _MB:.1f} MB", f"{_GATEWAY // _MB} MB more at most"
    yield Aim(what=f"{what}: the gateway's memory", wanted=wanted, came=came, reached=last - first <= _GATEWAY)


def _consoles(measured: Measured) -> Iterator[Aim]:
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

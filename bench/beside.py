"""``python -m bench --beside COMMIT``: this code and that of a commit before, in turns with the bare calls, in one run."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from bench.contest import AT_ONCE, SAMPLE, Place, Round, bare, departments, gateway, serving
from bench.page import figures_of, machine, table_of

_GIT = shutil.which("git") or "git"
ROOT = Path(__file__).parents[1]
#: Applications that are filed while every department is paused.
_FILED = 2_000


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Give a folder with the code of that commit, as long as the context lasts. Raises ``CalledProcessError`` if there is none."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "then"
        subprocess.run([_GIT, "worktree", "add", "--quiet", "--detach", place, commit], cwd=ROOT, check=True)
        try:
            yield place
        finally:
            subprocess.run([_GIT, "worktree", "remove", "--force", place], cwd=ROOT, check=True)


async def _filed_a_second(place: Place, names: Sequence[str]) -> float:
    """File while every department is paused, and give the applications a second."""
    connector, base = aiohttp.TCPConnector(limit=0), f"http://127.0.0.1:{place.port}"
    async with aiohttp.ClientSession(base, connector=connector, headers={"Content-Type": "application/json"}) as session:

        async def ask(method: str, path: str, body: bytes, key: str, **headers: str) -> None:
            async with session.request(method, path, data=body, headers={"Authorization": f"Bearer {key}", **headers}) as answer:
                if answer.status >= 300:
                    raise RuntimeError(f"{path}: {answer.status}: {await answer.text()}")

        for name in names:
            await ask("PATCH", f"/v1/departments/{name}", b'{"paused": true, "reason": "bench"}', place.operator)

        async def several(numbers: Iterator[int]) -> None:
            for number in numbers:
                await ask("POST", "/v1/applications", SAMPLE, place.key, **{"Idempotency-Key": f"filed-{number}"})

        await several(iter(range(-AT_ONCE, 0)))
        numbers, began = iter(range(_FILED)), time.perf_counter()
        await asyncio.gather(*(several(numbers) for _ in range(AT_ONCE)))
        return _FILED / (time.perf_counter() - began)


def filed(stubs: int, at: Path | None = None) -> float:
    """Measure filing alone, of this code or of that in the folder ``at``."""
    with serving(stubs, at=at) as (place, _):
        return asyncio.run(_filed_a_second(place, [f"stub_{number}" for number in range(1, 6)]))


def told(rounds: Mapping[str, Sequence[Round]], filings: Mapping[str, Sequence[float]]) -> str:
    """Write the table of both, and the gain: medians over the rounds of what each round's two came to."""
    figures = figures_of(rounds)
    now, then = (name for name in rounds if name != "bare")
    gains = {
        "throughput": [one.per_second / other.per_second for one, other in zip(rounds[now], rounds[then], strict=True)],
        "CPU an application": [one.cpu_ms / other.cpu_ms for one, other in zip(rounds[now], rounds[then], strict=True)],
        "filing alone": [one / other for one, other in zip(filings[now], filings[then], strict=True)],
    }
    lines = [machine(), "", *table_of(figures), ""]
    lines += [f"filing alone, {name}: {statistics.median(of):.0f} a second" for name, of in filings.items()]
    lines += [f"{what}, {now}, of {then}: {statistics.median(of):.2f} ({min(of):.2f} to {max(of):.2f})" for what, of in gains.items()]
    return "\n".join(lines)


def main(commit: str, number: int) -> None:
    """Measure in turns, ``number`` rounds, and print."""
    now, then = "gateway", f"gateway at {commit}"
    rounds: dict[str, list[Round]] = {"bare": [], now: [], then: []}
    filings: dict[str, list[float]] = {now: [], then: []}
    with checked_out(commit) as place, departments({1}) as stubs:
        for one in range(number):
            rounds["bare"].append(bare(stubs))
            for name, at in ((now, None), (then, place)):
                rounds[name].append(gateway(stubs, at=at))
                filings[name].append(filed(stubs, at))
            print(f"round {one + 1} of {number} done", file=sys.stderr)
    print(told(rounds, filings))

"""``make fuzz``: COUNT generated requests (50,000) from SEED (1) to a gateway with its sandboxes, as every role. Exits 1 on a finding.

A finding is an answer that the document does not have, a 5xx other than a 503 with a time to come again, a refused request that the
document allows, or a callback of the event loop that took over 100 ms of its thread's CPU.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.run import Report, run


def main() -> None:
    """Run, print the findings, exit with the result."""
    count, seed = int(os.environ.get("COUNT") or 50_000), int(os.environ.get("SEED") or 1)
    with tempfile.TemporaryDirectory() as folder:
        try:
            report = run(Path(folder), count=count, seed=seed)
        except subprocess.CalledProcessError as error:
            sys.exit(f"the generated requests could not be made: {error.stderr or error}")
    sys.stdout.write(told(report, seed) + "\n")
    sys.exit(1 if report.findings else 0)


def told(report: Report, seed: int) -> str:
    """Write a report for people: the figures, then each finding with one request that shows it."""
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(report.statuses.items()))
    lines = [
        f"seed {seed}: {report.requests} requests ({statuses})",
        f"longest callback: {report.longest_ms:.0f} ms of its thread's CPU",
        f"findings: {len(report.findings)}",
        *(json.dumps(finding, ensure_ascii=False, indent=2) for finding in report.findings),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

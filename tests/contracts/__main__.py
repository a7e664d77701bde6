"""``make contracts``: COUNT (500) random contracts from SEED (1) are generated from, imported and called. Exits 1 on a finding.

A finding is a traceback, a refusal without its place, a project that cannot be imported, one whose sandbox refuses its samples or whose own
tests fail without warning, and an error of ``mypy --strict``. FOLDER keeps the projects.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.contracts.run import Report, run


def main() -> None:
    """Run, print the findings, exit with the result."""
    count, seed, tested = (int(os.environ.get(name) or usual) for name, usual in (("COUNT", 500), ("SEED", 1), ("TESTED", 20)))
    kept = os.environ.get("FOLDER")
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(kept or folder), count=count, seed=seed, tested=tested, typed=os.environ.get("TYPED") != "0")
    sys.stdout.write(told(report, count, seed) + "\n")
    sys.exit(1 if report.findings else 0)


def told(report: Report, count: int, seed: int) -> str:
    """Write a report for people: the figures, then each finding."""
    ends = "".join(f"\n{times:>6}  {end}" for end, times in sorted(report.ends.items()))
    findings = "".join(f"\ncontract {number}:\n  " + "\n  ".join(what) for number, what in sorted(report.findings.items()))
    return f"seed {seed}: {count} contracts{ends}\ncontracts with findings: {len(report.findings)}{findings}"


if __name__ == "__main__":
    main()

"""``python -m tests.faults``: the full run, see full_run.py."""

from __future__ import annotations

import sys

from tests.faults.full_run import main

if __name__ == "__main__":
    sys.exit(main())

"""The writer of docs/performance.md. Each bench command records its figures, so that a run of one keeps the others' sections."""

from __future__ import annotations

from pathlib import Path

import orjson

from bench import page
from bench.page import DOCS
from bench.peers import section

_HEAD = """\
# Performance · 性能

<!-- Made by `make bench` and `make bench-peers` (bench/): change nothing here by hand. -->

"""

#: Parts of the first section that an earlier run may lack, with their names.
_PARTS = {
    "soap": "SOAP departments",
    "nodes": "two nodes",
    "backlog": "a backlog of 1,000,000 deliveries, filing alone",
    "counted": "what an application writes and keeps",
}


def write_page(docs: Path = DOCS) -> None:
    """Write the page from the figures that exist."""
    own, peers = docs / "performance.json", docs / "performance-peers.json"
    text, missing = _HEAD, list(_PARTS.values())
    if own.exists():
        recorded = orjson.loads(own.read_bytes())
        text += page.section(recorded)
        missing = [what for part, what in _PARTS.items() if part not in recorded]
    if peers.exists():
        text += section.section(orjson.loads(peers.read_bytes()))
    else:
        missing.append("other engines beside this one (`make bench-peers`)")
    if missing:
        text += f"\n## Not measured yet · 尚未测量\n\n{'; '.join(missing)}.\n"
    (docs / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_page()

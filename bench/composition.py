"""docs/performance.md, made from what each command of the bench has recorded: one command's figures stay when another writes its own."""

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

_NOT_YET = """
## Not measured yet · 尚未测量

SOAP departments, filing alone, a backlog of 1,000,000 deliveries, two nodes{and_peers}.
"""


def write_page(docs: Path = DOCS) -> None:
    """Write the page from the figures that are there."""
    own, peers = docs / "performance.json", docs / "performance-peers.json"
    text = _HEAD
    if own.exists():
        text += page.section(orjson.loads(own.read_bytes()))
    if peers.exists():
        text += section.section(orjson.loads(peers.read_bytes()))
    and_peers = "" if peers.exists() else ", and other engines beside this one (`make bench-peers`)"
    (docs / "performance.md").write_text(text + _NOT_YET.format(and_peers=and_peers), encoding="utf-8")


if __name__ == "__main__":
    write_page()

"""``make shape``: print the figures of the house. Exits 1 when one is beyond its limit."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from docs.shape.figures import FIGURES, LIMITS, Limits, measure
from docs.shape.sources import House


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="make shape", description="Measure the shape of gateway/ against its limits.")
    parser.add_argument("--ratchet", action="store_true", help="lower the limits to what is measured")
    parser.add_argument("--places", choices=[figure.name for figure in FIGURES], help="print the places that make one figure instead")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[2], help="of another tree of this repository")
    parser.add_argument("--limits", type=Path, default=LIMITS, help="a file of other limits")
    given = parser.parse_args(arguments)
    house = House(given.root.resolve())
    if given.places:
        figure = next(figure for figure in FIGURES if figure.name == given.places)
        print("\n".join(figure.measure(house).places))
        return 0
    limits, found = Limits.read(given.limits), measure(house)
    if given.ratchet:
        limits = limits.lowered(found)
        limits.write(given.limits)
    print("\n".join(limits.table(found)))
    if broken := limits.broken(found):
        print(f"beyond the limit: {', '.join(broken)}; make shape PLACES=<name> shows where", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

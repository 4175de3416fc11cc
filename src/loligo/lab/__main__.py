"""``python -m loligo.lab`` is used by the build: it prints the script of all membranes, or ships them."""

import sys

from loligo.lab.assembly import described_offer, script
from loligo.lab.bundle import ship


def main(arguments: list[str]) -> None:
    """Write membranes and diagrams beside the built page (``--ship``), or print their script for `npm run dev`."""
    if arguments == ["--ship"]:
        ship(described_offer)
    else:
        sys.stdout.write(script())


if __name__ == "__main__":
    main(sys.argv[1:])

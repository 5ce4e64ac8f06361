"""``python -m arena``: the command `arena` of this interpreter."""

from __future__ import annotations

import sys

from arena.cli.main import run

if __name__ == "__main__":
    sys.exit(run())

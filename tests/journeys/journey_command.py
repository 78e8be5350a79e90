"""The command run in this process with everything it says kept, for a whole story and not for one test."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from tieline.command import main


class Said(NamedTuple):
    """How a command ended and what it said."""

    words: tuple[str, ...]
    code: int
    out: bytes
    err: str


def tieline(config: Path, *words: str) -> Said:
    """Run `tieline WORDS --config CONFIG`."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
    argv = ["tieline", *words, "--config", str(config)]
    with patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Said(words, code, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]

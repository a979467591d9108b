"""What a terminal is told, and in which letters.

Law: no character of ours ends a command: where the locale says nothing (C, POSIX) the letters are
UTF-8, as Python itself chooses, and what another encoding lacks is written as its code. Imported
before matplotlib, whose notes on its own folders and fonts are for those who program with it.
"""

from __future__ import annotations

import codecs
import io
import logging
import os
import sys

logging.getLogger("matplotlib").setLevel(logging.ERROR)


def prepare() -> None:
    """Make standard output and error take every character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            bare = codecs.lookup(stream.encoding).name == "ascii"
            chosen = "PYTHONIOENCODING" in os.environ
            encoding = "utf-8" if bare and not chosen else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")

"""`python -m symnn` is the command line."""

import sys

from symnn.cli import main

if __name__ == "__main__":
    sys.exit(main())

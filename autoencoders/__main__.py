"""The command line: ``python -m autoencoders VERB``."""

import sys

from autoencoders.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m service`: the command line."""

import sys

from service import cli


def main() -> int:
    """Run the command line with the process's arguments."""
    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

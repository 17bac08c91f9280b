"""Run the command line as `python -m ogpld`."""

from ogpld.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

"""The command line: thin, prints and exits (docs/contract.md#command-line).

Exit codes: 0 done, 1 findings or refused, 2 usage, 75 another publisher holds the lock.
"""

from ogpld.cli.main import main

__all__ = ["main"]

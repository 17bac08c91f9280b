"""Run a notebook from its first cell to its last, in a process of its own, and print what it printed.

Run by the environment of notebooks with the path of one. Nothing is written to it.
"""

from __future__ import annotations

import sys

import nbformat
from nbclient import NotebookClient


def main(path: str) -> None:
    """Run it; a cell that fails is an error."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=240).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            sys.stdout.write(output.get("text", ""))


if __name__ == "__main__":
    main(sys.argv[1])

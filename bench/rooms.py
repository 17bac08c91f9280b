"""Not speed: how the package is laid out. Rooms, floors and arrows of `web/`, and lines per package.

    python bench/rooms.py [CHECKOUT]

A room is what stands directly in a package: a module, or a package below it. An arrow leads from a room
to another one that it imports; a room stands one floor above the highest room it imports.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path


def imported(file: Path, package: str) -> Iterator[str]:
    """Yield the rooms of a package that a file imports, `ogpld.web` for instance."""
    prefix = f"{package}."
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith(prefix):
                yield name.removeprefix(prefix).partition(".")[0]


def rooms(folder: Path, package: str) -> dict[str, set[str]]:
    """Return the rooms of a package, each with the rooms it imports."""
    graph: dict[str, set[str]] = {}
    for file in sorted(folder.rglob("*.py")):
        room = file.relative_to(folder).with_suffix("").parts[0]
        if room != "__init__":
            graph.setdefault(room, set()).update(imported(file, package))
    return {room: (targets & graph.keys()) - {room} for room, targets in graph.items()}


def floors(graph: dict[str, set[str]]) -> int:
    """Return the number of floors; a circle of imports raises `graphlib.CycleError`."""
    floor: dict[str, int] = {}
    for room in TopologicalSorter(graph).static_order():
        floor[room] = 1 + max((floor[below] for below in graph[room]), default=0)
    return max(floor.values(), default=0)


def main(checkout: Path) -> None:
    """Print the figures of a checkout."""
    root = checkout / "ogpld"
    graph = rooms(root / "web", "ogpld.web")
    arrows = sum(len(targets) for targets in graph.values())
    files = len(list((root / "web").rglob("*.py")))
    print(f"web: {files} files, {len(graph)} rooms on {floors(graph)} floors, {arrows} arrows\n")
    print(f"{'package':<12}{'files':>6}{'lines':>8}{'median':>8}{'longest':>9}")
    for package in [*sorted(p.parent for p in root.glob("*/__init__.py")), root]:
        listing = package.glob("*.py") if package == root else package.rglob("*.py")
        lines = [len(file.read_text(encoding="utf-8").splitlines()) for file in listing]
        name = "(itself)" if package == root else package.name
        median = round(statistics.median(lines))
        print(f"{name:<12}{len(lines):>6}{sum(lines):>8}{median:>8}{max(lines):>9}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent.parent)

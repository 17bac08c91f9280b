"""Map the rows of units at the workers of a cluster.

Units are independent: what a unit says depends on its own rows, the mapping and the model. A worker is sent
the inputs once, opens them as this process did, and maps one lot of units after another. In processes of
this machine units are not mapped: their statements take as long to be handed back as to be made.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import threading
import weakref
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ogpld.config import Settings
from ogpld.errors import SourceError
from ogpld.executors import BuildExecutor
from ogpld.pipeline.inputs import Inputs, Opened, input_digests, open_inputs
from ogpld.pipeline.progress import Progress
from ogpld.sources.units import OpenSource, UnitOutcome

#: Rows from which units are mapped elsewhere.
_LARGE = 1_000
#: Lots of units for each worker: some take longer than others, and one that is lost is done again.
_LOTS = 8
_OPENING = threading.Lock()
#: Name of a source and names of units of it.
Lot = tuple[str, tuple[str, ...]]


class InputCopy:
    """Inputs that can be sent: the files, and where they stand.

    Args:
        inputs: where to read from.
        settings: base IRI and licence.
    """

    def __init__(self, inputs: Inputs, settings: Settings) -> None:
        self.inputs, self.settings = inputs, settings
        self._digests = input_digests(inputs, settings)

    @cached_property
    def sources(self) -> dict[str, OpenSource]:
        """The sources by name, opened when they are first needed."""
        opened = open_inputs(self.inputs, self.settings, Progress(io.StringIO()))
        return {source.source.name: source for source in opened.sources}

    def __getstate__(self) -> dict[str, Any]:
        """Return the content of all files by a path of their own.

        Raises:
            SourceError: when a file was changed since the inputs were opened.
        """
        if input_digests(self.inputs, self.settings) != self._digests:
            raise SourceError("an input was changed while it was read", hint="build again")
        folders = {
            "data": self.inputs.data,
            "ontology": self.inputs.ontology,
            "shapes": self.inputs.shapes,
        }
        files = {
            f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for name, folder in folders.items()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        given = {name: (path.name, path.read_bytes()) for name, path in self.inputs.files.items()}
        return {"files": files, "given": given, "settings": self.settings, "digests": self._digests}

    def __setstate__(self, state: dict[str, Any]) -> None:
        folder = Path(tempfile.mkdtemp(prefix="ogpld-inputs-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        for name, content in state["files"].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        given: dict[str, Path] = {}
        for name, (file, content) in state["given"].items():
            given[name] = folder / "given" / name / file
            given[name].parent.mkdir(parents=True)
            given[name].write_bytes(content)
        self.inputs = Inputs(folder / "data", given, folder / "ontology", folder / "shapes")
        self.settings, self._digests = state["settings"], state["digests"]


def map_lot(copy: InputCopy, lot: Lot) -> list[UnitOutcome]:
    """Return what the rows of some units say."""
    name, units = lot
    with _OPENING:  # a worker may run several lots at once
        _ = copy.sources
    return [copy.sources[name].map_rows(unit) for unit in units]


def mapped_elsewhere(
    opened: Opened, settings: Settings, progress: Progress, executor: BuildExecutor
) -> dict[str, dict[str, UnitOutcome]]:
    """Return what units say that are mapped at a cluster, by source and unit; none without one.

    Args:
        opened: the sources.
        settings: base IRI and licence.
        progress: where to report the step.
        executor: where.

    Raises:
        SourceError: as `OpenSource.map`.
        BuildWorkerError: as the executor raises it.
    """
    rows = sum(len(unit.rows) for source in opened.sources for unit in source.units.values())
    if not executor.remote or rows < _LARGE:
        return {}
    lots = list(_lots(opened.sources, rows // (executor.jobs * _LOTS)))
    progress.step("mapping at the cluster", len(lots))
    outcomes: dict[str, dict[str, UnitOutcome]] = {}
    results = executor.map(map_lot, InputCopy(opened.inputs, settings), lots)
    for (name, units), result in zip(lots, results, strict=True):
        outcomes.setdefault(name, {}).update(zip(units, result, strict=True))
        progress.tick()
    return outcomes


def _lots(sources: Sequence[OpenSource], most: int) -> list[Lot]:
    """Return the units of sources in lots of about so many rows."""
    lots: list[Lot] = []
    for source in sources:
        names: list[str] = []
        rows = 0
        for name, unit in source.units.items():
            names.append(name)
            rows += len(unit.rows)
            if rows > most:
                lots.append((source.source.name, tuple(names)))
                names, rows = [], 0
        if names:
            lots.append((source.source.name, tuple(names)))
    return lots

"""What a build reads: folders and files, their digests, and the sources in them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from ogpld import __version__
from ogpld.claims.claim_table import TABLE, Claim, read_claims
from ogpld.config import Settings
from ogpld.errors import SourceError, Where
from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.paths import shipped
from ogpld.pipeline.progress import Progress
from ogpld.sources.ledger import Ledger, read_ledger
from ogpld.sources.linkset_table import LinksetRow, read_linksets
from ogpld.sources.mapper import open_source
from ogpld.sources.names import SourceNames
from ogpld.sources.reconciliation import read_reconciliation
from ogpld.sources.source_description import Source, read_source
from ogpld.sources.spellings import Spellings
from ogpld.sources.units import OpenSource
from ogpld.sources.withheld import WithheldCells


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where a build reads from.

    Attributes:
        data: folder with `sources/`, `reconciliation/`, `identity.csv` and `linksets.csv`.
        files: files to read in place of a source's own table, by source name.
        ontology: the ontology folder.
        shapes: the shapes folder.
    """

    data: Path = field(default_factory=lambda: shipped("data"))
    files: dict[str, Path] = field(default_factory=dict)
    ontology: Path = field(default_factory=lambda: shipped("ontology"))
    shapes: Path = field(default_factory=lambda: shipped("shapes"))

    @property
    def sources(self) -> Path:
        """The folder of source folders."""
        return self.data / "sources"

    @property
    def claims(self) -> Path:
        """The folder of claims, a source of its own with queries beside its table; it may be missing."""
        return self.data / "claims"


def input_digests(inputs: Inputs, settings: Settings) -> dict[str, str]:
    """Return sha256 by name of everything a build depends on."""
    digests = {"base_iri": settings.base_iri, "licence": settings.licence, "software": __version__}
    folders = {
        "ontology": inputs.ontology,
        "shapes": inputs.shapes,
        "sources": inputs.sources,
        "claims": inputs.claims,
        "reconciliation": inputs.data / "reconciliation",
    }
    for name, folder in folders.items():
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            digests[f"{name}/{path.relative_to(folder).as_posix()}"] = digest
    for name, path in (
        ("identity.csv", inputs.data / "identity.csv"),
        ("linksets.csv", inputs.data / "linksets.csv"),
        *((f"input/{n}", p) for n, p in inputs.files.items()),
    ):
        if path.is_file():
            digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


def digest_of(digests: dict[str, str]) -> str:
    """Return one digest over the digests of all inputs."""
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Opened:
    """Inputs that were read, nothing mapped yet."""

    inputs: Inputs
    iris: Iris
    model: Model
    ledger: Ledger
    sources: list[OpenSource]
    claims: list[Claim]
    linksets: dict[str, LinksetRow]

    @property
    def withheld(self) -> WithheldCells:
        """The cells of all sources that are not published; findings do not repeat them."""
        cells = WithheldCells()
        for source in self.sources:
            cells.take(source.withheld)
        return cells

    def deciding(self, digests: dict[str, str]) -> str:
        """Return a digest over all inputs but the rows of tables.

        Where it is the same, the same rows make the same statements.
        """
        rows = {f"sources/{s.source.name}/fixes.csv" for s in self.sources}
        rows |= {f"sources/{s.source.name}/{t.file}" for s in self.sources for t in s.source.tables}
        deciding = {
            name: digest
            for name, digest in digests.items()
            if name not in rows and not name.startswith("input/")
        }
        return digest_of({**deciding, "opened": " ".join(s.source.name for s in self.sources)})


def open_inputs(inputs: Inputs, settings: Settings, progress: Progress) -> Opened:
    """Read model, ledger and the tables of every source.

    Raises:
        SourceError: for a source that cannot be read at all.
        ModelError: for a broken model.
    """
    progress.step("reading the model")
    model = load_model(inputs.ontology, inputs.shapes)
    iris = Iris(settings.base_iri)
    ledger = read_ledger(inputs.data / "identity.csv")
    claims = read_claims(inputs.claims / TABLE)
    linksets = read_linksets(inputs.data / "linksets.csv")
    sources = open_sources(inputs, model, iris, ledger, progress)
    return Opened(inputs, iris, model, ledger, sources, claims, linksets)


def open_sources(
    inputs: Inputs, model: Model, iris: Iris, ledger: Ledger, progress: Progress
) -> list[OpenSource]:
    """Read the tables of every source folder, in order of name.

    Raises:
        SourceError: for a source that cannot be read, or files for sources that do not exist.
    """
    folders = sorted(p for p in inputs.sources.glob("*") if p.is_dir())
    if not folders:
        raise SourceError(
            "there are no sources", where=Where(str(inputs.sources)), hint="see data/README.md"
        )
    if inputs.claims.is_dir():
        folders.append(inputs.claims)
    reconciliation = read_reconciliation(inputs.data / "reconciliation")
    sources = [read_source(folder) for folder in folders]
    unknown = set(inputs.files) - {s.name for s in sources}
    if unknown:
        raise SourceError(
            f"--input names the unknown source {min(unknown)!r}",
            hint=f"sources: {', '.join(s.name for s in sources)}",
        )
    opened_sources = []
    for source in sources:
        if source.given and source.name not in inputs.files:
            continue
        progress.step(f"reading {source.name}")
        replaced = _replaced(source, inputs.files.get(source.name))
        opened_sources.append(open_source(source, model, iris, reconciliation, ledger, replaced))
    names = SourceNames()
    for opened in opened_sources:
        names.join(opened.names)
    spellings = Spellings()
    for opened in opened_sources:
        opened.problems += spellings.take(opened.spellings)
    return opened_sources


def _replaced(source: Source, file: Path | None) -> dict[str, Path]:
    if file is None:
        return {}
    if len(source.tables) != 1:
        raise SourceError(
            f"--input {source.name}: the source has several tables",
            hint="put the files into a copy of the source folder and use --sources",
        )
    return {source.tables[0].file: file}

"""Engines of others as processes: started empty, filled by a push, ended.

Each needs its counterpart (`support/programs.py`): `oxigraph-server`, `fuseki`, `virtuoso`, `rdf4j`.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from ogpld.pipeline.progress import Progress
from ogpld.pipeline.push.push_parts import parts_of
from ogpld.pipeline.push.push_release import Push, Pushed
from ogpld.release import Manifest, Release, ReleaseStore
from ogpld.stores.limits import Limits
from ogpld.stores.remote.remote_store import RemoteStore
from ogpld.stores.remote.store_address import Credentials, StoreAddress
from support.programs import FOLDER, demand, java
from support.running import free_port, wait_for
from support.sample_store import BASE, LIMITS
from support.store_contract import HIDDEN, QUADS, contract_data

RESULTS = "application/sparql-results+json"
_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = .
NumberOfBuffers = 4000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 400
MaxQueryExecutionTime = 60
"""
_JAVA = ("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
#: A repository of RDF4J in memory, without inference.
_REPOSITORY = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
[] a rep:Repository ; rep:repositoryID "ogpld" ; rdfs:label "ogpld" ; rep:repositoryImpl [
  rep:repositoryType "openrdf:SailRepository" ;
  sr:sailImpl [ sail:sailType "openrdf:MemoryStore" ] ] .
"""
#: An engine that is ended may take a while for the next query.
_LIMITS = replace(LIMITS, deadline=5.0)
#: What Debian's Virtuoso lets its first user in with.
_VIRTUOSO = Credentials("dba", "dba")
#: Rows that the Virtuoso of the tests gives at most.
VIRTUOSO_ROWS = 1_000


@dataclass(frozen=True)
class Engine:
    """A running engine.

    Attributes:
        name: `oxigraph-server`, `fuseki`, `virtuoso` or `rdf4j`.
        address: where it is asked, as a push is told.
        process: what runs.
        credentials: with which it lets writes in.
    """

    name: str
    address: str
    process: subprocess.Popen[bytes]
    credentials: Credentials | None = None

    def store(self, release: Release, limits: Limits = _LIMITS) -> RemoteStore:
        """Return a store over a release that the engine holds, or will."""
        manifest = release.manifest
        return RemoteStore(
            StoreAddress.read(self.address),
            manifest.base_iri,
            manifest.digest,
            limits=limits,
            credentials=self.credentials,
            hidden_graphs=release.hidden_graphs,
        )

    def push(self, release: Release, releases: ReleaseStore | None = None) -> Pushed:
        """Load a release into the engine."""
        store = self.store(release)
        try:
            parts = parts_of(release, store.site)
            return Push(store, release, parts, Progress(io.StringIO()), releases).run()
        finally:
            store.close()


def contract_release(folder: Path, lines: str = "", number: int = 1) -> Release:
    """Return a release over the data of the contract, or over other lines, with a digest of its own."""
    text = lines or contract_data()
    digest = f"{number:02}" * 32
    path = folder / f"{number}-{digest[:12]}"
    path.mkdir(parents=True)
    (path / "data.nq.gz").write_bytes(gzip.compress(text.encode()))
    time = "2026-01-01T00:00:00+00:00"
    quads = text.count("\n")
    manifest = Manifest(number, digest, BASE, quads, 5, {}, {}, {}, "", {}, None, time, 1, {})
    release = Release(path, manifest)
    assert release.hidden_graphs == (HIDDEN,)
    assert lines or quads == len(QUADS)
    return release


@contextmanager
def _running(
    name: str,
    command: Sequence[str | Path],
    folder: Path,
    address: str,
    credentials: Credentials | None = None,
) -> Iterator[Engine]:
    def answers() -> bool:
        fields, headers = {"query": "ASK {}"}, {"Accept": RESULTS}
        assert process.poll() is None, (folder / "engine.log").read_text()
        try:
            response = requests.post(
                StoreAddress.read(address).query, data=fields, headers=headers, timeout=5
            )
        except (requests.ConnectionError, requests.Timeout):
            return False
        return response.status_code == 200

    with (folder / "engine.log").open("ab") as log:
        environment = {**os.environ, "FUSEKI_BASE": str(folder)}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
    try:
        wait_for(answers, 60)
        yield Engine(name, address, process, credentials)
    finally:
        process.kill()
        process.wait()


@contextmanager
def oxigraph(folder: Path, port: int = 0) -> Iterator[Engine]:
    """Oxigraph's own server."""
    program = FOLDER / "clients/bin/oxigraph"
    demand("oxigraph-server", there=program.exists(), lacking="run make counterparts")
    bind = f"127.0.0.1:{port or free_port()}"
    command = [str(program), "serve", "--location", str(folder / "store"), "--bind", bind]
    with _running("oxigraph-server", command, folder, f"http://{bind}/query") as engine:
        yield engine


@contextmanager
def jena(folder: Path, port: int = 0, *, disk: bool = False) -> Iterator[Engine]:
    """Apache Jena Fuseki, in memory or on disk (TDB2)."""
    (program, archive), port = java("fuseki", "jena-fuseki-server.jar"), port or free_port()
    command = [program, *_JAVA, "-jar", archive, "--port", str(port), "--localhost", "--update"]
    (folder / "data").mkdir(exist_ok=True)
    command += ["--tdb2", "--loc", str(folder / "data"), "/ds"] if disk else ["--mem", "/ds"]
    with _running("fuseki", command, folder, f"http://127.0.0.1:{port}/ds/query") as engine:
        yield engine


@contextmanager
def virtuoso(folder: Path, rows: int = VIRTUOSO_ROWS, port: int = 0) -> Iterator[Engine]:
    """Virtuoso 7."""
    program = shutil.which("virtuoso-t") or ""
    demand("virtuoso", there=bool(program), lacking="install Debian's virtuoso-opensource-7")
    port, file = port or free_port(), folder / "virtuoso.ini"
    (folder / "virtuoso.lck").unlink(missing_ok=True)  # of one that was killed
    file.write_text(_INI.format(folder=folder, port=port, sql=free_port(), rows=rows))
    command = [program, "+foreground", "+configfile", str(file)]
    address = f"http://127.0.0.1:{port}/sparql"
    with _running("virtuoso", command, folder, address, _VIRTUOSO) as engine:
        yield engine


@contextmanager
def rdf4j(folder: Path) -> Iterator[Engine]:
    """RDF4J's server with one repository in memory."""
    program, jetty, war = java("rdf4j", "jetty-runner.jar", "rdf4j-http-server.war")
    port, repository = free_port(), folder / "server/repositories/ogpld"
    repository.mkdir(parents=True)
    (repository / "config.ttl").write_text(_REPOSITORY)
    command = [program, *_JAVA, f"-Dorg.eclipse.rdf4j.appdata.basedir={folder}", "-jar", jetty]
    command += ["--host", "127.0.0.1", "--port", str(port), "--path", "/rdf4j-server", war]
    root = f"http://127.0.0.1:{port}/rdf4j-server/repositories/ogpld"
    address = f"{root},{root}/rdf-graphs/service,{root}/statements"
    with _running("rdf4j", command, folder, address) as engine:
        yield engine


ENGINES: dict[str, Callable[[Path], object]] = {
    "oxigraph-server": oxigraph,
    "fuseki": jena,
    "virtuoso": virtuoso,
    "rdf4j": rdf4j,
}

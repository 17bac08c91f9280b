"""A whole CKAN harvests our catalogue release after release, and stores what changed and nothing else.

`make harvest` shows its figures. CKAN's own figure `updated` counts every data set it saw again, because its
harvester writes what it sees without comparing; so what is stored is compared here, package by package.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from edits import retitle, withdraw
from programs import demand, python
from sites import Site, serve_site

HERE = Path(__file__).parent
NAME = "ckan-harvest"


@dataclass
class Harvest:
    """What one harvest did: CKAN's figures, and the packages it stored differently than before."""

    figures: dict[str, int]
    errors: list[Any]
    packages: dict[str, dict[str, Any]]
    created: set[str]
    changed: set[str]
    deleted: set[str]

    def __str__(self) -> str:
        figures = ", ".join(f"{number} {name}" for name, number in self.figures.items())
        stored = (
            f"{len(self.created)} created, {len(self.changed)} changed, {len(self.deleted)} deleted"
        )
        return f"CKAN says {figures}, {len(self.errors)} errors; of what it stores: {stored}"


class Portal:
    """A CKAN in a process of its own, with its services."""

    def __init__(self, program: Path, log: Path) -> None:
        self._log = log
        self._stored: dict[str, dict[str, Any]] = {}
        with log.open("wb") as stream:
            self._process = subprocess.Popen(
                [program, HERE / "portal/portal.py"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
            )

    def harvest(self, address: str) -> Harvest:
        """Harvest an address once."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(address + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, self._log.read_text()
        told = json.loads(line)
        assert told["status"] == "Finished", self._log.read_text()
        before, after = self._stored, told["packages"]
        self._stored = after
        return Harvest(
            told["figures"],
            [*told["gather_errors"], *told["object_errors"]],
            after,
            created=after.keys() - before.keys(),
            changed={iri for iri in after.keys() & before.keys() if after[iri] != before[iri]},
            deleted=before.keys() - after.keys(),
        )

    def close(self) -> None:
        """End it, and its services with it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(60)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with nothing in it."""
    program = python(NAME, "ckan")
    initdb = shutil.which("initdb") or next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None)
    services = bool(initdb and shutil.which("redis-server"))
    demand(NAME, there=services, lacking="install postgresql and redis-server")
    started = Portal(program, tmp_path_factory.mktemp("portal") / "log")
    yield started
    started.close()


@pytest.fixture(scope="module")
def served(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site to publish on, once there is a portal to harvest it."""
    assert portal
    with serve_site(tmp_path_factory.mktemp("harvested")) as site:
        yield site


@pytest.fixture(scope="module")
def harvests(portal: Portal, served: Site) -> dict[str, Harvest]:
    """A first harvest, one without news, one after a corrected title, one after a withdrawn member."""
    address = f"{served.url}/catalog.jsonld"
    done = {"first": portal.harvest(address), "nothing new": portal.harvest(address)}
    retitle(served.data, "EE0045", "A title that was corrected")
    served.publish()
    done["corrected"] = portal.harvest(address)
    withdraw(served.data, "FIN")
    served.publish()
    done["withdrawn"] = portal.harvest(address)
    lines = [f"  {name}: {harvest}" for name, harvest in done.items()]
    print("\nharvests of /catalog.jsonld:", *lines, sep="\n")  # noqa: T201 (make harvest shows it)
    return done


def ours(served: Site, *names: str) -> set[str]:
    """Return the IRIs of data sets by their names."""
    return {f"{served.url}/dataset/{name}" for name in names}


@pytest.mark.counterpart(NAME)
def test_the_first_harvest_creates_every_data_set(
    harvests: dict[str, Harvest], served: Site
) -> None:
    """As many packages as the catalogue has data sets, with their resources; no error."""
    first = harvests["first"]
    assert not first.errors
    listed = served.server.get("/catalog.nt").text
    rows = (line.split() for line in listed.splitlines())
    datasets = {row[2].strip("<>") for row in rows if row[1].endswith("/dcat#dataset>")}
    assert first.created == datasets
    assert first.figures["added"] == len(datasets)


@pytest.mark.counterpart(NAME)
def test_a_harvest_without_news_changes_nothing(harvests: dict[str, Harvest]) -> None:
    """What is stored stays the same, to the last resource."""
    again = harvests["nothing new"]
    assert not again.errors
    assert not again.created | again.changed | again.deleted
    assert not again.figures["added"] + again.figures["deleted"]


@pytest.mark.counterpart(NAME)
def test_a_corrected_title_changes_its_members_data_set_alone(
    harvests: dict[str, Harvest], served: Site
) -> None:
    """And the overall data set, which has the commitment too."""
    corrected = harvests["corrected"]
    assert not corrected.errors
    assert not corrected.created | corrected.deleted
    assert corrected.changed == ours(served, "ogpld", "EST")
    assert not corrected.figures["added"] + corrected.figures["deleted"]


@pytest.mark.counterpart(NAME)
def test_a_member_without_plans_loses_its_data_set(
    harvests: dict[str, Harvest], served: Site
) -> None:
    """It is deleted in the portal; those of other members are not touched."""
    withdrawn = harvests["withdrawn"]
    assert not withdrawn.errors
    assert withdrawn.deleted == ours(served, "FIN")
    assert withdrawn.figures["deleted"] == 1
    assert withdrawn.changed == ours(served, "ogpld")
    assert not withdrawn.created

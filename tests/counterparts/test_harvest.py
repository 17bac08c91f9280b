"""A whole CKAN harvests our catalogue release after release, and stores what changed and nothing else.

`make harvest` shows its figures. CKAN's own figure `updated` counts every data set it saw again, because its
harvester writes what it sees without comparing; so what is stored is compared here, package by package.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.edits import retitle, withdraw
from support.programs import demand, python
from support.running import stop_server
from support.sites import Site, datasets, serve_site

from ogpld.release import ReleaseStore

HERE = Path(__file__).parent
NAME = "ckan-harvest"
#: Seconds a harvest may take, with the start of CKAN; it takes two to five.
_PATIENCE = 180


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

    def __init__(self, program: Path, address: str, log: Path) -> None:
        self._log = log
        self._stored: dict[str, dict[str, Any]] = {}
        with log.open("wb") as stream:
            self._process = subprocess.Popen(
                [program, HERE / "portal/portal.py", address],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
            )

    def harvest(self) -> Harvest:
        """Harvest once."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("harvest\n")
        self._process.stdin.flush()
        watch = threading.Timer(_PATIENCE, self._process.send_signal, [signal.SIGINT])
        watch.start()
        line = self._process.stdout.readline()
        watch.cancel()
        assert line, self._log.read_text()
        event = json.loads(line)
        assert event["status"] == "Finished", self._log.read_text()
        before, after = self._stored, event["packages"]
        self._stored = after
        return Harvest(
            event["figures"],
            [*event["gather_errors"], *event["object_errors"]],
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
def program() -> Path:
    """The interpreter of CKAN, once its services are installed too."""
    interpreter = python(NAME, "ckan")
    initdb = shutil.which("initdb") or next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None)
    services = bool(initdb and shutil.which("redis-server"))
    demand(NAME, there=services, lacking="install postgresql and redis-server")
    return interpreter


@pytest.fixture(scope="module")
def served(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site to publish on, once there can be a portal to harvest it."""
    assert program
    with serve_site(tmp_path_factory.mktemp("harvested")) as site:
        yield site


@pytest.fixture(scope="module")
def portal(
    program: Path, served: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """A portal with nothing in it."""
    log = tmp_path_factory.mktemp("portal") / "log"
    started = Portal(program, f"{served.url}/catalog.jsonld", log)
    yield started
    started.close()


@pytest.fixture(scope="module")
def harvests(portal: Portal, served: Site) -> dict[str, Harvest]:
    """The first; without news; after a corrected title; after a member was withdrawn; of nobody."""
    done = {"first": portal.harvest(), "without news": portal.harvest()}
    retitle(served.data, "EE0045", "A title that was corrected")
    served.publish()
    done["corrected"] = portal.harvest()
    withdraw(served.data, "GBR")
    served.publish()
    done["withdrawn"] = portal.harvest()
    stop_server(served.server)
    done["unreachable"] = portal.harvest()
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
    expected = datasets(ReleaseStore(served.settings.home).releases()[0])
    assert len(expected) > 15
    assert first.created == expected
    assert first.figures["added"] == len(expected)


@pytest.mark.counterpart(NAME)
def test_a_harvest_without_news_changes_nothing(harvests: dict[str, Harvest]) -> None:
    """What is stored stays the same, to the last resource."""
    again = harvests["without news"]
    assert not again.errors
    assert not again.created | again.changed | again.deleted
    assert not again.figures["added"] + again.figures["deleted"]


@pytest.mark.counterpart(NAME)
def test_a_corrected_title_changes_its_members_data_set_alone(
    harvests: dict[str, Harvest], served: Site
) -> None:
    """A harvest updates the member's data set and the overall one, which has the commitment too."""
    corrected = harvests["corrected"]
    assert not corrected.errors
    assert not corrected.created | corrected.deleted
    assert corrected.changed == ours(served, "ogpld", "est")
    assert not corrected.figures["added"] + corrected.figures["deleted"]


@pytest.mark.counterpart(NAME)
def test_a_member_without_plans_loses_its_data_set(
    harvests: dict[str, Harvest], served: Site
) -> None:
    """The portal deletes the data set of a member that lost its plans, and touches no other member's."""
    withdrawn = harvests["withdrawn"]
    assert not withdrawn.errors
    assert withdrawn.deleted == ours(served, "gbr")
    assert withdrawn.figures["deleted"] == 1
    assert withdrawn.changed == ours(served, "ogpld")
    assert not withdrawn.created


@pytest.mark.counterpart(NAME)
def test_a_site_that_is_down_loses_nothing(harvests: dict[str, Harvest]) -> None:
    """The harvest fails, and what is stored stays."""
    unreachable = harvests["unreachable"]
    assert "connection error" in str(unreachable.errors)
    assert not unreachable.created | unreachable.changed | unreachable.deleted
    assert unreachable.packages

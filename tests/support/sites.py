"""A site whose IRIs lead to where it is served, as a harvester or a follower needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogpld.config import Settings
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.release import Release
from support.running import Server, free_port, start_server, stop_server, wait_for
from support.sample_data import copy_sample

#: Who an operator says is behind a site.
_PEOPLE = {
    "publisher_name": "Publisher of a test",
    "publisher_iri": "https://publisher.example.org/",
    "contact_name": "Contact of a test",
    "contact_email": "contact@example.org",
}


@dataclass
class Site:
    """A served home whose base IRI is the server's own address, and the data it is published from."""

    server: Server
    settings: Settings
    data: Path

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return self.server.url

    def publish(self) -> Release:
        """Publish the data as it is now, and wait until the server serves it."""
        release = publish(self.data, self.settings)
        wait_for(lambda: self.server.get("/healthz").json()["release"] == release.id, 60)
        return release


def copy_data(folder: Path) -> Path:
    """Return a copy of the shipped data that may be edited."""
    data = folder / "data"
    copy_sample(data)
    return data


def publish(data: Path, settings: Settings) -> Release:
    """Publish a folder of data with its dumps, if it is to have any; return the new release."""
    published = publish_sources(Inputs(data=data), settings, Progress(), allow_shrink=True)
    assert published.new, "the data is the same as before"
    assert published.release is not None, published.report
    complete_dumps(settings, Progress())
    return published.release


def datasets(release: Release) -> set[str]:
    """Return the IRIs its catalogue should have: overall, the code lists, each member that has plans."""
    base = release.manifest.base_iri
    begin, member = f"<{base}id/action-plan/".encode(), b"<https://w3id.org/ogpld/ns#member>"
    rows = (line.split(b" ") for line in release.lines() if line.startswith(begin))
    codes = {row[2][1:-1].decode().rpartition("/")[2] for row in rows if row[1] == member}
    return {f"{base}dataset/{name}" for name in ("ogpld", "codes", *map(str.lower, codes))}


@contextmanager
def serve_site(folder: Path, *, dumps: bool = True) -> Iterator[Site]:
    """Serve a copy of the shipped data, published under the address it is served at."""
    port = free_port()
    data = copy_data(folder)
    configuration = {**_PEOPLE, "base_iri": f"http://127.0.0.1:{port}/"}
    settings = Settings(home=folder / "home", dumps=dumps, **configuration)
    publish(data, settings)
    limits = {"budget_seconds": 0, "budget_errors": 0, "budget_pages": 0}
    server = start_server(settings.home, folder / "serve.log", port, **configuration, **limits)
    try:
        yield Site(server, settings, data)
    finally:
        stop_server(server)

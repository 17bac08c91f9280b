"""A CKAN portal that harvests a catalogue whenever it is told to: any line in, a report as a line out.

Run by the environment of CKAN with the address of the catalogue. Its harvests go the way of a portal's: the job is queued in Redis, the gather
worker's callback reads the catalogue with ckanext-dcat, the fetch worker's callback writes each data set to
Postgres, and the job's own figures are what is told. It ends with its input, and its services end with it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from services import postgres, redis, solr

_PLUGINS = "activity harvest dcat dcat_rdf_harvester"


def start(folder: Path, addresses: dict[str, str]) -> Any:
    """Write CKAN's configuration, make its tables, and return its application."""
    settings = {
        "ckan.site_id": "test",
        "ckan.site_url": "http://portal.test",
        "ckan.plugins": _PLUGINS,
        "SECRET_KEY": "of a test",
        "WTF_CSRF_SECRET_KEY": "of a test",
        "ckan.harvest.mq.type": "redis",
        "ckan.storage_path": str(folder),
        **addresses,
    }
    lines = ["[app:main]", *(f"{name} = {value}" for name, value in settings.items())]
    (folder / "ckan.ini").write_text("\n".join(lines) + "\n")
    from ckan import model  # noqa: PLC0415 (only once its services are up)
    from ckan.cli import CKANConfigLoader  # noqa: PLC0415
    from ckan.cli.db import _run_migrations  # noqa: PLC0415
    from ckan.config.middleware import make_app  # noqa: PLC0415

    app = make_app(CKANConfigLoader(str(folder / "ckan.ini")).get_config())
    model.repo.init_db()
    for plugin in ("activity", "harvest"):
        _run_migrations(plugin)
    return app


class Portal:
    """An organisation with one source, harvested on demand."""

    def __init__(self, address: str) -> None:
        from ckan.plugins.toolkit import get_action  # noqa: PLC0415

        self._action = get_action
        self._user: str = get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        owner = self._do("organization_create", name="portal", title="Portal")
        self._source: str = self._do(
            "harvest_source_create",
            name="ogp",
            title="OGP",
            url=address,
            source_type="dcat_rdf",
            owner_org=owner["id"],
        )["id"]

    def _do(self, action: str, **values: Any) -> Any:
        return self._action(action)({"user": self._user, "ignore_auth": True}, values)

    def harvest(self) -> dict[str, Any]:
        """Harvest once; return the job's figures and errors, and what is stored now."""
        job = self._do("harvest_job_create", source_id=self._source, run=True)
        _work()
        self._do("harvest_jobs_run", source_id=self._source)
        job = self._do("harvest_job_show", id=job["id"])
        report = self._do("harvest_job_report", id=job["id"])
        return {
            "status": job["status"],
            "figures": job["stats"],
            "gather_errors": [error["message"] for error in report["gather_errors"]],
            "object_errors": list(report["object_errors"].values()),
            "packages": dict(self._packages()),
        }

    def _packages(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what is stored, by the IRI of the data set, without what CKAN dates and numbers."""
        for name in self._do("package_list"):
            package = self._do("package_show", id=name)
            if package["type"] != "dataset":
                continue
            for part in (package, *package["resources"]):
                part.pop("metadata_modified")
            extras = {e["key"]: e["value"] for e in package.pop("extras")}
            extras.pop("harvest_object_id", None)
            yield extras["uri"], {**package, "extras": extras}


def _work() -> None:
    """Do what the gather and fetch workers do, until their queues are empty."""
    from ckanext.harvest import queue  # noqa: PLC0415

    stages = (
        (queue.get_gather_consumer(), queue.gather_callback),
        (queue.get_fetch_consumer(), queue.fetch_callback),
    )
    for consumer, callback in stages:
        while True:
            method, header, body = consumer.basic_get(queue="any")
            if body is None:
                break
            callback(consumer, method, header, body)


def main(address: str) -> None:
    """Serve until the input ends. What CKAN prints goes to the standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-")))
        folder.chmod(0o755)  # Postgres is somebody else
        addresses = {
            "sqlalchemy.url": stack.enter_context(postgres(folder)),
            "ckan.redis.url": stack.enter_context(redis(folder)),
            "solr_url": stack.enter_context(solr()),
        }
        app = start(folder, addresses)
        with app._wsgi_app.test_request_context():  # noqa: SLF001 (CKAN offers no other)
            portal = Portal(address)
            for _ in sys.stdin:
                print(json.dumps(portal.harvest()), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

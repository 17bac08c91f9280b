"""`/feed.atom` of a member or policy area: changes of all that lists show under it, whole or refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.edits import Row, rewrite
from support.sample_data import copy_sample
from werkzeug.test import Client

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.release import ReleaseStore
from ogpld.release.release_store import PATCH
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import facets
from ogpld.web.lists.part_changes import part_changes
from ogpld.web.server.create_application import create_wsgi_application

pytestmark = pytest.mark.usefixtures("without_dumps")

_BASE = "http://localhost:8000/"
_ATOM = "{http://www.w3.org/2005/Atom}"
#: The milestone that the third release withdraws, and a policy area of its commitment.
_WITHDRAWN, _AREA = "1.2.6", "public-participation"
#: Values by the parameter of the feed, the one of lists, and their IRI.
_PARTS = {
    ("member", "member", "EST"): f"{_BASE}id/member/EST",
    (
        "policy-area",
        "policyAreas",
        _AREA,
    ): f"https://w3id.org/ogpld/code/policy-area/{_AREA}",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four releases: a milestone and a cluster change, a milestone is withdrawn, Albania has another name."""
    folder = tmp_path_factory.mktemp("part-feeds")
    data = folder / "data"
    copy_sample(data)

    def milestone(row: Row) -> Row:
        other = row["milestone_number"] == _WITHDRAWN
        return {**row, "title": "Describe what the pilot gave"} if other else row

    def cluster(row: Row) -> Row:
        other = (row["record_level"], row["irm_commitment_number"]) == ("irm_cluster", "11")
        return {**row, "title": "Open data supply"} if other else row

    def withdrawal(row: Row) -> Row | None:
        return None if row["milestone_number"] == _WITHDRAWN else row

    build = ["--home", str(folder / "home"), "build", "--sources", str(data / "sources")]
    assert main(build) == 0
    assert rewrite(data / "sources/estonia/estonia_milestones.csv", milestone) == 1
    assert rewrite(data / "sources/estonia/estonia.csv", cluster) == 1
    assert main(build) == 0
    assert rewrite(data / "sources/estonia/estonia_milestones.csv", withdrawal) == 1
    assert main([*build, "--allow-shrink"]) == 0
    members = data / "sources/members/members.csv"
    text = members.read_text(encoding="utf-8")
    members.write_text(text.replace("Albania,AL", "Albania again,AL", 1), encoding="utf-8")
    assert main(build) == 0
    return folder / "home"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    yield Client(front)
    front.current_release.close()


def titles(client: Client, query: str) -> list[str]:
    """Return the titles of a feed's entries, oldest first."""
    feed = ET.fromstring(client.get(f"/feed.atom?{query}").data)  # noqa: S314  (our own)
    entries = feed.findall(f"{_ATOM}entry")
    return [entry.findtext(f"{_ATOM}title") or "" for entry in reversed(entries)]


@pytest.mark.parametrize("part", _PARTS)
def test_a_feed_has_what_lists_show(client: Client, home: Path, part: tuple[str, str, str]) -> None:
    """Of every class: what its list has under the value is what the feed tells of, and nothing else."""
    parameter, key, value = part
    store = ReleaseStore(home)
    current = store.current()
    assert current is not None
    serving = OpenRelease.open(current, store, Settings(home=home, workers=1))
    listed: set[str] = set()
    for name, frame in serving.frames.by_name.items():
        if frame.definition.segment and key in facets(serving, name):
            path = f"/doc/{frame.definition.segment}.ndjson?{key}={value}&type={name}"
            listed |= {json.loads(line)["id"] for line in client.get(path).text.splitlines()}
    followed = {
        change.thing
        for _, changes in part_changes(serving, serving.history, parameter, _PARTS[part])
        for change in changes
    }
    gone = {thing for thing in followed if serving.history.withdrawn(thing)}
    serving.store.close()
    kinds = {thing.removeprefix(f"{_BASE}id/").partition("/")[0] for thing in listed}
    assert {"milestone", "assessment", "commitment"} <= kinds
    assert followed - gone - {_PARTS[part]} == listed
    assert [thing.rpartition("/")[0] for thing in gone] == [f"{_BASE}id/milestone"]


def test_what_reaches_a_member_by_its_commitment_is_told(client: Client) -> None:
    """A milestone and a cluster that changed, a milestone that was withdrawn, from its beginning on."""
    first, second, third = titles(client, "member=EST")
    assert "milestones new" in first
    assert "assessments new" in first
    assert "1 milestone changed" in second
    assert "cluster changed" in second
    assert third == "1 milestone withdrawn"
    first, second, third = titles(client, f"policy-area={_AREA}")
    assert "assessments new" in first
    assert "1 milestone changed" in second
    assert third == "1 milestone withdrawn"
    assert titles(client, "member=ALB")[1:] == ["1 member changed"]


@pytest.mark.parametrize(("removed", "status"), [(False, 500), (True, 410)])
def test_what_cannot_be_told_is_refused(
    home: Path, tmp_path: Path, *, removed: bool, status: int
) -> None:
    """What a withdrawn thing belonged to stands in a patch: who follows a member would miss its end."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    store = ReleaseStore(tmp_path / "home")
    store.prune(1)
    _, second, third, _ = store.releases()
    if removed:
        shutil.rmtree(second.path)
    else:
        (third.path / PATCH).write_bytes(b"damaged")
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    client = Client(front)
    assert client.get("/feed.atom").status_code == 200
    for query in ("member=EST", "member=ALB", f"policy-area={_AREA}"):
        answer = client.get(f"/feed.atom?{query}")
        assert answer.status_code == status, answer.text
        assert answer.json is not None
        assert answer.json["code"] == ("release-gap" if removed else "log-damaged")
    front.current_release.close()

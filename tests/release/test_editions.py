"""Three editions of OGP's Explorer data, published one after the other: history as it happened.

What a diff, a feed and Memento are for: which commitments went, came and changed between two editions of
the same table, and what was said of one at the time. All rows of all editions, a few of their columns.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.editions import (
    Difference,
    Edition,
    difference,
    edition_folder,
    read_editions,
    write_edition,
)
from support.sample_data import WHOLE
from support.small_data import SOURCE
from werkzeug.test import Client

from ogpld.claims.claim_table import read_claims
from ogpld.claims.trial import hold
from ogpld.cli import main
from ogpld.config import Settings
from ogpld.rdf import Literal, parse_quads
from ogpld.release import Release, ReleaseStore
from ogpld.stores.embedded import EmbeddedStore
from ogpld.web.server.create_application import create_wsgi_application

pytestmark = pytest.mark.usefixtures("without_dumps")

_BASE = "http://localhost:8000"
_TABLES = """
[[table]]
file = "commitments.csv"
unit = "{member}{plan_number:02}"

[table.things.member]
class = "Member"
key = "{member}"
mention = true

[table.things.plan]
class = "ActionPlan"
key = "{member}{plan_number:02}"
links = { member = "member" }

[table.things.commitment]
class = "Commitment"
key = "{key}"
unique = true
links = { member = "member", plans = "plan" }

[table.things.publisher]
class = "Institution"
key = "open-government-partnership"
mention = true

[table.things.first_report]
class = "Report"
key = "{member}{plan_number:02}-{first_kind}"
links = { plans = "plan", publisher = "publisher" }
values = { reportKind = "{first_kind}" }

[table.assessments]
target = "commitment"
plan = "plan"
cycle = "{cycle}"
"""
_MAPPING = """table,column,thing,term,how,note
commitments.csv,key,,,key,
commitments.csv,member,,,key,
commitments.csv,plan_number,plan,number,value,
commitments.csv,cycle,plan,cycle,value,
commitments.csv,title,commitment,title,text:und,
commitments.csv,lead,commitment,leadText,text:und,
commitments.csv,completion,commitment,completion,assess:mid-term,
"""


@pytest.fixture(scope="module")
def editions() -> list[Edition]:
    """The editions, oldest first."""
    return read_editions(edition_folder())


@pytest.fixture(scope="module")
def home(editions: list[Edition], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release an edition."""
    folder = tmp_path_factory.mktemp("editions")
    sources = folder / "data/sources"
    for name in ("members", "institutions"):
        shutil.copytree(WHOLE / "sources" / name, sources / name)
    source = sources / "editions"
    source.mkdir()
    (source / "source.toml").write_text(SOURCE + _TABLES, encoding="utf-8")
    (source / "mapping.csv").write_text(_MAPPING, encoding="utf-8")
    places: dict[str, int] = {}
    for edition in editions:
        write_edition(source / "commitments.csv", edition, places)
        command = ["build", "--sources", str(sources), "--allow-shrink"]
        assert main(["--home", str(folder / "home"), *command]) == 0
    return folder / "home"


@pytest.fixture(scope="module")
def releases(home: Path) -> list[Release]:
    """The releases, oldest first."""
    return ReleaseStore(home).releases()


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    yield Client(front)
    front.current_release.close()


@pytest.fixture(scope="module", params=[0, 1], ids=["2015 to early 2016", "to the last"])
def step(request: pytest.FixtureRequest) -> int:
    """From which edition to the next one."""
    number: int = request.param
    return number


def keys(things: list[dict[str, str]], kind: str, change: str) -> set[str]:
    """Return the keys of the things of a class that a difference says were created, updated or deleted."""
    start = f"{_BASE}/id/{kind}/"
    return {
        thing["thing"].removeprefix(start)
        for thing in things
        if thing["thing"].startswith(start) and thing["change"] == change
    }


def test_the_difference_is_what_csv_counts(
    home: Path, editions: list[Edition], step: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows gone, new and changed; codes given first, changed and taken back."""
    wanted = difference(editions[step], editions[step + 1])
    capsys.readouterr()
    arguments = ("diff", str(step + 1), str(step + 2), "--format", "json")
    assert main(["--home", str(home), *arguments]) == 0
    things = json.loads(capsys.readouterr().out)["things"]
    assert keys(things, "commitment", "Delete") == wanted.gone
    assert keys(things, "commitment", "Create") == wanted.new
    assert keys(things, "commitment", "Update") == wanted.changed
    assert min(len(wanted.gone), len(wanted.new), len(wanted.changed)) > 40
    old, new = editions[step], editions[step + 1]
    assert keys(things, "assessment", "Update") == assessments(wanted.recoded)
    created = wanted.filled | {key for key in wanted.new if new[key]["completion"]}
    assert keys(things, "assessment", "Create") == assessments(created)
    deleted = wanted.emptied | {key for key in wanted.gone if old[key]["completion"]}
    assert keys(things, "assessment", "Delete") == assessments(deleted)


def assessments(commitments: set[str]) -> set[str]:
    """Return the keys of the assessments of completion at mid-term."""
    return {f"{key}-completion-progress-report" for key in commitments}


def test_the_releases_have_all_rows(releases: list[Release], editions: list[Edition]) -> None:
    """1,985, 1,947 and 1,927."""
    counts = [release.manifest.classes["Commitment"] for release in releases]
    assert counts == [len(edition) for edition in editions] == [1985, 1947, 1927]


def test_the_stream_has_every_change(
    client: Client, editions: list[Edition], releases: list[Release]
) -> None:
    """Who follows the activity stream learns of each change of a commitment, in its order."""
    counted: Counter[str] = Counter()
    page = client.get("/activity").json
    assert page is not None
    address = page["first"]["id"]
    while address:
        page = client.get(address.removeprefix(_BASE)).json
        assert page is not None
        counted.update(
            item["type"]
            for item in page["orderedItems"]
            if item["object"]["id"].startswith(f"{_BASE}/id/commitment/")
        )
        address = page.get("next", {}).get("id", "")
    steps: list[Difference] = [difference(editions[n], editions[n + 1]) for n in (0, 1)]
    assert counted["Delete"] == sum(len(d.gone) for d in steps)
    assert counted["Update"] == sum(len(d.changed) for d in steps)
    assert counted["Create"] == len(editions[0]) + sum(len(d.new) for d in steps)
    assert len(releases) == 3


def test_what_was_said_at_the_time(
    client: Client, editions: list[Edition], releases: list[Release]
) -> None:
    """A document of an older release says what that edition said; what is gone says so."""
    both = editions[0].keys() & editions[2].keys()
    key = next(k for k in sorted(both) if editions[0][k]["title"] != editions[2][k]["title"])
    for release, edition in zip(releases, editions, strict=True):
        old = client.get(f"/release/{release.id}/doc/commitment/{key}.nt")
        if key not in edition:
            assert old.status_code != 200
            continue
        assert "Memento-Datetime" in old.headers
        title = Literal(edition[key]["title"], language="und")
        assert title in {quad.object for quad in parse_quads(old.data, "nt")}
    gone = min(editions[0].keys() - editions[2].keys())
    assert client.get(f"/doc/commitment/{gone}").status_code == 410
    assert client.get(f"/release/{releases[0].id}/doc/commitment/{gone}").status_code == 200


def test_the_guide_prints_what_is_counted(editions: list[Edition]) -> None:
    """The table of data/README.md, row by row."""
    steps = [difference(editions[n], editions[n + 1]) for n in (0, 1)]
    text = (WHOLE / "README.md").read_text(encoding="utf-8")
    for words, name in (
        ("commitments gone", "gone"),
        ("commitments new", "new"),
        ("with another title, lead or completion", "changed"),
        ("completion coded for the first time", "filled"),
        ("completion recoded", "recoded"),
    ):
        first, second = (len(getattr(step, name)) for step in steps)
        assert f"| {words} | {first} | {second} |" in text


def test_claims_about_the_first_edition_are_asked_of_it(releases: list[Release]) -> None:
    """The shipped release cannot be asked for them; what its edition gives stands in their notes.

    Not C01: one assessed row has NA as completion, and the table of these tests leaves such cells empty.
    """
    first = releases[0]
    claims = [c for c in read_claims(WHOLE / "claims/claims.csv") if c.id in {"C02", "C30"}]
    assert {claim.about for claim in claims} == {"explorer-2015"}
    store = EmbeddedStore.load(first.data, first.manifest.quads, first.hidden_graphs)
    verdicts = hold(claims, {"explorer-2015"}, first.iris.base, lambda: store)
    assert [(v.claim, v.verdict, v.value) for v in verdicts] == [
        ("C02", "differs", "40"),
        ("C30", "agrees", "1985; 48.2116"),
    ]

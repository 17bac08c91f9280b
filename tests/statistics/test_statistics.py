"""What is counted over commitments agrees with what queries say of the same release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ogpld.errors import ReleaseError
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.queries.named import load_named
from ogpld.release import Release
from ogpld.release.packed_files import packed, unpacked
from ogpld.release.release_store import STATISTICS
from ogpld.statistics import Statistics, measures_of, release_statistics
from ogpld.statistics.release_statistics import verify_statistics
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

_PREFIX = "PREFIX o: <https://w3id.org/ogpld/ns#> PREFIX c: <https://w3id.org/ogpld/code/>\n"


@pytest.fixture(scope="module")
def statistics(release: Release) -> Statistics:
    """The statistics of the sample data."""
    return release_statistics(release)


@pytest.fixture(scope="module")
def rows(release: Release) -> Callable[[str], list[dict[str, str]]]:
    """What a query answers: local names of IRIs, and texts."""
    store = EmbeddedStore.load(release.data, release.manifest.quads)

    def ask(text: str) -> list[dict[str, str]]:
        body = json.loads(store.answer(Query(text, ("json", ""))).body)
        return [
            {name: cell["value"].rpartition("/")[2] for name, cell in row.items()}
            for row in body["results"]["bindings"]
        ]

    return ask


#: What is said of commitments with several plans counts for one of them.
_OF_ONE_PLAN = "FILTER NOT EXISTS { ?c o:plan ?one , ?another FILTER(?one != ?another) }"


def _latest(first: str, second: str) -> str:
    """Return a pattern for the value of the first shortcut, or else of the second."""
    return (
        f"OPTIONAL {{ ?c o:{first} ?a }} OPTIONAL {{ ?c o:{second} ?b }} "
        "BIND(COALESCE(?a, ?b) AS ?value)"
    )


@pytest.mark.parametrize(
    ("measure", "pattern"),
    [
        ("completion", _latest("completion", "midTermCompletion")),
        ("ambition", _latest("potentialImpact", "potentialForResults")),
        ("relevance", _latest("relevant", "openGovernmentLens")),
        ("results", _latest("openedGovernment", "earlyResults")),
    ],
)
@pytest.mark.parametrize(
    ("by", "path"),
    [
        ("cycle", "o:plan/o:cycle"),
        ("member", "o:member"),
        ("plan", "o:plan"),
        ("policy-area", "o:policyArea"),
        ("region", "o:member/o:region"),
    ],
)
def test_counts_agree_with_queries(
    statistics: Statistics,
    rows: Callable[[str], list[dict[str, str]]],
    measure: str,
    pattern: str,
    by: str,
    path: str,
) -> None:
    """Each group has as many commitments of each grade, and without one, as the data says."""
    narrowed = _OF_ONE_PLAN if by in {"cycle", "plan"} else ""
    answer = rows(
        f"{_PREFIX}SELECT ?group ?value (COUNT(DISTINCT ?c) AS ?n) WHERE {{ ?c a o:Commitment ; "
        f"{path} ?group . {pattern} {narrowed} }} GROUP BY ?group ?value"
    )
    yes_no = {"true": "yes", "false": "no"}
    expected = {
        (row["group"], yes_no.get(value, value) if (value := row.get("value")) else None): int(
            row["n"]
        )
        for row in answer
    }
    counted: dict[tuple[str, str | None], int] = {}
    records = [r for r in statistics.records if len(r.plans) <= 1 or not narrowed]
    for group in statistics.count(measure, by, records):
        if group.key == "(unknown)":
            continue
        assert group.total == sum(group.grades.values()) + group.unknown
        assert group.total - group.unknown == sum(group.phases.values())
        # scales of a measure never share a group's grade but for "unclear" and "moderate"
        for key, number in group.grades.items():
            name = (group.key, key.rpartition("/")[2])
            counted[name] = counted.get(name, 0) + number
        counted[group.key, None] = group.unknown
    by_name: dict[tuple[str, str | None], int] = {}
    for name, number in expected.items():
        by_name[name] = by_name.get(name, 0) + number
    assert {name: number for name, number in counted.items() if number} == by_name


def test_assessed_agrees_with_the_question(
    statistics: Statistics,
    release: Release,
    model: Model,
    rows: Callable[[str], list[dict[str, str]]],
) -> None:
    """What has no assessment is what the question for it lists."""
    text = load_named()["not-assessed"].bound(
        {"day": "9999-01-01"}, model, Iris(release.manifest.base_iri)
    )
    listed = {row["commitment"] for row in rows(text)}
    known_end = {
        record.key
        for record in statistics.records
        if any(statistics.plans[plan].end for plan in record.plans)
    }
    assert listed
    assert listed == {r.key for r in statistics.records if not r.assessed} & known_end


def test_end_of_term_agrees_with_the_question(
    statistics: Statistics,
    release: Release,
    model: Model,
    rows: Callable[[str], list[dict[str, str]]],
) -> None:
    """Complete at the end of the term and without change: as many as the question lists."""
    text = load_named()["complete-but-unchanged"].bound({}, model, Iris(release.manifest.base_iri))
    listed = {row["commitment"] for row in rows(text)}
    counted = {
        record.key
        for record in statistics.records
        if record.completion
        and record.completion.phase == "end-of-term"
        and record.completion.code == "complete"
        and record.results
        and record.results.key == "opened-government/did-not-change"
    }
    assert listed
    assert counted == listed


def test_the_latest_phase_counts(model: Model) -> None:
    """The end of the term comes before the mid-term, as the list of phases says."""
    completion = measures_of(model)["completion"]
    assert [s.name for s in completion.shortcuts] == ["completion", "midTermCompletion"]
    assert [g.code for g in completion.grades][:4] == [
        "complete",
        "substantial",
        "limited",
        "not-started",
    ]


def test_not_in_use_is_no_assessment_that_is_missing(statistics: Statistics) -> None:
    """Results were assessed from 2013: in earlier cycles all that is unknown was never asked."""
    groups = {group.key: group for group in statistics.count("results", "cycle")}
    early = [group for key, group in groups.items() if int(key) < 2013]
    assert early
    for group in early:
        assert group.not_in_use == group.unknown == group.total
    assert all(group.not_in_use == 0 for key, group in groups.items() if int(key) >= 2013)


def test_filters(statistics: Statistics) -> None:
    """Records can be asked for by what they are of."""
    of_member = statistics.of(member="EST")
    assert of_member
    assert {record.member for record in of_member} == {"EST"}
    area = of_member[0].policy_areas[0]
    assert of_member[0] in statistics.of(member="EST", policy_area=area)
    assert statistics.of(member="no such") == ()
    assert statistics.total("completion", ()).total == 0


def _copy(release: Release, folder: Path) -> Release:
    shutil.copytree(release.path, folder / release.id)
    return Release(folder / release.id, release.manifest)


def test_a_value_of_a_report_counts_for_the_plan_of_the_report(statistics: Statistics) -> None:
    """EE0059 is of two plans, and its completion stands in the results report on the second."""
    record = statistics.by_key["EE0059"]
    assert record.plans == ("EST05", "EST06")
    assert record.completion
    for by, first, second in (("plan", "EST05", "EST06"), ("cycle", "2020", "2022")):
        groups = statistics.grouped(by, [record])
        assert [groups[key][0].completion for key in (first, second)] == [None, record.completion]
    [early] = [each for each in statistics.of(cycle=2020) if each.key == "EE0059"]
    assert early.completion is None


@pytest.mark.parametrize("damage", [None, b"", b"{}\n", b'{"version":1,"release":"other"}\n'])
def test_made_again(
    release: Release, statistics: Statistics, tmp_path: Path, damage: bytes | None
) -> None:
    """A file that is missing, damaged or of another release is made again, with the same records."""
    copy = _copy(release, tmp_path)
    path = copy.path / STATISTICS
    before = path.read_bytes()  # a build made it
    path.unlink() if damage is None else path.write_bytes(damage)
    again = release_statistics(copy)
    assert again.records == statistics.records
    assert path.read_bytes() == before


def test_a_cut_file_is_told(release: Release, tmp_path: Path) -> None:
    """The check of a release says that its statistics are cut, and is content without any."""
    copy = _copy(release, tmp_path)
    path = copy.path / STATISTICS
    assert verify_statistics(copy)
    lines = unpacked(path).splitlines(keepends=True)
    path.write_bytes(packed(b"".join(lines[:5] + lines[-1:])))
    with pytest.raises(ReleaseError, match="damaged"):
        verify_statistics(copy)
    path.unlink()
    assert not verify_statistics(copy)

"""schema.org of a dataset says what search engines demand, and cannot break out of its element."""

from __future__ import annotations

import json
from pathlib import Path

from ogpld.catalogue.datasets import Dataset, DatasetFacts, SourceFacts
from ogpld.catalogue.schemaorg import as_block, catalogue_node, dataset_node
from ogpld.config import Settings
from ogpld.dumps.dump_index import DumpFile
from ogpld.release import Release

BASE = "https://data.example.org/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
EVIL = "</script><script>alert(1)</script><!-- & \u2028"


def facts(release: Release, title: str = "Everything") -> DatasetFacts:
    """Return two datasets, one with a file."""
    file = DumpFile(
        "ogpld/a.csv.gz", "ogpld", "csv", "text/csv", True, 9, "ab" * 32, "Rows", "All rows.", 3
    )
    description = (
        "Plans, commitments and assessments of members as far as sources go.",
        LICENCE,
        ("plan",),
    )
    source = SourceFacts("estonia", "Tables", "Somebody", "", "2026-01-01")
    whole = Dataset(
        "ogpld", f"{BASE}dataset/ogpld", title, *description, start="2012-01-01", issued="2026-01-01T00:00:00Z",
        version="3", sources=(source,), files=(file,),
    )  # fmt: skip
    part = Dataset(
        "est",
        f"{BASE}dataset/est",
        "Estonia",
        *description,
        place="Estonia",
        start="2012",
        end="2024",
    )
    return DatasetFacts(BASE, release.manifest, "3-abc", (whole, part))


def test_a_dataset_has_what_search_engines_demand(release: Release, tmp_path: Path) -> None:
    """Name, description, licence, and downloads with their address and digest."""
    dataset = facts(release)
    node = dataset_node(dataset, dataset.whole, Settings(home=tmp_path))
    assert (node["@context"], node["@type"]) == ("https://schema.org/", "Dataset")
    assert 50 <= len(node["description"]) <= 5_000
    assert node["license"] == LICENCE
    assert node["temporalCoverage"] == "2012-01-01/.."
    assert node["distribution"][0]["contentUrl"] == f"{BASE}dump/3-abc/ogpld/a.csv.gz"
    assert node["distribution"][0]["sha256"] == "ab" * 32
    assert node["hasPart"] == [{"@id": f"{BASE}dataset/est"}]
    assert node["isBasedOn"][0]["publisher"]["name"] == "Somebody"


def test_a_part_names_the_whole_and_its_place(release: Release, tmp_path: Path) -> None:
    """A member's dataset is part of the overall one, and about a place."""
    dataset = facts(release)
    node = dataset_node(dataset, dataset.datasets[1], Settings(home=tmp_path))
    assert node["isPartOf"]["@id"] == f"{BASE}dataset/ogpld"
    assert node["spatialCoverage"] == [{"@type": "Place", "name": "Estonia"}]
    assert node["temporalCoverage"] == "2012/2024"
    assert "distribution" not in node
    assert "version" not in node


def test_nobody_is_named_before_the_operator_says_who(release: Release, tmp_path: Path) -> None:
    """The publisher is a setting."""
    dataset = facts(release)
    assert "publisher" not in dataset_node(dataset, dataset.whole, Settings(home=tmp_path))
    settings = Settings(
        home=tmp_path, publisher_name="AgentTools", publisher_iri="https://desk.example/"
    )
    for node in (dataset_node(dataset, dataset.whole, settings), catalogue_node(dataset, settings)):
        assert node["creator"] == node["publisher"]
        assert node["publisher"]["@id"] == "https://desk.example/"


def test_no_text_can_end_the_element(release: Release, tmp_path: Path) -> None:
    """What HTML or a line of script could end at is escaped, and read back as it was."""
    dataset = facts(release, title=EVIL)
    block = as_block(dataset_node(dataset, dataset.whole, Settings(home=tmp_path)))
    assert not set(block) & set("<>&\u2028\u2029")
    assert json.loads(block)["name"] == EVIL

"""By what lists can be filtered: derived from the shapes, with what other things lend."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.running import ROOT

from ogpld.errors import ModelError
from ogpld.model import Model, load_model
from ogpld.model.context import make_context
from ogpld.model.facets import BOOLEAN, CODE, INTEGER, THING, Facet, facets_of


def facets_by_key(model: Model, name: str) -> Mapping[str, Facet]:
    """Return the facets of a class."""
    return facets_of(model, make_context(model), model.classes[name])


def ways(model: Model, facet: Facet) -> set[str]:
    """Return the paths of a facet by keys."""
    return {"/".join(model.terms[iri].key for iri in path) for path in facet.paths}


@pytest.mark.parametrize(
    ("name", "key", "kind", "paths"),
    [
        ("Commitment", "member", THING, {"member"}),
        ("Commitment", "policyAreas", CODE, {"policyAreas"}),
        ("Commitment", "completion", CODE, {"completion"}),
        ("Commitment", "starred", BOOLEAN, {"starred"}),
        ("Commitment", "cycle", INTEGER, {"plans/cycle"}),
        ("Commitment", "region", CODE, {"member/region", "plans/member/region"}),
        (
            "Milestone",
            "policyAreas",
            CODE,
            {"commitment/policyAreas", "isPartOf/isPartOf/policyAreas"},
        ),
        ("Report", "cycle", INTEGER, {"plans/cycle"}),
        ("Report", "member", THING, {"member", "plans/member"}),
        ("Assessment", "value", CODE, {"value", "noValue"}),
        ("Assessment", "assesses", THING, {"assesses"}),
    ],
)
def test_a_facet_and_the_ways_to_its_values(
    model: Model, name: str, key: str, kind: str, paths: set[str]
) -> None:
    """Its own come first; what a class has itself is not lent as well."""
    facet = facets_by_key(model, name)[key]
    assert facet.kind == kind
    assert ways(model, facet) == paths
    assert facet.own == any("/" not in path for path in paths)


def test_assessments_are_asked_for_by_the_member_of_what_they_assess(model: Model) -> None:
    """A commitment, a plan, or a heading, which knows its plan only."""
    assert {"assesses/member", "assesses/plans/member"} <= ways(
        model, facets_by_key(model, "Assessment")["member"]
    )


def test_what_is_assessed_may_be_the_plan_itself(model: Model) -> None:
    """Or the heading; nothing that is assessed is what a commitment continues, though it may be one."""
    facets = facets_by_key(model, "Assessment")
    assert ways(model, facets["plans"]) == {"assesses", "assesses/plans", "report/plans"}
    assert facets["plans"].of_class == model.classes["ActionPlan"].iri
    assert "assesses" in ways(model, facets["cluster"])
    assert not facets["plans"].own
    for key in ("continues", "replaces", "isReplacedBy", "lead", "coordinator"):
        assert "assesses" not in ways(model, facets[key])
        assert not facets[key].of_class
    assert ways(model, facets_by_key(model, "Commitment")["parentMember"]) == {
        "member/parentMember",
        "plans/member/parentMember",
    }


def test_what_is_no_facet(model: Model) -> None:
    """Texts, dates, parts and outside addresses; and what has another meaning as a parameter."""
    facets = facets_by_key(model, "Commitment")
    assert not facets.keys() & {"title", "startDate", "otherIdentifiers", "page", "source"}
    assert not facets_by_key(model, "Author")


def test_a_lent_facet_says_whose_it_is(model: Model) -> None:
    """The number is that of the plan, not of the commitment."""
    facets = facets_by_key(model, "Commitment")
    assert facets["number"].title == "Action plan: Number"
    assert facets["region"].title == "Member: Region"
    assert facets["policyAreas"].title == "Policy areas"


def test_own_facets_stand_first_and_in_page_order(model: Model) -> None:
    """The order is that of the shapes."""
    facets = list(facets_by_key(model, "Commitment").values())
    own = [facet.own for facet in facets]
    assert own == sorted(own, reverse=True)
    orders = [facet.definition.order for facet in facets if facet.own]
    assert orders == sorted(orders)


@pytest.mark.parametrize("key", ["sort", "limit", "q"])
def test_a_filter_called_as_a_parameter_of_lists_is_refused(tmp_path: Path, key: str) -> None:
    """It would be left out without a word, or mean two things."""
    ontology = shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    with (ontology / "ogp.ttl").open("a", encoding="utf-8") as file:
        file.write(f'\nogpld:lead ogpld:term "{key}" .\n')
    with pytest.raises(ModelError, match=f"ns#lead> with {key}=, which is a parameter"):
        load_model(ontology, ROOT / "shapes")

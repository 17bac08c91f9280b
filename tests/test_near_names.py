"""What is suggested for an unknown name: one rule, whoever suggests it."""

from __future__ import annotations

from support.running import ROOT

from ogpld.near_names import ALIKE, closest, closest_few


def test_closest_looks_at_other_names_too() -> None:
    """Case does not count; a label must be nearer than a name, as many countries sound alike."""
    assert closest("Estland", ["XYZ"], {"Ireland": "IRL"}) == ""
    assert closest("ESTONIA", ["EST", "LVA"], {"Estonia": "EST"}) == "EST"
    assert closest("xyz", ["EST"]) == ""
    assert closest("x" * 1_000, ["x" * 1_000, "x"]) == "x" * 1_000
    assert closest("x" * 1_000, ["x" * 999]) == "", "to tell how like they are would take long"


def test_several_are_listed_the_nearest_first() -> None:
    """As they are written, however the text is; what is longer than any name is compared with none."""
    names = ["ActionPlan", "Action", "Member"]
    assert closest_few("actionplans", names, 2) == ["ActionPlan", "Action"]
    assert closest_few("actionplans", names, 2, ALIKE) == ["ActionPlan"]
    assert closest_few("ACTIONPLAN", names, 1) == ["ActionPlan"]
    assert not closest_few("member" * 1_000, ["member" * 999], 1)


def test_likeness_is_judged_in_one_module() -> None:
    """Who compares names by difflib has a cut-off of their own, and no bound on what it costs."""
    users = {p.name for p in (ROOT / "ogpld").rglob("*.py") if "difflib" in p.read_text("utf-8")}
    assert users == {"near_names.py"}

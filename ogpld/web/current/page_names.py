"""What pages in a language call things of a release: members, and plans and reports whose names are ours.

A title that a source gives is never translated. A plan without one is called by its member and years, a
report by its kind and plan, in English in the data (`ogpld/sources/labels.py`); pages have words for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogpld.wording import Wording, marked

Row = Mapping[str, str]

_PLAN = marked("%(member)s action plan %(years)s")
_REPORT = marked("%(kind)s, %(plan)s")


def page_names(
    wording: Wording,
    codes: Mapping[str, str],
    members: Iterable[Row],
    plans: Iterable[Row],
    reports: Iterable[Row],
) -> Mapping[str, str]:
    """Return what a language calls things, by their IRIs; what has no name in it is not there.

    Args:
        wording: of the language.
        codes: what codes are called in English, by their IRIs.
        members: rows of the query `member-names`.
        plans: rows of `plan-names`.
        reports: rows of `report-names`.
    """
    several: dict[str, set[str]] = {}
    for row in members:
        if row["language"] == wording.language:
            several.setdefault(row["member"], set()).add(row["name"])
    names = {iri: min(texts) for iri, texts in several.items() if len(texts) == 1}
    plan_names: dict[str, str] = {}
    for row in plans:
        end = row.get("end", "")[:4]
        years = row["cycle"] + (f"-{end}" if end not in {"", row["cycle"]} else "")
        if row["label"] == _PLAN % {"member": row["memberLabel"], "years": years}:
            member = names.get(row["member"], row["memberLabel"])
            values = {"member": member, "years": years}
            plan_names[row["plan"]] = wording.translations.gettext(_PLAN) % values
    for row in reports:
        kind = wording.labels.get(row["kind"], "")
        label = _REPORT % {"kind": codes.get(row["kind"], ""), "plan": row["planLabel"]}
        if kind and row["plan"] in plan_names and row["label"] == label:
            values = {"kind": kind, "plan": plan_names[row["plan"]]}
            names[row["report"]] = wording.translations.gettext(_REPORT) % values
    capitals = {iri: name[:1].upper() + name[1:] for iri, name in plan_names.items()}
    return {**names, **capitals}

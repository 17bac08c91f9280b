"""How a comparison is asked for: whom, in what, and held against whom."""

from __future__ import annotations

from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import member_key
from ogpld.web.http.http_messages import Request
from ogpld.web.http.parameters import FORMAT, LANGUAGE, Parameter, unknown_value
from ogpld.web.http.problems import Problem
from ogpld.web.pages.chart_parameters import PARAMETERS, filter_value
from ogpld.web.pages.compare_page import MOST, ComparePage

#: Names of members that are looked up: a member may be named in several ways.
_NAMES = 4 * MOST
#: What members can be held against.
AGAINST = ("region", "all")
COMPARED = (
    Parameter("member", "A member, by key, code or name; up to 8.", repeated=True, blank=True),
    PARAMETERS["policy-area"],
    Parameter(
        "against",
        "What the members are held against: region (all members of theirs) or all.",
        repeated=True,
        blank=True,
    ),
    *FORMAT,
    LANGUAGE,
)


def comparison_again(request: Request, serving: OpenRelease) -> ComparePage:
    """Return the form of a comparison that cannot be made, with what its fields said."""
    texts = (text.strip() for text in request.args.getlist("member"))
    areas = {area.notation for area in serving.model.schemes["policy-area"].codes}
    area = request.args.get("policy-area", "").strip()
    return ComparePage(
        serving,
        (),
        area if area in areas else "",
        tuple(name for name in request.args.getlist("against") if name in AGAINST),
        tuple(filter(None, texts)),
    )


def read_comparison(request: Request, serving: OpenRelease) -> ComparePage:
    """Return what a request compares.

    Raises:
        Problem: 400 for unknown members, an unknown policy area or side, and for too many members.
    """
    named = {text.strip(): None for text in request.args.getlist("member") if text.strip()}
    few = len(named) <= _NAMES  # names are looked up, which takes time
    members = tuple(dict.fromkeys(member_key(text, serving) for text in named)) if few else ()
    if not few or len(members) > MOST:
        raise Problem(
            "parameter",
            f"{len(members or named)} members cannot be compared at once; at most {MOST} can.",
            "leave some out; all members are at /chart/completion-by-member",
            parameter="member",
        )
    against = tuple(dict.fromkeys(filter(None, request.args.getlist("against"))))
    for name in against:
        if name not in AGAINST:
            raise unknown_value(
                "parameter",
                f"Members cannot be held against {name[:80]!r}.",
                "against",
                name[:80],
                AGAINST,
            )
    area = request.args.get("policy-area", "").strip()
    return ComparePage(
        serving, members, filter_value("policy-area", area, serving) if area else "", against
    )

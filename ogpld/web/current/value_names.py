"""What names in addresses stand for: codes in every language of pages, things by any of their names.

An address means the same to every reader, so a name is taken in each language whatever the page's own is.
"""

from __future__ import annotations

from collections.abc import Collection

from ogpld.language_tags import LANGUAGES
from ogpld.model.schema import Code, Scheme
from ogpld.near_names import ALIKE, likeness
from ogpld.search.matches import Match
from ogpld.search.typed_names import plain, things_called
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem
from ogpld.web.http.wordings import wording_of

#: Members that are proposed in the place of an unknown one.
_PROPOSED = 5


def word_names(text: str) -> tuple[str, ...]:
    """Return a word of the interface in every language of pages, English first."""
    return tuple(dict.fromkeys(wording_of(tag).translations.gettext(text) for tag in LANGUAGES))


def code_names(code: Code) -> tuple[str, ...]:
    """Return what a code is called in every language of pages, English first."""
    labels = (wording_of(tag).labels for tag in LANGUAGES)
    return tuple(dict.fromkeys(of.get(code.iri) or of.get(code.label, code.label) for of in labels))


def find_code(scheme: Scheme, text: str) -> Code | None:
    """Return the code of a list by notation or name, None where there is none or more than one."""
    if code := scheme.find(text):
        return code
    named = [code for code in scheme.codes if plain(text) in map(plain, code_names(code))]
    return named[0] if len(named) == 1 else None


def things_of_name(
    text: str, serving: OpenRelease, classes: Collection[str] = ()
) -> tuple[Match, ...]:
    """Return the things of some classes of a release that are called so, as `things_called`."""
    return things_called(text, serving.search_index, lambda: serving.matcher, classes)


def member_key(text: str, serving: OpenRelease, code: str = "parameter") -> str:
    """Return the key of the member that is called so.

    Args:
        text: a key, code, name or address.
        serving: the release.
        code: stable code of the problem.

    Raises:
        Problem: 400 where there is none, or more than one, with those whose names are like it.
    """
    members = serving.statistics.members
    if text in members:
        return text
    keys = {match.key for match in things_of_name(text, serving, ("Member",))} & members.keys()
    if len(keys) == 1:
        return next(iter(keys))
    near = sorted(keys) or [
        match.key
        for match in serving.search_index.suggest(text, classes=("Member",), limit=_PROPOSED)
        if match.key in members
        and (match.reason != "similar" or likeness(text, match.name) >= ALIKE)
    ]
    named = ", ".join(f"{members[key].label} ({key})" for key in near)
    problem = Problem(
        code,
        f"{len(keys)} members are called {text[:80]!r}."
        if keys
        else f"There is no member {text[:80]!r}.",
        f"did you mean {named}?" if near else "the members are at /doc/member",
        parameter="member",
        available=sorted(keys) or sorted(members),
        **({"suggestion": near[0]} if near else {}),
    )
    problem.wanted = text[:80]
    problem.names = lambda: {key: member.label for key, member in members.items()}
    raise problem

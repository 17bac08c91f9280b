"""What an assessment is called on a page: its name is made of codes, which each language has words for."""

from __future__ import annotations

from collections.abc import Callable

from ogpld.rdf import NS
from ogpld.web.http.languages import DEFAULT
from ogpld.web.pages.links import Description
from ogpld.wording import gettext as _
from ogpld.wording import language, marked, own_name

_NAME = marked("%(thing)s: %(indicator)s (%(phase)s): %(value)s")
_NO_VALUE = marked("no value (%(reason)s)")


def assessment_name(about: Description) -> tuple[str, str] | None:
    """Return its name in the language of the page, with its tag; None where the name is nothing of ours.

    That is where its label is not made of its codes, or a code has no name in the language.
    """
    label = about.labels.get(about.root)
    if language() == DEFAULT or label is None or not about.objects(NS("assesses")):
        return None
    english = {code.iri: code.label for s in about.model.schemes.values() for code in s.codes}
    if _composed(about, lambda iri: english.get(iri, ""), _english) != label.value:
        return None
    if not all(own_name(iri) for iri in _codes(about)):
        return None
    return _composed(about, lambda iri: (own_name(iri) or ("",))[0], _), language()


def _english(text: str, /, **values: object) -> str:
    return text % values


def _codes(about: Description) -> list[str]:
    names = ("indicator", "dimension", "phase", "value", "noValue")
    return [iri for name in names for iri in about.objects(NS(name))]


def _composed(about: Description, name_of: Callable[[str], str], say: Callable[..., str]) -> str:
    """Return the name with codes as they are called; `say` fills in a sentence, of a language or not."""

    def one(name: str) -> str:
        return next(iter(about.objects(NS(name))), "")

    reason = name_of(one("noValue")).lower()
    value = name_of(one("value")) or one("printedText") or say(_NO_VALUE, reason=reason)
    what = [name_of(iri) for iri in (one("indicator"), one("dimension")) if iri]
    return say(
        _NAME,
        thing=one("assesses").rpartition("/")[2],
        indicator=", ".join(what),
        phase=name_of(one("phase")).lower(),
        value=value,
    )

"""Words of the interface: in the language of the page under way, and English everywhere else.

Sentences are written in English where they are made, with `gettext` and `ngettext` around them; a `Wording`
is what these ask. Nothing but the choice of a page sets another one (`ogpld.web.http.wordings`): data, files
and problems for programs have the same bytes for every reader, and so has what is kept (`english`).
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from gettext import NullTranslations


def _plain_number(value: float) -> str:
    return f"{value:,}"


_DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?:T.*)?")


def _plain_day(moment: str) -> str:
    if not (parts := _DAY.fullmatch(moment)):  # a year, or no date
        return moment
    year, month, day_of_month = parts.groups()
    name = f"{month_name[int(month)]} {year}"
    return f"{int(day_of_month)} {name}" if day_of_month else name


@dataclass(frozen=True, slots=True)
class Wording:
    """How a language says things.

    Attributes:
        language: its tag.
        translations: its words.
        number: writes a number.
        day: writes the day of a date or time in ISO 8601.
        labels: what the model calls things, by the English label and by the IRI of what has it; of a release
            also its members, by their IRIs.
    """

    language: str
    translations: NullTranslations
    number: Callable[[float], str] = _plain_number
    day: Callable[[str], str] = _plain_day
    labels: Mapping[str, str] = field(default_factory=dict)


ENGLISH = Wording("en", NullTranslations())
_CURRENT: ContextVar[Wording] = ContextVar("wording", default=ENGLISH)


def write_in(wording: Wording) -> None:
    """Write from here on, in this thread, as a language says things."""
    _CURRENT.set(wording)


@contextmanager
def english() -> Iterator[None]:
    """Write in English: what is made inside is kept for readers of every language."""
    token = _CURRENT.set(ENGLISH)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def language() -> str:
    """Return the tag of the language that is written in."""
    return _CURRENT.get().language


def gettext(text: str, /, **values: object) -> str:
    """Return a text with its values filled in.

    Args:
        text: in English, with places as `%(name)s`.
        values: what stands there; without any the text is taken as it is.
    """
    translated = _CURRENT.get().translations.gettext(text)
    return translated % values if values else translated


def ngettext(one: str, several: str, count: int, /, **values: object) -> str:
    """Return the form of a text that fits a count, with its values filled in.

    Args:
        one: in English, for 1.
        several: for all others.
        count: decides which form it is; `%(number)s` in them is this number unless `values` have one.
        values: what stands in the text.
    """
    translated = _CURRENT.get().translations.ngettext(one, several, count)
    return translated % {"number": number(count), **values}


def label(text: str, iri: str = "") -> str:
    """Return what the model calls something in the language that is written in, else in English.

    Args:
        text: its label in English.
        iri: what has it, where that is known: some English labels stand for two things.
    """
    labels = _CURRENT.get().labels
    return labels.get(iri) or labels.get(text, text)


def own_name(iri: str) -> tuple[str, str] | None:
    """Return what something is called in the language that is written in, with its tag; None for nothing."""
    wording = _CURRENT.get()
    return (wording.labels[iri], wording.language) if iri in wording.labels else None


def has_label(text: str) -> bool:
    """Say whether a text is a label of the model, in English or not, that the language has words for."""
    return text in _CURRENT.get().labels


def titled(name: str, text: str) -> str:
    """Return a text behind the name of what it is about, `Estonia: 3 plans`, as the language has it."""
    return name + gettext(": ") + text


def small(text: str) -> str:
    """Return a label as it stands within a sentence: `end of term`, and `IRM report` as it is."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def number(value: float) -> str:
    """Return a number as the language writes it: `1,200` in English."""
    return _CURRENT.get().number(value)


def decimal(value: Decimal) -> str:
    """Return a decimal number as the language writes it, a whole one without decimals: `40` in English."""
    return number(int(value) if value == int(value) else float(value))


def day(moment: str) -> str:
    """Return the day of a date or time as the language writes it, a month or year as exact as it is.

    >>> day("2026-11-29T12:00:00Z"), day("2026-04"), day("2026")
    ('29 November 2026', 'April 2026', '2026')
    """
    return _CURRENT.get().day(moment)


def marked(text: str) -> str:
    """Return a text as it is: it is marked for the catalogues here, and looked up where it is shown."""
    return text


def plural_of(label: str) -> str:
    """Return the plural of the label of a class: `policy areas`, `parts of a commitment`."""
    head, of, rest = label.partition(" of ")
    irregular = head.endswith("y") and head[-2:-1] not in set("aeiou")
    return f"{head[:-1]}ies{of}{rest}" if irregular else f"{head}s{of}{rest}"


def quantity(count: int, noun: str) -> str:
    """Return a number with its noun, `1,200 plans`; nouns are those of `NOUNS`, any other is English.

    >>> quantity(1, "plan"), quantity(1200, "plan"), quantity(2, "agency")
    ('1 plan', '1,200 plans', '2 agencies')
    """
    if noun not in NOUNS:
        return f"{number(count)} {noun if count == 1 else plural_of(noun)}"
    return ngettext(*NOUNS[noun], count)


def nmarked(one: str, several: str) -> tuple[str, str]:
    """Return both forms of a text as they are: they are marked for the catalogues."""
    return one, several


#: What is counted, one and several.
NOUNS = {
    "action plan": nmarked("%(number)s action plan", "%(number)s action plans"),
    "assessment": nmarked("%(number)s assessment", "%(number)s assessments"),
    "author": nmarked("%(number)s author", "%(number)s authors"),
    "byte": nmarked("%(number)s byte", "%(number)s bytes"),
    "challenge commitment": nmarked(
        "%(number)s challenge commitment", "%(number)s challenge commitments"
    ),
    "claim": nmarked("%(number)s claim", "%(number)s claims"),
    "code": nmarked("%(number)s code", "%(number)s codes"),
    "commitment": nmarked("%(number)s commitment", "%(number)s commitments"),
    "data set": nmarked("%(number)s data set", "%(number)s data sets"),
    "day": nmarked("%(number)s day", "%(number)s days"),
    "file": nmarked("%(number)s file", "%(number)s files"),
    "finding": nmarked("%(number)s finding", "%(number)s findings"),
    "graph": nmarked("%(number)s graph", "%(number)s graphs"),
    "institution": nmarked("%(number)s institution", "%(number)s institutions"),
    "irm cluster": nmarked("%(number)s IRM cluster", "%(number)s IRM clusters"),
    "member": nmarked("%(number)s member", "%(number)s members"),
    "milestone": nmarked("%(number)s milestone", "%(number)s milestones"),
    "part of a commitment": nmarked(
        "%(number)s part of a commitment", "%(number)s parts of a commitment"
    ),
    "plan": nmarked("%(number)s plan", "%(number)s plans"),
    "remark": nmarked("%(number)s remark", "%(number)s remarks"),
    "report": nmarked("%(number)s report", "%(number)s reports"),
    "row": nmarked("%(number)s row", "%(number)s rows"),
    "statement": nmarked("%(number)s statement", "%(number)s statements"),
    "step": nmarked("%(number)s step", "%(number)s steps"),
    "thing": nmarked("%(number)s thing", "%(number)s things"),
    "violation": nmarked("%(number)s violation", "%(number)s violations"),
    "warning": nmarked("%(number)s warning", "%(number)s warnings"),
}

"""Wordings of pages: catalogues in `ogpld/web/locale/`, labels of the model, numbers and days of the CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from gettext import GNUTranslations
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from ogpld.model import LabelIn, load_model
from ogpld.web.http.languages import DEFAULT
from ogpld.wording import ENGLISH, Wording, small

#: A month as data writes it.
_MONTH = re.compile(r"(\d{4})-(\d\d)")


@cache
def wording_of(language: str) -> Wording:
    """Return how a language of pages says things; words that its catalogue has not are English."""
    if language == DEFAULT:
        return ENGLISH
    folder = files("ogpld.web") / "locale" / language / "LC_MESSAGES"
    with (folder / "messages.mo").open("rb") as catalogue:
        translations = GNUTranslations(catalogue)
    labels = [each for each in load_model().labels if each.language == language]
    return wording_with(language, translations, Locale.parse(language), labels_by_text(labels))


def wording_with(
    language: str,
    translations: GNUTranslations,
    locale: Locale,
    labels: Mapping[str, str] | None = None,
) -> Wording:
    """Return a wording of some words, with the numbers and days of a locale."""
    number, day = partial(_number, locale), partial(_day, locale)
    return Wording(language, translations, number, day, labels or {})


def labels_by_text(labels: Iterable[LabelIn]) -> Mapping[str, str]:
    """Return labels of one language by what has them, and by what they are in English.

    English is looked up as it stands, beginning with a capital, and in small letters as in sentences; what
    is a label of two things with different names is found by them alone. What is in the language already
    is found as it is.
    """
    by_text: dict[str, set[str]] = {}
    by_iri: dict[str, str] = {}
    for label in labels:
        by_text.setdefault(label.english, set()).add(label.text)
        by_iri.setdefault(label.iri, label.text)  # a property has that of incoming links as well
    exact = {english: texts.pop() for english, texts in by_text.items() if len(texts) == 1}
    forms: dict[str, str] = {}
    for english, text in exact.items():
        forms.setdefault(english[:1].upper() + english[1:], text[:1].upper() + text[1:])
        forms.setdefault(english.lower(), small(text))
    own = {text: text for form in (by_iri, forms, exact) for text in form.values()}
    return {**own, **by_iri, **forms, **exact}


@lru_cache(maxsize=4096)
def _number(locale: Locale, value: float) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=1024)
def _day(locale: Locale, moment: str) -> str:
    try:
        if month := _MONTH.fullmatch(moment):
            return format_skeleton("yMMMM", date(int(month[1]), int(month[2]), 1), locale=locale)
        written = format_date(date.fromisoformat(moment[:10]), "long", locale=locale)
    except ValueError:  # a year, or what Python has no date for
        return moment
    # the CLDR has no ordinal numbers in dates, and French has one on the first day of a month
    return f"1er{written[1:]}" if locale.language == "fr" and written.startswith("1 ") else written

"""The wordings of pages: catalogues in `ogpld/web/locale/`, numbers and days as the CLDR has them."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache, partial
from gettext import GNUTranslations
from importlib.resources import files

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from ogpld.web.http.languages import DEFAULT
from ogpld.wording import ENGLISH, Wording


@cache
def wording_of(language: str) -> Wording:
    """Return how a language of pages says things; words that its catalogue has not are English."""
    if language == DEFAULT:
        return ENGLISH
    folder = files("ogpld.web") / "locale" / language / "LC_MESSAGES"
    with (folder / "messages.mo").open("rb") as catalogue:
        translations = GNUTranslations(catalogue)
    return wording_with(language, translations, Locale.parse(language))


def wording_with(language: str, translations: GNUTranslations, locale: Locale) -> Wording:
    """Return a wording of some words, with the numbers and days of a locale."""
    return Wording(language, translations, partial(_number, locale), partial(_day, locale))


@lru_cache(maxsize=4096)
def _number(locale: Locale, value: float) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=1024)
def _day(locale: Locale, moment: str) -> str:
    return format_date(date.fromisoformat(moment[:10]), "long", locale=locale)

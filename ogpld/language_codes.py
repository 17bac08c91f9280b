"""Which languages there are, and which is meant by a code that is none: what the Unicode CLDR knows of them.

Everything is loaded with the module: what checks documents opens no files later.
"""

from __future__ import annotations

import re

from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages

from ogpld.language_tags import language_tag_problem

#: Languages by code, and codes by their English names in small letters.
_NAMES = dict(Locale("en").languages)
_CODES = {name.casefold(): code for code, name in reversed(_NAMES.items())}
#: Codes that are written in another way, as `est`, and those of three letters for countries.
_ALIASES, _COUNTRIES = get_global("language_aliases"), get_global("territory_aliases")
#: Languages of each country, and those of its government.
_SPOKEN = {
    country: {code.partition("_")[0] for code in codes}
    for country, codes in get_global("territory_languages").items()
}
_OFFICIAL = {country: get_official_languages(country, de_facto=True) for country in _SPOKEN}
#: What keys begin with: the code of a country.
_COUNTRY = re.compile(r"[A-Z]{2,3}(?![A-Za-z])")


def language_problem(tag: str) -> str:
    """Return why a tag names no language, "" when it names one.

    Languages of three letters are many, and taken as they are where nothing says how they are written.

    >>> language_problem("ge"), language_problem("ka-GE"), language_problem("est")
    ("no language has the code 'ge'", '', "'est' is written 'et'")
    """
    if problem := language_tag_problem(tag):
        return problem
    code = tag.lower().partition("-")[0]
    if code in _NAMES or len(code) == 1:
        return ""
    alias = _ALIASES.get(code, "")
    if len(alias) == len("et"):
        return f"{code!r} is written {alias!r}"
    return "" if len(code) == len("est") else f"no language has the code {code!r}"


def meant_language(tag: str) -> str:
    """Return the code that is meant by one of no language: by that of a country or a name, "" where unknown.

    >>> meant_language("ge"), meant_language("Georgian"), meant_language("est"), meant_language("zz")
    ('ka', 'ka', 'et', '')
    """
    code = tag.casefold().partition("-")[0]
    official = _OFFICIAL.get(code.upper(), ())
    meant = _ALIASES.get(code) or _CODES.get(tag.casefold()) or next(iter(official), "")
    return meant.replace("_", "-")


def language_of_country(tag: str, key: str) -> str:
    """Return the language of the country of a key, where a tag is its code and no language spoken there.

    >>> [language_of_country("ee", key) for key in ("EE0057", "EST05", "GHA01")]
    ['et', 'et', '']
    """
    match = _COUNTRY.match(key)
    country = tag.upper()
    if match is None or country not in (match[0], *_COUNTRIES.get(match[0], ())):
        return ""
    return "" if tag.lower() in _SPOKEN.get(country, ()) else meant_language(tag)


def language_name(tag: str) -> str:
    """Return the English name of a language by its code, the code where there is none."""
    return str(_NAMES.get(tag, tag))

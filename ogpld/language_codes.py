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
#: Codes that the CLDR takes for others, and those of three letters for countries.
_ALIASES, _COUNTRIES = get_global("language_aliases"), get_global("territory_aliases")
#: Codes of three letters that are languages of their own, which the CLDR takes for the larger one.
_THEIR_OWN = """
adp als arb ayr azj cls cmn cwd drh ekk esk fat fuc gaz gug ike khk kmr knc kng kpv lvs npi ojg ory pbu pes
plt prp quz src swh uzn ydd zsm zyb
"""
#: Codes of three letters for languages that have one of two, by which tags name them.
_WRITTEN = {
    code: two
    for code, two in {**_ALIASES, "twi": "tw"}.items()
    if len(code) > len(two) == len("et") and code not in _THEIR_OWN.split()
}
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

    Languages of three letters are many, and taken as they are where they have no code of two; so are codes
    that have been replaced, as `iw`.

    >>> language_problem("ge"), language_problem("ka-GE"), language_problem("est"), language_problem("iw")
    ("no language has the code 'ge'", '', "'est' is written 'et'", '')
    """
    if problem := language_tag_problem(tag):
        return problem
    code = tag.lower().partition("-")[0]
    if code in _NAMES or len(code) == 1:
        return ""
    if code in _WRITTEN:
        return f"{code!r} is written {_WRITTEN[code]!r}"
    if len(code) == len("est") or code in _ALIASES:
        return ""
    return f"no language has the code {code!r}"


def meant_language(tag: str) -> str:
    """Return the code that is meant by one of no language: by that of a country or a name, "" where unknown.

    >>> meant_language("ge"), meant_language("Georgian"), meant_language("est"), meant_language("zz")
    ('ka', 'ka', 'et', '')
    """
    code = tag.casefold().partition("-")[0]
    return _WRITTEN.get(code) or _CODES.get(tag.casefold(), "").replace("_", "-") or _official(code)


def _official(country: str) -> str:
    """Return the first language of the government of a country, "" where unknown."""
    return next(iter(_OFFICIAL.get(country.upper(), ())), "").replace("_", "-")


def language_of_country(tag: str, key: str) -> str:
    """Return the language of the country of a key, where a tag is its code and no language spoken there.

    >>> [language_of_country("ee", key) for key in ("EE0057", "EST05", "GHA01")]
    ['et', 'et', '']
    >>> language_of_country("ga", "GAB01"), language_of_country("tl", "TLS01")
    ('fr', 'tet')
    """
    match = _COUNTRY.match(key)
    country = tag.upper()
    if match is None or country not in (match[0], *_COUNTRIES.get(match[0], ())):
        return ""
    return "" if tag.lower() in _SPOKEN.get(country, ()) else _official(country)


def language_name(tag: str) -> str:
    """Return the English name of a language by its code, the code where there is none."""
    return str(_NAMES.get(tag) or _NAMES.get(_ALIASES.get(tag, ""), tag))

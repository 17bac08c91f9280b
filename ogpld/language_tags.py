"""Language tags: which texts are well-formed ones (RFC 5646 section 2.2.9), and whose name a reader gets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType

from ogpld.rdf import Literal

#: Languages of pages: the tag of each and its own name; the first is that of the texts in the templates.
LANGUAGES = MappingProxyType({"en": "English", "et": "Eesti", "fr": "Français"})
#: How previews of shared links name each (the Open Graph protocol, `og:locale`).
LOCALES = MappingProxyType({"en": "en_GB", "et": "et_EE", "fr": "fr_FR"})


@lru_cache(maxsize=4096)
def language_tag_problem(tag: str) -> str:
    """Return why a text is no language tag, "" when it is one; letters may be of either case.

    Script, region, variant, extension and private use subtags are all part of the grammar, as are the
    tags registered before it (`i-klingon`). Whether a subtag is registered is not asked.
    """
    if not tag:
        return "it is empty"
    if "_" in tag:
        return f"its parts are joined with '-', as in {tag.replace('_', '-')}"
    try:
        Literal("", language=tag)
    except ValueError as error:
        reason = str(error)
        return reason[0].lower() + reason[1:]
    return ""


#: The language that this data names things in where its sources say nothing else.
DEFAULT = "en"


def nearest_name(names: Iterable[tuple[str, str]], language: str) -> tuple[str, str]:
    """Return one of several names for a reader of a language: the one rule of pages, tables and search.

    The language itself comes first, then one that narrows it (`pt-br` for `pt`), then one that it narrows
    (`fr` for `fr-ca`), then English, in which this data names things, then a name of no known language, then
    any in the order of tags (docs/contract.md#languages). What a machine translated stands behind what it
    did not. Who has no names shows the key.

    Args:
        names: texts with their language tags, "" for none; at least one.
        language: tag of what is read.
    """
    return min(names, key=lambda name: _rank(name[0], name[1], language.lower()))


def nearest_label(labels: Iterable[Literal]) -> Literal:
    """Return one of several labels for whoever reads the data: `nearest_name` in English; at least one."""
    return min(labels, key=lambda label: _rank(label.value, label.language or "", DEFAULT))


def _rank(text: str, tag: str, wanted: str) -> tuple[int, bool, str, str]:
    tag = tag.lower()
    plain = tag.partition("-t-")[0]
    if plain == wanted:
        distance = 0
    elif plain.startswith(f"{wanted}-"):
        distance = 1
    elif wanted.startswith(f"{plain}-"):
        distance = 2
    elif plain == DEFAULT:
        distance = 3
    else:
        distance = 4 if tag in {"", "und"} else 5
    return distance, "-t-" in tag, tag, text

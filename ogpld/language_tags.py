"""Language tags: which texts are well-formed ones (RFC 5646 section 2.2.9), and why others are not."""

from __future__ import annotations

from functools import lru_cache

from ogpld.rdf import Literal


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

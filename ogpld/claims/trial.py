"""Hold all claims against a store: one verdict each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ogpld.claims.asking import solutions_of
from ogpld.claims.claim_table import NOT_ASKED, Claim, query_error
from ogpld.claims.comparing import verdict_of
from ogpld.claims.verdicts import CANNOT, Verdict
from ogpld.errors import OgpldError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore


def hold(
    claims: Sequence[Claim],
    sources: Collection[str],
    base: str,
    open_store: Callable[[], EmbeddedStore],
) -> list[Verdict]:
    """Return a verdict for each claim, in their order.

    Args:
        claims: the claims.
        sources: names of the sources of the data; a claim about another one cannot be asked.
        base: base IRI, which relative IRIs of queries are resolved against.
        open_store: opens the data, without statements that tell verdicts.

    Raises:
        SourceError: for a query that fails or does not give what its claim expects.
    """
    verdicts: dict[str, Verdict] = {}
    answerable = []
    for claim in claims:
        if claim.comparison == NOT_ASKED:
            verdicts[claim.id] = Verdict(claim.id, CANNOT, "", claim.reason)
        elif claim.about and claim.about not in sources:
            reason = f"It is about the source {claim.about}, which this data does not have."
            verdicts[claim.id] = Verdict(claim.id, CANNOT, "", reason)
        else:
            answerable.append(claim)
    results = solutions_of(
        [Query(claim.query, ("json", ""), base=base) for claim in answerable], open_store
    )
    for claim, result in zip(answerable, results, strict=True):
        if isinstance(result, OgpldError):
            raise query_error(claim, result)
        verdicts[claim.id] = verdict_of(claim, result)
    return [verdicts[claim.id] for claim in claims]

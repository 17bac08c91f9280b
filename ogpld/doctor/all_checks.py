"""All checks, in the order of the report."""

from __future__ import annotations

from ogpld.doctor import check_caching as caching
from ogpld.doctor import check_catalogue as catalogue
from ogpld.doctor import check_contexts as contexts
from ogpld.doctor import check_discovery as discovery
from ogpld.doctor import check_downloads as downloads
from ogpld.doctor import check_errors as problems
from ogpld.doctor import check_identity as identity
from ogpld.doctor import check_ldes as stream
from ogpld.doctor import check_memento as versions
from ogpld.doctor import check_methods as methods
from ogpld.doctor import check_negotiation as negotiation
from ogpld.doctor import check_paging as paging
from ogpld.doctor import check_sparql as sparql
from ogpld.doctor.check import Check

TABLE: tuple[Check, ...] = (
    *identity.CHECKS,
    *negotiation.CHECKS,
    *caching.CHECKS,
    *methods.CHECKS,
    *problems.CHECKS,
    *paging.CHECKS,
    *contexts.CHECKS,
    *sparql.CHECKS,
    *catalogue.CHECKS,
    *downloads.CHECKS,
    *discovery.CHECKS,
    *versions.CHECKS,
    *stream.CHECKS,
)

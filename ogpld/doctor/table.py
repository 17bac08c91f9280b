"""Every check there is, in the order in which they are told."""

from __future__ import annotations

from ogpld.doctor import (
    caching,
    catalogue,
    contexts,
    discovery,
    downloads,
    identity,
    methods,
    negotiation,
    paging,
    problems,
    sparql,
    stream,
    versions,
)
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

"""The data of the release that is exported, loaded in this process: forks of it have them at no cost.

The server's workers can be killed, which an export needs not: nothing that it asks comes from others.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from ogpld.config import Settings
from ogpld.release import Release
from ogpld.stores import Answer, CancelToken, Query, ThingDescription
from ogpld.stores.dataset_words import names_graphs
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.fingerprint import Fingerprint, fingerprint
from ogpld.stores.limits import Limits
from ogpld.stores.text_search import NameLookup

#: Answers that are kept: an address has fewer queries, and asks them again for each form and language.
_LAST_ANSWERS = 32


class ReleaseData:
    """Answers as the server's pool does (`ogpld.workers.pool.QueryService`), in this process.

    Args:
        release: the release.
        settings: the limits of queries.

    Raises:
        ReleaseError: when the data cannot be loaded.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        load = partial(
            EmbeddedStore.load,
            release.data,
            release.quads,
            release.hidden_graphs,
            Limits.of(settings),
            release.model_graphs,
        )
        self._union, self._named = load(), load(named_graphs=True)
        self._present = frozenset((*release.hidden_graphs, *release.model_graphs))
        self._answers: OrderedDict[tuple[str, tuple[str, str]], Answer] = OrderedDict()

    @property
    def lookup(self) -> NameLookup | None:
        """What finds names for the searches of queries."""
        return self._union.lookup

    @lookup.setter
    def lookup(self, lookup: NameLookup) -> None:
        self._union.lookup = self._named.lookup = lookup

    def start(self) -> None:
        """Do nothing: the data are loaded."""

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Return the answer to a query; the last ones of our own queries are kept."""
        del token
        if not trusted or query.hits is not None or query.default_graphs or query.named_graphs:
            return self._answer(query, trusted=trusted)
        key = (query.text, query.forms)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._answer(query, trusted=True)
            if len(self._answers) > _LAST_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def _answer(self, query: Query, *, trusted: bool) -> Answer:
        store = self._named if names_graphs(query, self._present) else self._union
        return store.answer(query, trusted=trusted)

    def examine(self, text: str) -> Fingerprint:
        """Return the fingerprint of a query."""
        return fingerprint(text)

    def has_thing(self, iri: str) -> bool:
        """Say whether a thing is surely described."""
        return iri in self._union.subjects

    def describe(self, iri: str, links: int) -> ThingDescription:
        """Return the document graph of a thing (`ogpld.stores.Store.describe`)."""
        return self._union.describe(iri, links)

    def close(self) -> None:
        """Forget everything."""
        self._union.close()
        self._named.close()

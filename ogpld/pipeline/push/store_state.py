"""What a remote store holds, asked of it: which engine it is, its release, and whether all of it is there."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.errors import StoreFailedError, StoreIncompleteError
from ogpld.release import Release
from ogpld.stores.remote.http_exchange import whole_number
from ogpld.stores.remote.remote_store import RemoteStore

#: Seconds that an engine may take to count every graph, and characters of its name.
_SECONDS, _NAME = 120.0, 80


@dataclass(frozen=True, slots=True)
class StoreState:
    """Where a store stands.

    Attributes:
        address: of its SPARQL endpoint.
        engine: what it calls itself, "" where it does not say.
        release: id of the release that its pointer names as current, "" where it has none.
        statements: that it has of this release, counted, all graphs together.
        graphs: of this release.
        fault: why it is not what it should be, "" where nothing is wrong.
        reached: whether it answered.
    """

    address: str
    engine: str = ""
    release: str = ""
    statements: int = 0
    graphs: int = 0
    fault: str = ""
    reached: bool = True


def read_state(store: RemoteStore, release: Release) -> StoreState:
    """Ask a store which release it stands at, and count its graphs.

    Args:
        store: the store.
        release: the current one of the home.
    """
    address = store.address.query
    try:
        return _read(store, release)
    except StoreIncompleteError as error:  # it answers, and says less than it should
        return StoreState(address, _name(store), fault=error.message)
    except StoreFailedError as error:
        return StoreState(address, _name(store), fault=error.message, reached=False)


def _read(store: RemoteStore, release: Release) -> StoreState:
    site, address = store.site, store.address.query
    held = site.read_pointer(store.statements(site.pointer))
    if store.engine:
        graphs = store.look_around()
        name = f"a balancer, {store.engine} of its engines answered"
        return StoreState(address, name, release.id, 0, len(graphs.named))
    now = next((each for each in held.values() if each.state == "current"), None)
    if now is None:
        return StoreState(address, _name(store), fault="it has no release")
    graphs = site.read_description(store.statements(site.release(now.digest)), now)
    rows = store.select(("of", "n"), site.sizes_query(), seconds=_SECONDS)
    counts = {of: whole_number(number) or 0 for of, number in rows}
    statements = sum(counts.get(graph, 0) for graph in graphs.named.values())
    wrong = [graph for graph, size in graphs.sizes.items() if counts.get(graph, 0) != size]
    fault = ""
    if wrong:
        has, wants = counts.get(wrong[0], 0), graphs.sizes[wrong[0]]
        fault = (
            f"{len(wrong)} of {len(graphs.sizes)} graphs do not have the statements that were pushed: "
            f"{wrong[0]} has {has:,} of {wants:,}"
        )
    elif now.digest != release.manifest.digest:
        fault = f"it stands at release {now.id}, not at the current one, {release.id}"
    elif statements != release.manifest.quads:
        fault = f"release {now.id} has {release.manifest.quads:,} statements, not {statements:,}"
    return StoreState(address, _name(store), now.id, statements, len(graphs.named), fault)


def _name(store: RemoteStore) -> str:
    """Return what an engine calls itself, as one line."""
    return "".join(c if c.isprintable() else "\ufffd" for c in store.server)[:_NAME]

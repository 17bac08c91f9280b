"""Queries made from others: forbidden ones in every disguise, and broken ones by chance.

All are made from a seed, so that a failure can be had again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from support.corpus import CONTAINED, NOWHERE, Hostile

_SERVICES = (
    "SERVICE <{0}> {{ ?s ?p ?o }}",
    "service silent <{0}> {{}}",
    "SeRvIcE<{0}>{{?s ?p ?o}}",
    "SERVICE # <http://x/>\n <{0}> {{ ?s ?p ?o }}",
    "SERVICE\r\n\t<{0}> {{ ?s ?p ?o }}",
    "SERVICE ?where {{ ?s ?p ?o }} VALUES ?where {{ <{0}> }}",
)
_PLACES = (
    "SELECT * {{ {0} }}",
    "SELECT * {{ ?a ?b ?c . OPTIONAL {{ {0} }} }}",
    "SELECT * {{ {{ ?a ?b ?c }} UNION {{ {0} }} }}",
    "SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {0} }} }}",
    "SELECT * {{ ?s ?p ?o MINUS {{ {0} }} }}",
    "SELECT * {{ GRAPH ?g {{ {0} }} }}",
    "SELECT * {{ {{ SELECT * {{ {0} }} }} }}",
    "ASK {{ {0} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {0} }}",
    "DESCRIBE ?s {{ {0} }}",
    "PREFIX a: <a:> BASE <b:> SELECT (1 AS ?n) {{ BIND(1<2 AS ?x) {0} }}",
    'SELECT * {{ ?s ?p "}}" . {0} }}',
)
_UPDATES = (
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DELETE DATA { <a:a> <a:b> <a:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p 1 } USING <a:g> WHERE { ?s ?p ?o }",
    "LOAD <LISTENER>",
    "LOAD SILENT <LISTENER> INTO GRAPH <a:g>",
    "CLEAR ALL",
    "CLEAR SILENT DEFAULT",
    "DROP GRAPH <a:g>",
    "CREATE GRAPH <a:g>",
    "MOVE <a:a> TO <a:b>",
    "COPY DEFAULT TO <a:b>",
    "ADD <a:a> TO DEFAULT",
)
_DISGUISES = (
    "{0}",
    "PREFIX a: <a:> BASE <http://x/>\n{0}",
    "# SELECT * {{}}\n{0}",
    "SELECT * {{ ?s ?p 1 }} ; {0}",
    "ASK {{}};{0};",
)
_HONEST = (
    "PREFIX o: <https://w3id.org/ogpld/ns#> SELECT ?c ?t { ?c a o:Commitment ; ?p ?t } LIMIT 5",
    "SELECT (COUNT(*) AS ?n) ?k { ?s a ?k } GROUP BY ?k HAVING(COUNT(*) > 2) ORDER BY DESC(?n)",
    "ASK { ?s ?p 'text'@en FILTER(?s != <http://x/> && STRLEN(STR(?p)) < 200) }",
    "CONSTRUCT { ?s a ?k } WHERE { ?s a ?k . OPTIONAL { ?s <a:b>/<a:c>* ?d } } LIMIT 3",
    "DESCRIBE <http://localhost:8000/id/commitment/EE0050>",
    "SELECT * { VALUES (?a ?b) { (1 2.5e3) (UNDEF 'x') } BIND(?a + 1 AS ?c) MINUS { ?a ?b 1 } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ^<a:b>|!<a:c> ?o } FILTER EXISTS { ?s ?p ?o } }",
)
_PIECES = re.compile(r"<[^<> ]*>|'[^']*'|[?@]?\w+:?\w*|\S")
_STRANGE = (
    *("{", "}", "(", ")", "[", "]", "<", ">", "<<", ">>", "'", '"', "'''", '"""', "\\", "\\u0020"),
    *("#", ";", ".", ",", "?", "$", "@", "_:", "^^", "||", "!", "\0", "\ufeff", "\u202e", "\ud800"),
    *("\U0001f600", "\r", "\x0b", "SERVICE", "SELECT", "a", "*", "1e999", "-0", "\\U0010FFFF", "%"),
    *("9" * 400, "NOW()", "GRAPH", "UNDEF", "VALUES", "AS", "LIMIT -1", "OFFSET 99999999999999999"),
)


def forbidden(listener: str = NOWHERE) -> Iterator[Hostile]:
    """Yield SERVICE and updates in every disguise; each is refused, and nobody is asked anything."""
    for place in _PLACES:
        for number, service in enumerate(_SERVICES):
            text = place.format(service.format(listener))
            yield Hostile(f"{place[:30]} with SERVICE {number}", text, (403,), guarded=True)
    for update in _UPDATES:
        for disguise in _DISGUISES:
            text = disguise.format(update).replace("LISTENER", listener)
            yield Hostile(f"{disguise[:12]} {update[:30]}", text, (403,), guarded=True)


def broken(number: int = 200, seed: int = 5) -> Iterator[Hostile]:
    """Yield honest queries with pieces lost, doubled, swapped, joined or replaced by strange ones."""
    chance = random.Random(seed)
    for index in range(number):
        pieces = _PIECES.findall(chance.choice(_HONEST))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(pieces))
            match chance.randrange(5):
                case 0:
                    del pieces[place]
                case 1:
                    pieces.insert(place, pieces[place])
                case 2:
                    other = chance.randrange(len(pieces))
                    pieces[place], pieces[other] = pieces[other], pieces[place]
                case 3:
                    pieces.insert(place, chance.choice(_STRANGE))
                case _:
                    pieces[place : place + 2] = ["".join(pieces[place : place + 2])]
        text = " ".join(pieces).encode("utf-8", "replace").decode()
        yield Hostile(f"broken {index} of seed {seed}", text, (*CONTAINED, 403), guarded=False)

"""What engines are asked: seven kinds of question, and one query for each feature of SPARQL 1.1."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ogpld.rdf import prologue

JSON, CSV, TURTLE = "application/sparql-results+json", "text/csv", "text/turtle"
#: The words that texts are searched for; two letters of the alphabet make each query a new one.
_WORDS = ("open", "data", "budget", "access", "public", "transparen", "participat", "procure")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question: its media type, and its text with `{thing}`, `{member}`, `{word}`, `{number}`."""

    name: str
    accept: str
    template: str

    def queries(
        self, things: Sequence[str], members: Sequence[str], numbers: range
    ) -> Iterator[str]:
        """Yield a query for each number, of which no two are the same, always the same ones."""
        rng = random.Random(numbers.start)
        for number in numbers:
            text = (
                self.template.replace("{thing}", f"<{rng.choice(things)}>")
                .replace("{member}", f"<{rng.choice(members)}>")
                .replace("{word}", rng.choice(_WORDS))
                .replace("{number}", str(1_000_000 + number))
            )
            yield prologue(text) + text


#: A filter that is true of everything makes each query a new one, so that no engine answers by heart.
KINDS = (
    Kind("point", JSON, "SELECT ?p ?o WHERE { {thing} ?p ?o FILTER(STRLEN(STR(?o)) < {number}) }"),
    Kind(
        "join of three",
        JSON,
        """SELECT ?commitment ?title ?value WHERE { ?plan ogpld:member {member} . ?commitment ogpld:plan ?plan ;
          dcterms:title ?title . ?assessment ogpld:assesses ?commitment ; ogpld:value ?value
          FILTER(STRLEN(?title) < {number}) } LIMIT 50""",
    ),
    Kind(
        "CONSTRUCT of a thing",
        TURTLE,
        """CONSTRUCT { {thing} ?p ?o . ?o rdfs:label ?label } WHERE { {thing} ?p ?o
          OPTIONAL { ?o rdfs:label ?label } FILTER(STRLEN(STR(?o)) < {number}) }""",
    ),
    Kind(
        "GROUP BY",
        JSON,
        """SELECT ?area (COUNT(?commitment) AS ?count) WHERE { ?commitment a ogpld:Commitment ;
          ogpld:policyArea ?area ; ogpld:midTermCompletion ?completion FILTER(STRLEN(STR(?area)) < {number}) }
          GROUP BY ?area ORDER BY DESC(?count) ?area""",
    ),
    Kind(
        "CONTAINS",
        JSON,
        """SELECT ?commitment ?title WHERE { ?commitment a ogpld:Commitment ; dcterms:title ?title
          FILTER(CONTAINS(LCASE(STR(?title)), "{word}") && STRLEN(?title) < {number}) }
          ORDER BY ?commitment LIMIT 20""",
    ),
    Kind(
        "9,000 rows, JSON",
        JSON,
        """SELECT ?assessment ?thing ?label WHERE { ?assessment ogpld:assesses ?thing ; rdfs:label ?label
          FILTER(STRLEN(STR(?thing)) < {number}) } LIMIT 9000""",
    ),
    Kind(
        "9,000 rows, CSV",
        CSV,
        """SELECT ?assessment ?thing ?label WHERE { ?assessment ogpld:assesses ?thing ; rdfs:label ?label
          FILTER(STRLEN(STR(?thing)) < {number}) } LIMIT 9000""",
    ),
)

_COMMITMENT = "?c a ogpld:Commitment"
_TITLE = "?c a ogpld:Commitment ; dcterms:title ?t"
_START = "?c a ogpld:Commitment ; ogpld:earliestStart ?d"
_NUMBER = "?p a ogpld:ActionPlan ; ogpld:number ?n"


def _filters() -> dict[str, str]:
    """Return a query for each function and operator, over titles, dates or numbers."""
    of_titles = {
        "STRLEN": "STRLEN(?t) > 60", "SUBSTR": 'SUBSTR(STR(?t), 1, 4) = "Open"', "UCASE": 'CONTAINS(UCASE(STR(?t)), "OPEN DATA")',
        "LCASE": 'CONTAINS(LCASE(?t), "budget")', "STRSTARTS": 'STRSTARTS(?t, "Access")',
        "STRENDS": 'STRENDS(?t, "data")', "CONTAINS": 'CONTAINS(?t, "portal")',
        "STRBEFORE": 'STRBEFORE(STR(?t), " ") = "Open"', "STRAFTER": 'STRAFTER(STR(?t), "Open ") = "Data"',
        "ENCODE_FOR_URI": 'CONTAINS(ENCODE_FOR_URI(?t), "%2C")', "CONCAT": 'STRENDS(CONCAT(STR(?t), "!"), "ata!")',
        "LANG": 'LANG(?t) = "en"', "LANGMATCHES": 'LANGMATCHES(LANG(?t), "*")',
        "REGEX": 'REGEX(?t, "^open .*data", "i")', "REPLACE": 'CONTAINS(REPLACE(STR(?t), "[aeiou]", ""), "dt")',
        "DATATYPE": "DATATYPE(?t) = rdf:langString", "ISLITERAL": "ISLITERAL(?t)", "STR": 'STR(?t) = "Open Data"',
        "MD5": 'STRSTARTS(MD5(STR(?t)), "00")', "SHA1": 'STRSTARTS(SHA1(STR(?t)), "00")',
        "SHA256": 'STRSTARTS(SHA256(STR(?t)), "00")', "SHA512": 'STRSTARTS(SHA512(STR(?t)), "00")',
        "IF": 'IF(STRLEN(?t) > 80, "long", "short") = "long"', "COALESCE": "COALESCE(1/0, STRLEN(?t)) > 90",
        "IN": 'STR(?t) IN ("Open Data", "Open data", "Transparency")', "NOT IN": "STRLEN(?t) NOT IN (1, 2, 3, 4)",
        "STRDT": 'STRDT(STR(?t), xsd:string) = "Open Data"', "STRLANG": 'STRLANG(STR(?t), "en") = "Open Data"@en',
        "sameTerm": 'sameTerm(?t, "Open Data"@en)', "&&": "STRLEN(?t) > 20 && STRLEN(?t) < 30",
        "||": "STRLEN(?t) < 10 || STRLEN(?t) > 150", "!": "!(STRLEN(?t) > 15)", "<": 'STR(?t) < "B"',
    }  # fmt: skip
    of_dates = {
        "YEAR": "YEAR(?d) = 2016", "MONTH": "MONTH(?d) = 7", "DAY": "DAY(?d) = 1",
        "date comparison": '?d >= "2016-07-01"^^xsd:date', "date equality": '?d = "2016-07-01"^^xsd:date',
        "BOUND": "BOUND(?d)", "ISNUMERIC": "!ISNUMERIC(?d)",
        "xsd:dateTime": "xsd:dateTime(CONCAT(STR(?d), 'T00:00:00')) > '2017-01-01T00:00:00'^^xsd:dateTime",
    }  # fmt: skip
    of_numbers = {
        "arithmetic": "?n * 2 + 1 > 7 - ?n", "ABS": "ABS(2 - ?n) = 1", "CEIL": "CEIL(?n / 2) = 2",
        "FLOOR": "FLOOR(?n / 2) = 1", "ROUND": "ROUND(?n / 3) = 1", "xsd:decimal": "xsd:decimal(?n) > 2.5",
        "xsd:double": "xsd:double(?n) < 2.5e0", "xsd:integer": "xsd:integer(STR(?n)) = 3", "!=": "?n != 2",
        "xsd:string": 'xsd:string(?n) = "3"', "xsd:boolean": "xsd:boolean(?n)",
    }  # fmt: skip
    return {
        **{f: f"SELECT ?c ?t WHERE {{ {_TITLE} FILTER({e}) }}" for f, e in of_titles.items()},
        **{f: f"SELECT ?c ?d WHERE {{ {_START} FILTER({e}) }}" for f, e in of_dates.items()},
        **{f: f"SELECT ?p ?n WHERE {{ {_NUMBER} FILTER({e}) }}" for f, e in of_numbers.items()},
    }


def feature_queries() -> dict[str, str]:
    """Return a query by feature of SPARQL 1.1; the answer of each is the same whatever the order of rows.

    In the manner of Sparqloscope: each asks for one thing more than a pattern, and is heavy by that thing.
    """
    patterns = {
        "scan, one pattern": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
        "scan by predicate": "SELECT (COUNT(*) AS ?n) WHERE { ?a ogpld:value ?v }",
        "scan by object": "SELECT ?a WHERE { ?a ogpld:value <https://w3id.org/ogpld/code/completion/substantial> }",
        "scan by class": f"SELECT ?c WHERE {{ {_COMMITMENT} }}",
        "star of four": f"SELECT * WHERE {{ {_TITLE} ; ogpld:member ?m ; ogpld:plan ?p }}",
        "star of seven": f"SELECT * WHERE {{ {_TITLE} ; ogpld:member ?m ; ogpld:plan ?p ;"
        " ogpld:leadText ?l ; ogpld:specificity ?s ; ogpld:midTermCompletion ?k }",
        "path of four": "SELECT * WHERE { ?a ogpld:assesses ?c . ?c ogpld:plan ?p . ?p ogpld:member ?m ."
        " ?m ogpld:region <https://w3id.org/ogpld/code/region/europe> }",
        "chain with a count": "SELECT (COUNT(*) AS ?n) WHERE { ?a ogpld:assesses ?c . ?c ogpld:plan ?p ."
        " ?p ogpld:member ?m . ?m ogpld:region ?r }",
        "self-join": "SELECT (COUNT(*) AS ?n) WHERE { ?a ogpld:plan ?p . ?b ogpld:plan ?p FILTER(?a != ?b) }",
        "cross product": "SELECT (COUNT(*) AS ?n) WHERE { ?a a ogpld:Member . ?b a ogpld:ActionPlan }",
        "OPTIONAL": f"SELECT * WHERE {{ {_COMMITMENT} OPTIONAL {{ ?c ogpld:theme ?t }} }}",
        "OPTIONAL, three": f"SELECT * WHERE {{ {_COMMITMENT} OPTIONAL {{ ?c ogpld:theme ?t }}"
        " OPTIONAL { ?c ogpld:leadText ?l } OPTIONAL { ?c ogpld:latestEnd ?e } }",
        "OPTIONAL in OPTIONAL": f"SELECT * WHERE {{ {_COMMITMENT} OPTIONAL {{ ?c ogpld:plan ?p"
        " OPTIONAL { ?p ogpld:approved ?d } } }",
        "OPTIONAL with FILTER": f"SELECT * WHERE {{ {_COMMITMENT} OPTIONAL {{ ?c dcterms:title ?t"
        " FILTER(STRLEN(?t) > 100) } }",
        "UNION": "SELECT ?x WHERE { { ?x a ogpld:Commitment } UNION { ?x a ogpld:ActionPlan } }",
        "UNION of joins": "SELECT * WHERE { { ?x ogpld:theme ?v } UNION { ?x ogpld:clusterLabel ?v } UNION"
        " { ?x ogpld:supportingText ?v } }",
        "MINUS": f"SELECT ?c WHERE {{ {_COMMITMENT} MINUS {{ ?c ogpld:theme ?t }} }}",
        "EXISTS": f"SELECT ?c WHERE {{ {_COMMITMENT} FILTER EXISTS {{ ?a ogpld:assesses ?c }} }}",
        "NOT EXISTS": f"SELECT ?c WHERE {{ {_COMMITMENT} FILTER NOT EXISTS {{ ?c ogpld:theme ?t }} }}",
        "NOT EXISTS of a join": f"SELECT ?c WHERE {{ {_COMMITMENT} FILTER NOT EXISTS {{ ?a ogpld:assesses ?c ;"
        " ogpld:value <https://w3id.org/ogpld/code/completion/complete> } }",
        "BIND": f"SELECT ?c ?l WHERE {{ {_TITLE} BIND(STRLEN(?t) AS ?l) }}",
        "VALUES": "SELECT ?a ?v WHERE { VALUES ?v { <https://w3id.org/ogpld/code/completion/complete> <https://w3id.org/ogpld/code/completion/not-started> }"
        " ?a ogpld:value ?v }",
        "VALUES of two": "SELECT ?a WHERE { VALUES (?i ?v) { (<https://w3id.org/ogpld/code/indicator/completion>"
        " <https://w3id.org/ogpld/code/completion/complete>) (<https://w3id.org/ogpld/code/indicator/specificity> <https://w3id.org/ogpld/code/specificity/low>) }"
        " ?a ogpld:indicator ?i ; ogpld:value ?v }",
        "ASK": "ASK { ?a ogpld:value <https://w3id.org/ogpld/code/completion/complete> }",
        "sub-select": "SELECT ?m ?n WHERE { ?m a ogpld:Member { SELECT ?m (COUNT(?p) AS ?n) WHERE"
        " { ?p a ogpld:ActionPlan ; ogpld:member ?m } GROUP BY ?m } }",
        "SELECT expression": f"SELECT ?c (STRLEN(?t) * 2 AS ?l) WHERE {{ {_TITLE} }}",
        "DISTINCT": "SELECT DISTINCT ?v WHERE { ?a ogpld:value ?v }",
        "DISTINCT of two": "SELECT DISTINCT ?i ?v WHERE { ?a ogpld:indicator ?i ; ogpld:value ?v }",
        "ORDER BY": f"SELECT ?c ?t WHERE {{ {_TITLE} }} ORDER BY ?t ?c",
        "ORDER BY, LIMIT": f"SELECT ?c ?t WHERE {{ {_TITLE} }} ORDER BY DESC(STR(?t)) ?c LIMIT 20",
        "ORDER BY, OFFSET": f"SELECT ?c WHERE {{ {_COMMITMENT} }} ORDER BY ?c OFFSET 2000 LIMIT 100",
        "CONSTRUCT": "CONSTRUCT { ?p skos:related ?c } WHERE { ?c a ogpld:Commitment ; ogpld:plan ?p }",
    }
    paths = {
        "path /": "SELECT ?a ?m WHERE { ?a a ogpld:Milestone . ?a ogpld:commitment/ogpld:plan/ogpld:member ?m }",
        "path ^": "SELECT ?p ?c WHERE { ?p a ogpld:ActionPlan ; ^ogpld:plan ?c }",
        "path |": "SELECT (COUNT(*) AS ?n) WHERE { ?x ogpld:plan|ogpld:member ?y }",
        "path ?": "SELECT ?c ?x WHERE { ?c a ogpld:Milestone ; ogpld:commitment? ?x }",
        "path +": "SELECT ?a ?b WHERE { ?a skos:broader+ ?b }",
        "path *": "SELECT ?a ?b WHERE { ?a a skos:Concept ; skos:broader* ?b }",
        "path !": "SELECT (COUNT(*) AS ?n) WHERE { ?p a ogpld:ActionPlan ; !(rdfs:label|ogpld:member) ?o }",
        "path (a|b)/c": "SELECT ?a ?m WHERE { ?a a ogpld:Report . ?a (ogpld:plan|ogpld:covers)/ogpld:member ?m }",
    }
    values = "?a ogpld:assesses ?c ; ogpld:indicator ?i ; ogpld:value ?v"
    aggregates = {
        "COUNT": f"SELECT ?i (COUNT(?v) AS ?n) WHERE {{ {values} }} GROUP BY ?i",
        "COUNT DISTINCT": f"SELECT ?i (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {values} }} GROUP BY ?i",
        "SUM": f"SELECT ?m (SUM(?n) AS ?s) WHERE {{ {_NUMBER} ; ogpld:member ?m }} GROUP BY ?m",
        "AVG": f"SELECT ?m (AVG(?n) AS ?s) WHERE {{ {_NUMBER} ; ogpld:member ?m }} GROUP BY ?m",
        "MIN": f"SELECT ?m (MIN(?d) AS ?s) WHERE {{ {_START} ; ogpld:member ?m }} GROUP BY ?m",
        "MAX": f"SELECT ?m (MAX(?d) AS ?s) WHERE {{ {_START} ; ogpld:member ?m }} GROUP BY ?m",
        "GROUP_CONCAT": "SELECT (STRLEN(GROUP_CONCAT(?k; separator=',')) AS ?l) WHERE"
        " { ?m a ogpld:Member ; dcterms:identifier ?k }",
        "HAVING": f"SELECT ?c (COUNT(?a) AS ?n) WHERE {{ {values} }} GROUP BY ?c HAVING(COUNT(?a) > 10)",
        "GROUP BY two": f"SELECT ?i ?v (COUNT(*) AS ?n) WHERE {{ {values} }} GROUP BY ?i ?v",
        "GROUP BY expression": f"SELECT ?y (COUNT(*) AS ?n) WHERE {{ {_START} }} GROUP BY (YEAR(?d) AS ?y)",
        "aggregate without GROUP BY": f"SELECT (COUNT(DISTINCT ?v) AS ?n) WHERE {{ {values} }}",
        "group of a group": "SELECT (MAX(?n) AS ?most) WHERE { { SELECT ?m (COUNT(?c) AS ?n) WHERE"
        " { ?c a ogpld:Commitment ; ogpld:member ?m } GROUP BY ?m } }",
    }
    every = {**patterns, **paths, **aggregates, **_filters()}
    return {feature: prologue(text) + text for feature, text in every.items()}

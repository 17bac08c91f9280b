"""The rules of the reference agent: patterns of words, and queries with places.

A place has the name of a group of the pattern. `member`, `body` and `commitment` are looked up by `search`,
`code__LIST` in that code list by `schema`; everything else is the text itself.

Long because it is one table: a row for each wording.
"""

from __future__ import annotations

from dataclasses import dataclass

#: How `coverage` says that nothing was read of a member.
NOTHING_OF = "no commitments read"
#: Words in a question that no data of this kind answers, with the reason; the first that fits.
TOPICS = (
    (r"e-mail|telephone", "contact-data"),
    (r"^Quote ", "text-not-held"),
    (r"budget of|how much money|GDP", "not-recorded"),
    (r"^Should |serious about|best written", "opinion"),
    (r"^Will |in 20[3-9]\d", "forecast"),
    (r"^Why |^Did joining", "cause"),
)
_C = "?c a ogpld:Commitment"
COUNTS_OF = "SELECT (COUNT(DISTINCT ?c) AS ?value) WHERE { "
_COUNT = COUNTS_OF + _C
_LIST = f"SELECT DISTINCT ?c WHERE {{ {_C}"
_MEMBERS = "SELECT DISTINCT ?m WHERE { ?m a ogpld:Member"
_PLAN = "?p a ogpld:ActionPlan ; ogpld:member $member ; ogpld:cycle ?y . FILTER(STR(?y) = '$year')"
_GRAPH = "SELECT DISTINCT ?value WHERE {{ GRAPH ?g {{ {thing} a ?class }} ?g {property} ?value }}"


def _without(where: str, property_name: str) -> str:
    """Return the pattern of the commitments of which a value is not known."""
    return f"{_C} ; {where} FILTER NOT EXISTS {{ ?c {property_name} ?known }}"


_NOT_OF_MEMBER = "ogpld:member $member ."
_NOT_OF_BOTH = "ogpld:member ?m . FILTER(?m IN ($member, $member__b))"
_ANY = "rdfs:label ?l ."


@dataclass(frozen=True, slots=True)
class Rule:
    """How questions of one wording are answered.

    Attributes:
        pattern: regular expression for the whole question.
        form: form of the answer; `most` for the items with the greatest number.
        query: SPARQL with places.
        named: question with a name, in place of a query.
        values: groups that are its parameters.
        coverage: whether what `coverage` says of the release is the answer.
        needs: property of which something has to be known, or `shares`.
        empty: reason to refuse where there is no row.
        unknown: pattern of the commitments of which the value is not known.
    """

    pattern: str
    form: str
    query: str = ""
    named: str = ""
    values: tuple[str, ...] = ()
    coverage: bool = False
    needs: str = ""
    empty: str = ""
    unknown: str = ""


def _of(text: str) -> str:
    """Return the pattern of a question about one commitment, named by its id."""
    return text.replace("ID", r"(?P<commitment>[A-Z]+\d+)")


def _code_of(pattern: str, subject: str, property_name: str) -> Rule:
    query = f"SELECT ?code WHERE {{ {subject} {property_name} ?code }}"
    return Rule(pattern, "items", query)


def _most(pattern: str, what: str, where: str, unknown: str = "") -> Rule:
    """Return the rule for what has the most commitments, all of those that tie."""
    query = f"SELECT {what} (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; {where} }} GROUP BY {what} ORDER BY DESC(?n)"
    return Rule(pattern, "most", query, unknown=unknown)


RULES = (
    # counts
    Rule(
        r"How many commitments of (?P<member>.+) does the data hold\?",
        "number",
        f"{_COUNT} ; ogpld:member $member }}",
    ),
    Rule(
        r"How many commitments does the data hold of (?P<member>[^,]+)\?",
        "number",
        f"{_COUNT} ; ogpld:member $member }}",
    ),
    Rule(
        r"How many action plans of (?P<member>.+) are in the data\?",
        "number",
        COUNTS_OF + "?c a ogpld:ActionPlan ; ogpld:member $member }",
    ),
    Rule(
        r"How many of (?P<member>.+)'s commitments have a star\?",
        "number",
        f"{_COUNT} ; ogpld:member $member ; ogpld:starred true }}",
        unknown=_without(_NOT_OF_MEMBER, "ogpld:starred"),
    ),
    Rule(
        r"How many commitments were judged to have a (?P<code__potential_impact>.+) potential impact\?",
        "number",
        f"{_COUNT} ; ogpld:potentialImpact $code__potential_impact }}",
        unknown=_without(_ANY, "ogpld:potentialImpact"),
    ),
    Rule(
        r"How many (?:of )?(?P<member>.+?)(?:'s commitments| County) ended as (?P<code__completion>.+)\?",
        "number",
        f"{_COUNT} ; ogpld:member $member ; ogpld:completion $code__completion }}",
        unknown=_without(_NOT_OF_MEMBER, "ogpld:completion"),
    ),
    Rule(
        r"How many commitments of (?P<member>.+) County ended as (?P<code__completion>.+)\?",
        "number",
        f"{_COUNT} ; ogpld:member $member ; ogpld:completion $code__completion }}",
    ),
    Rule(
        r"How many commitments (?:stand in action plans of|were made in) the (?P<year>\d{4}) cycle\?",
        "number",
        "SELECT (COUNT(DISTINCT ?c) AS ?value) WHERE { ?c a ogpld:Commitment ; ogpld:plan/ogpld:cycle ?y . FILTER(STR(?y) = '$year') } HAVING(COUNT(?c) > 0)",
        empty="period-not-covered",
    ),
    Rule(
        _of(r"How many milestones of ID are in the data\?"),
        "number",
        COUNTS_OF + "?c a ogpld:Milestone ; ogpld:commitment $commitment }",
    ),
    Rule(
        r"How many (?P<code__institution_type>\w+) are among the bodies in the data\?",
        "number",
        COUNTS_OF + "?c a ogpld:Institution ; org:classification $code__institution_type }",
    ),
    Rule(
        r"How many reports are there on (?P<member>.+)'s action plans\?",
        "number",
        COUNTS_OF + "?c a ogpld:Report ; ogpld:plan/ogpld:member $member }",
    ),
    Rule(
        r"How many commitments does the (?P<body>.+ of (?P<member>.+)) lead\?",
        "number",
        f"{_COUNT} ; ogpld:lead $body }}",
        unknown=_without(_NOT_OF_MEMBER, "ogpld:lead"),
    ),
    Rule(
        r"How many (?P<code__member_type>\w+) members does the data have\?",
        "number",
        COUNTS_OF + "?c a ogpld:Member ; ogpld:memberType $code__member_type }",
    ),
    # lists
    Rule(
        r"Which action plans of (?P<member>.+) are in the data\?",
        "items",
        "SELECT ?p WHERE { ?p a ogpld:ActionPlan ; ogpld:member $member }",
    ),
    Rule(
        r"(?:List the commitments of|Which commitments does) (?P<member>.+)'s action plan (?:of|for) (?P<year>\d{4})(?: have\?|\.)",
        "items",
        f"{_LIST} ; ogpld:plan ?p . {_PLAN} }}",
        empty="period-not-covered",
    ),
    Rule(
        r"Which members were (?P<code__member_status>removed) from the Partnership\?",
        "items",
        f"{_MEMBERS} ; ogpld:memberStatus $code__member_status }}",
    ),
    Rule(
        r"Which members (?P<code__member_status>withdrew) from the Partnership\?",
        "items",
        f"{_MEMBERS} ; ogpld:memberStatus $code__member_status }}",
    ),
    Rule(
        r"Which commitments opened government in an (?P<code__opened_government>.+) way\?",
        "items",
        f"{_LIST} ; ogpld:openedGovernment $code__opened_government }}",
        unknown=_without(_ANY, "ogpld:openedGovernment"),
    ),
    Rule(
        r"Which of (?P<member>.+)'s commitments are about (?P<code__policy_area>.+)\?",
        "items",
        f"{_LIST} ; ogpld:member $member ; ogpld:policyArea $code__policy_area }}",
    ),
    Rule(
        r"Which commitments are led by the (?P<body>.+)\?",
        "items",
        f"{_LIST} ; ogpld:lead $body }}",
    ),
    Rule(
        _of(r"What are the milestones of commitment ID\?"),
        "items",
        "SELECT ?m WHERE { ?m a ogpld:Milestone ; ogpld:commitment $commitment }",
    ),
    Rule(
        r"Which commitments of (?P<member>.+) changed completion between mid-term and end of term\?",
        "items",
        named="completion-changes",
        values=("member",),
    ),
    Rule(r"Which commitments made things worse\?", "items", named="made-worse"),
    Rule(
        r"Which commitments held a star at mid-term and lost it at the end of the term\?",
        "items",
        named="lost-stars",
    ),
    Rule(
        r"Which (?P<code__institution_type>\w+) are among the bodies in the data\?",
        "items",
        "SELECT ?b WHERE { ?b a ogpld:Institution ; org:classification $code__institution_type }",
    ),
    Rule(
        r"Which members from (?P<code__region>.+) are in the data\?",
        "items",
        f"{_MEMBERS} ; ogpld:region $code__region }}",
        unknown="?c a ogpld:Member FILTER NOT EXISTS { ?c ogpld:region ?known }",
    ),
    # one thing
    _code_of(
        _of(r"How far was ID completed at the end of its term\?"), "$commitment", "ogpld:completion"
    ),
    _code_of(_of(r"Who leads commitment ID\?"), "$commitment", "ogpld:lead"),
    _code_of(_of(r"When does commitment ID end\?"), "$commitment", "schema:endDate"),
    _code_of(_of(r"To which action plan does ID belong\?"), "$commitment", "ogpld:plan"),
    _code_of(
        _of(r"What potential impact did the IRM see in commitment ID\?"),
        "$commitment",
        "ogpld:potentialImpact",
    ),
    _code_of(_of(r"Which policy areas is ID tagged with\?"), "$commitment", "ogpld:policyArea"),
    _code_of(r"Which OGP code does the (?P<member>.+) have\?", "$member", "dcterms:identifier"),
    _code_of(r"When did (?P<member>.+) join the Partnership\?", "$member", "ogpld:joined"),
    Rule(
        r"When was (?P<member>.+)'s action plan of (?P<year>\d{4}) approved\?",
        "items",
        f"SELECT ?v WHERE {{ ?p ogpld:approved ?v . {_PLAN} }}",
    ),
    Rule(
        r"How many commitments does (?P<member>.+)'s action plan of (?P<year>\d{4}) count itself\?",
        "number",
        f"SELECT ?v WHERE {{ ?p ogpld:numberOfCommitments ?v . {_PLAN} }}",
    ),
    Rule(
        r"Who wrote the (?P<code__report_kind>.+) on (?P<member>.+)'s action plan of (?P<year>\d{4})\?",
        "items",
        f"SELECT ?v WHERE {{ ?r ogpld:plan ?p ; ogpld:reportKind $code__report_kind ; dcterms:creator ?v . {_PLAN} }}",
    ),
    # comparisons
    Rule(
        r"How many commitments does the data hold of (?P<member>\w+), (?P<member__b>\w+), (?P<member__c>\w+) and (?P<member__d>\w+), each\?",
        "values",
        f"SELECT ?m (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:member ?m . FILTER(?m IN ($member, $member__b, $member__c, $member__d)) }} GROUP BY ?m",
    ),
    Rule(
        r"How many commitments of (?P<member>\w+) and of (?P<member__b>\w+) ended as (?P<code__completion>\w+)\?",
        "values",
        f"SELECT ?m (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:member ?m ; ogpld:completion $code__completion . FILTER(?m IN ($member, $member__b)) }} GROUP BY ?m",
        unknown=_without(_NOT_OF_BOTH, "ogpld:completion"),
    ),
    Rule(
        r"How do (?P<member>\w+) and (?P<member__b>\w+) compare in commitments with (?P<code__completion>\w+) completion at mid-term\?",
        "values",
        f"SELECT ?m (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:member ?m ; ogpld:midTermCompletion $code__completion . FILTER(?m IN ($member, $member__b)) }} GROUP BY ?m",
        unknown=_without(_NOT_OF_BOTH, "ogpld:midTermCompletion"),
    ),
    _most(r"Of which member does the data hold the most commitments\?", "?m", "ogpld:member ?m"),
    _most(
        r"Which body leads the most commitments\?",
        "?b",
        "ogpld:lead ?b",
        _without(_ANY, "ogpld:lead"),
    ),
    _most(r"Which policy area has the most commitments\?", "?a", "ogpld:policyArea ?a"),
    _most(
        r"In which cycle were the most commitments judged (?P<code__potential_impact>\w+)\?",
        "?y",
        "ogpld:potentialImpact $code__potential_impact ; ogpld:plan/ogpld:cycle ?y",
        _without(_ANY, "ogpld:potentialImpact"),
    ),
    Rule(
        r"How many starred commitments are there in each OGP region\?",
        "values",
        f"SELECT ?r (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:starred true ; ogpld:member/ogpld:region ?r }} GROUP BY ?r",
        unknown=_without(_ANY, "ogpld:starred"),
    ),
    Rule(
        r"How are (?P<member>.+)'s commitments spread over the levels of potential impact\?",
        "values",
        f"SELECT ?v (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:member $member ; ogpld:potentialImpact ?v }} GROUP BY ?v",
        unknown=_without(_NOT_OF_MEMBER, "ogpld:potentialImpact"),
    ),
    # in time
    Rule(
        r"How many commitments are there by cycle of the action plan\?",
        "values",
        f"SELECT ?y (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:plan/ogpld:cycle ?y }} GROUP BY ?y",
    ),
    Rule(
        r"How many starred commitments are there by cycle of the action plan\?",
        "values",
        f"SELECT ?y (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:starred true ; ogpld:plan/ogpld:cycle ?y }} GROUP BY ?y",
        unknown=_without(_ANY, "ogpld:starred"),
    ),
    Rule(
        r"How many action plans are there by cycle\?",
        "values",
        "SELECT ?y (COUNT(DISTINCT ?p) AS ?n) WHERE { ?p a ogpld:ActionPlan ; ogpld:cycle ?y } GROUP BY ?y",
    ),
    Rule(
        r"How did the number of (?P<member>.+)'s commitments develop from plan to plan\?",
        "values",
        f"SELECT ?p (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {_C} ; ogpld:plan ?p . ?p ogpld:member $member }} GROUP BY ?p",
    ),
    Rule(
        r"How many reports came out in each year\?",
        "values",
        "SELECT ?y (COUNT(DISTINCT ?r) AS ?n) WHERE { ?r a ogpld:Report ; dcterms:issued ?d . BIND(SUBSTR(STR(?d), 1, 4) AS ?y) } GROUP BY ?y",
        unknown="?c a ogpld:Report FILTER NOT EXISTS { ?c dcterms:issued ?known }",
    ),
    # where things come from
    _code_of(
        _of(r"Which row of a source table does commitment ID come from\?"),
        "$commitment",
        "prov:wasDerivedFrom",
    ),
    Rule(
        r"On which day was the source of (?P<member>.+)'s action plan of (?P<year>\d{4}) read\?",
        "items",
        f"SELECT DISTINCT ?v WHERE {{ {_PLAN} GRAPH ?g {{ ?p a ogpld:ActionPlan }} ?g dcterms:date ?v }}",
    ),
    Rule(
        r"Who published the source in which (?P<member>.+)'s action plan of (?P<year>\d{4}) stands\?",
        "items",
        f"SELECT DISTINCT ?v WHERE {{ {_PLAN} GRAPH ?g {{ ?p a ogpld:ActionPlan }} ?g ogpld:publisherName ?v }}",
    ),
    Rule(
        _of(r"What does the source of .+'s ID leave out\?"),
        "items",
        _GRAPH.format(thing="$commitment", property="ogpld:leavesOut"),
    ),
    Rule(
        r"Which pages report that (?P<member>.+)'s membership was (?P<code__member_status>suspended)\?",
        "items",
        "SELECT DISTINCT ?v WHERE { $member ogpld:statusEvent ?e . ?e ogpld:status $code__member_status ; dcterms:source ?v }",
    ),
    Rule(
        r"When was (?P<member>.+) (?P<code__member_status>suspended) from the Partnership\?",
        "items",
        "SELECT ?v WHERE { $member ogpld:statusEvent ?e . ?e ogpld:status $code__member_status ; schema:startDate ?v }",
    ),
    Rule(
        r"How many statements are read, derived, reconciled or written by hand\?",
        "values",
        named="how-read",
    ),
    # what codes mean
    Rule(
        r"What does \"(?P<code__opened_government>.+)\" mean as an answer to \"Did it open government\?\"\?",
        "items",
        "SELECT ?v WHERE { $code__opened_government skos:definition ?v }",
    ),
    Rule(
        r"What does a (?P<code__potential_for_results>.+) potential for results mean\?",
        "items",
        "SELECT ?v WHERE { $code__potential_for_results skos:definition ?v }",
    ),
    Rule(
        r"What does the indicator \"(?P<code__indicator>.+)\" say\?",
        "items",
        "SELECT ?v WHERE { $code__indicator skos:definition ?v }",
    ),
    Rule(
        r"How does the data define a (?P<code__completion>.+) completion\?",
        "items",
        "SELECT ?v WHERE { $code__completion skos:definition ?v }",
        empty="not-recorded",
    ),
    Rule(
        r"Which values can the completion of a commitment have\?",
        "items",
        "SELECT ?v WHERE { ?v skos:inScheme <https://w3id.org/ogpld/code/completion> }",
    ),
    Rule(
        r"Into which regions does OGP group its members\?",
        "items",
        "SELECT ?v WHERE { ?v skos:inScheme <https://w3id.org/ogpld/code/region> }",
    ),
    Rule(
        r"What is a cluster in this data\?",
        "items",
        "SELECT ?v WHERE { ogpld:Cluster rdfs:comment ?v }",
    ),
    # names
    Rule(
        r"(?:Which member is called|Welches Mitglied der OGP heißt auf Deutsch|Mis liige on|Which member is meant by) (?P<member>.+?)(?: in German)?\?",
        "items",
        "SELECT ?m ?l WHERE { VALUES ?m { $member } ?m rdfs:label ?l }",
    ),
    Rule(
        r"What is (?P<member>.+) called in Finnish\?",
        "items",
        "SELECT DISTINCT ?v WHERE { $member skos:altLabel ?v FILTER(LANG(?v) = 'fi') }",
    ),
    Rule(
        r"Which body is (?P<body>.+)\?",
        "items",
        "SELECT ?b ?l WHERE { VALUES ?b { $body } ?b rdfs:label ?l }",
    ),
    # history and coverage
    Rule(r"Which release of the data answers now\?", "items", coverage=True),
    Rule(
        r"Which of (?P<member>.+)'s commitments were carried forward into the next plan\?",
        "items",
        f"{_LIST} ; ogpld:member $member ; ogpld:carriedForward true }}",
        unknown=_without(_NOT_OF_MEMBER, "ogpld:carriedForward"),
    ),
    Rule(
        r"Of how many commitments is the completion at the end of the term known\?",
        "number",
        f"{_COUNT} ; ogpld:completion ?v }}",
    ),
    Rule(
        r"Of how many of (?P<member>.+)'s commitments is the completion at the end of the term not known\?",
        "number",
        f"{COUNTS_OF}{_without(_NOT_OF_MEMBER, 'ogpld:completion')} }}",
    ),
    Rule(
        r"How many commitments have an official OGP id\?",
        "number",
        f"{_COUNT} ; dcterms:identifier ?v }}",
    ),
    Rule(
        r"Of which members does the data hold no commitment\?",
        "items",
        f"{_MEMBERS} FILTER NOT EXISTS {{ {_C} ; ogpld:member ?m }} }}",
    ),
    # what the data does not have
    Rule(
        r"What commitments has (?P<member>.+) made\?", "items", f"{_LIST} ; ogpld:member $member }}"
    ),
    Rule(r"What did (?P<member>.+) promise\?", "items", f"{_LIST} ; ogpld:member $member }}"),
    Rule(
        r"Which commitments answer the Open Gov Challenge on (?P<topic>.+)\?",
        "items",
        f"{_LIST} ; ogpld:challengeArea ?a }}",
        needs="ogpld:challengeArea",
    ),
    Rule(
        r"Which commitments did the IRM call promising\?",
        "items",
        f"{_LIST} ; ogpld:promising true }}",
        needs="ogpld:promising",
    ),
    Rule(
        _of(r"Did commitment ID end as (?P<code__completion>\w+)\?"),
        "items",
        "SELECT ?v WHERE { $commitment ogpld:completion ?v }",
        empty="not-known",
    ),
    Rule(
        r"What share of (?:(?P<member>[A-Z]\w+)'s|all OGP) commitments (?:ended as|ever made was) (?:complete|completed)\?",
        "items",
        needs="shares",
    ),
)

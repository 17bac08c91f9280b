"""Default messages of constraints whose shapes have no `sh:message`."""

from __future__ import annotations

from ogpld.shacl.shapes import Constraint, SparqlConstraint

_SENTENCES = {
    "MinCount": "There are fewer than {} values.",
    "MaxCount": "There are more than {} values.",
    "Class": "The value is no instance of {}.",
    "Datatype": "The value is no literal of datatype {}, or not in a form that datatype has.",
    "NodeKind": "The value is not of the kind {}.",
    "MinInclusive": "The value is not at least {}.",
    "MinExclusive": "The value is not greater than {}.",
    "MaxInclusive": "The value is not at most {}.",
    "MaxExclusive": "The value is not less than {}.",
    "MinLength": "The text is shorter than {} characters.",
    "MaxLength": "The text is longer than {} characters.",
    "Pattern": "The text does not match the pattern {}.",
    "LanguageIn": "The value is no text in one of the languages {}.",
    "UniqueLang": "Two texts are in the same language.",
    "Equals": "The values are not those of {}.",
    "Disjoint": "The value is a value of {} as well.",
    "LessThan": "The value is not less than every value of {}.",
    "LessThanOrEquals": "The value is greater than a value of {}, or cannot be compared with it.",
    "Not": "The value meets a shape it must not meet.",
    "And": "The value does not meet all of the shapes.",
    "Or": "The value meets none of the shapes.",
    "Xone": "The value meets none, or several, of shapes of which it must meet one.",
    "Node": "The value does not meet the shape.",
    "QualifiedMinCount": "Too few values meet the shape.",
    "QualifiedMaxCount": "Too many values meet the shape.",
    "Closed": "The property is not one the shape allows.",
    "HasValue": "The value {} is missing.",
    "In": "The value is not in the list.",
    "SPARQL": "The rule is not met.",
}


def sentence(constraint: Constraint) -> str:
    """Return the default message of a constraint, an English sentence."""
    value = constraint.value
    if isinstance(value, SparqlConstraint):
        value = ""
    elif isinstance(value, tuple):
        value = ", ".join(str(part) for part in value if part != "")
    return _SENTENCES[constraint.component].format(value)

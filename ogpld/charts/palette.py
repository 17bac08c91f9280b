"""The colours of grades in pictures that leave their page; in pages the stylesheet has the same.

`tests/charts/test_drawing.py` holds the two against each other.
"""

from __future__ import annotations

#: Colours by name of the custom property `--grade-…`: light, dark. Two scales that follow one another in a
#: measure have none in common, for they stand in one bar: the `later-` ones are those of the second.
COLOURS = {
    "best": ("#0b4f7a", "#9fd4f5"),
    "good": ("#2f77a6", "#4f97c9"),
    "poor": ("#c07d1c", "#e0a040"),
    "worst": ("#8f3d12", "#d4734a"),
    "harm": ("#5a0f2e", "#f58ab0"),
    "later-best": ("#2c1a94", "#d9c8ff"),
    "later-good": ("#7a5fe0", "#8a7cf0"),
    "later-worst": ("#15181c", "#f4f4f6"),
    "unclear": ("#6b7680", "#8b98a3"),
    "neither": ("#6b7680", "#8b98a3"),
    "apart": ("#5b5470", "#a59cc4"),
    "unknown": ("#5f6b75", "#93a0ab"),
}
#: Colours of what is written on a bar, by name of the bar's; others have the first.
INK = {"": ("#fff", "#12181e"), "poor": ("#000", "#12181e")}
#: Colours of text, text beside it, and paper: light, dark.
PAGE = {"ink": ("#1c2733", "#e6ebef"), "soft": ("#55626e", "#a9b5bf"), "paper": ("#fff", "#12181e")}
#: Names of colours by the CSS class of a grade; others are `neither`.
GRADES = {
    "grade-completion-complete": "best",
    "grade-completion-substantial": "good",
    "grade-completion-limited": "poor",
    "grade-completion-not-started": "worst",
    "grade-completion-withdrawn": "apart",
    "grade-potential-impact-transformative": "best",
    "grade-potential-impact-moderate": "good",
    "grade-potential-impact-minor": "poor",
    "grade-potential-impact-none": "worst",
    "grade-potential-impact-worsen": "harm",
    "grade-potential-for-results-substantial": "later-best",
    "grade-potential-for-results-modest": "later-good",
    "grade-potential-for-results-unclear": "unclear",
    "grade-opened-government-outstanding": "best",
    "grade-opened-government-major": "good",
    "grade-opened-government-marginal": "poor",
    "grade-opened-government-did-not-change": "worst",
    "grade-opened-government-no-early-results-yet": "apart",
    "grade-opened-government-worsens": "harm",
    "grade-early-results-significant": "later-best",
    "grade-early-results-moderate": "later-good",
    "grade-early-results-none-notable": "later-worst",
    "grade-yes-no-yes": "best",
    "grade-yes-no-no": "worst",
    "grade-coverage-completion": "best",
    "grade-coverage-other": "good",
    "grade-unknown": "unknown",
}

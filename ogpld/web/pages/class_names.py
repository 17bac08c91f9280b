"""What classes are called in headings of pages: marked here, so that the catalogues have words for them.

The model has labels for one of a kind; for several of a kind the words stand here.
"""

from __future__ import annotations

from gettext import gettext as _

CLASS_NAMES = (
    _("Action plan"),
    _("Action plans"),
    _("Assessment"),
    _("Assessments"),
    _("Author"),
    _("Authors"),
    _("Challenge commitment"),
    _("Challenge commitments"),
    _("Claim"),
    _("Claims"),
    _("IRM cluster"),
    _("IRM clusters"),
    _("Commitment"),
    _("Commitments"),
    _("Institution"),
    _("Institutions"),
    _("Member"),
    _("Members"),
    _("Milestone"),
    _("Milestones"),
    _("Report"),
    _("Reports"),
    _("Part of a commitment"),
    _("Parts of a commitment"),
    _("Areas"),
    _("Changes of a body"),
    _("Countries"),
    _("Identifiers"),
    _("Names"),
    _("Other readings"),
)

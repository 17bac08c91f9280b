"""What classes are called in headings of pages: marked here, so that the catalogues have words for them.

The model has the names in English; a class without a word in a catalogue keeps its name.
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
)

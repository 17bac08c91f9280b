"""Published figures held against the data of a release.

claim_table  claims and their queries, as a folder has them
asking       their queries, in a process that can be killed
comparing    what was found against what was printed
printed_value  what was found in the decimals and units of what was printed
verdicts     what a release says of each claim: file, statements, changes
badge        a verdict as a small picture
"""

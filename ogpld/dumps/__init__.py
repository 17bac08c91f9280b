"""The dumps of a release: its data as files to take away, whole and member by member.

They are derived from `data.nq.gz` and the model after a release became current, and lie in its folder
`dump/` (docs/contract.md#downloads).
"""

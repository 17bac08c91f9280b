"""Examine a server of linked data from outside, as its clients meet it (docs/contract.md).

A client program: it imports nothing of what it examines, so that a fault of ours cannot hide itself.
Only the operator runs it, by hand, and only here does anything of ogpld open a connection to others.

    Site      where things are on a server, found from what it announces
    Check     one sentence of the contract, asked of a Site; the list of all is in `table.py`
    quality   the score that data.europa.eu would give the catalogue, criterion by criterion
"""

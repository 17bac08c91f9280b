"""Charts as SVG: bars with numbers, where what is unknown is shown as such, and the rows they are drawn from.

`chart_list.py` says which charts there are, `chart_rows.py` counts, `chart_query.py` asks the same
as SPARQL, `bars.py` draws; `standalone.py` adds what a picture needs that leaves its page, `png.py` paints.
"""

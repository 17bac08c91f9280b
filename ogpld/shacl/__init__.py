"""SHACL (W3C Recommendation 2017) over an engine that answers SPARQL: any data, any shapes.

    shapes graph ──reading──▶ Shapes ──engine──▶ results
     graph, paths  parameters    │     scope      patterns   single values, as FILTER expressions
                   queries       │                sets       all values of a node together
                                 │                logic      shapes inside of shapes
                                 ├──affected──▶ what a change makes worth asking again
                                 └──judge────▶ pySHACL, for what is not compiled; never skipped

Nothing here knows our model, our sources or where a statement was read from.
"""

"""The SPARQL 1.1 Protocol: a request becomes an answer, within limits."""

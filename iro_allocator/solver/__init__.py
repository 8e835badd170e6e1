"""Who should take whom: problem, rules, terms, prices, search, proof, explanation.

The mathematics is described in the design's solver page; `solve.solve` is the one entry.
"""

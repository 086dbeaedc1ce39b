"""One household one plan: risks, measures, one responsible person, visits, the seven-item card, elimination."""

"""x"""

from symnn.calculus.facts import without_rules


def rules_off(*names):
    return without_rules(frozenset(names))

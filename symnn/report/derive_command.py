"""The command `symnn derive`."""
def add_parser(s): pass

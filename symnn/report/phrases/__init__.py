"""The words of the report, one catalogue per language and part."""

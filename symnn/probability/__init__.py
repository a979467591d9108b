"""Random sources, their moments, expectations of polynomials, divergences, rewrites of a bound."""

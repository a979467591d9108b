"""Letters and marks that printers and parsers share: Greek, accents, raised and lowered digits.

Law: each table is one to one, so that what is printed can be read back. To extend: add a row.
"""

from __future__ import annotations

import unicodedata

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
}  # fmt: skip
GREEK_NAMES = {char: name for name, char in GREEK.items()}

ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307"}

SUPERSCRIPTS = dict(zip("0123456789+−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ", strict=True))
SUBSCRIPTS = dict(zip("0123456789+−()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎", strict=True))
LOWERED_SUPERSCRIPTS = {raised: plain for plain, raised in SUPERSCRIPTS.items()}
LOWERED_SUBSCRIPTS = {small: plain for plain, small in SUBSCRIPTS.items()}

# The letters of the script block that Unicode placed elsewhere before the block existed.
_SCRIPT_EXCEPTIONS = dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True))
_BLACKBOARD_EXCEPTIONS = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))


def script(letter: str) -> str:
    """Return the calligraphic capital: L to ℒ, D to 𝒟; other characters as they are."""
    if not ("A" <= letter <= "Z"):
        return letter
    return _SCRIPT_EXCEPTIONS.get(letter) or chr(0x1D49C + ord(letter) - ord("A"))


def blackboard(letter: str) -> str:
    """Return the double-struck capital: R to ℝ, E to 𝔼; other characters as they are."""
    if not ("A" <= letter <= "Z"):
        return letter
    return _BLACKBOARD_EXCEPTIONS.get(letter) or chr(0x1D538 + ord(letter) - ord("A"))


def raised(text: str) -> str:
    """Write digits, signs and round brackets raised: `-1` to ⁻¹.

    >>> raised("(3)"), raised("−1")
    ('⁽³⁾', '⁻¹')
    """
    return "".join(SUPERSCRIPTS[c] for c in text)


def lowered(text: str) -> str:
    """Write digits lowered: 12 to ₁₂."""
    return "".join(SUBSCRIPTS[c] for c in text)


def accented(text: str, accent: str) -> str:
    """Put a combining accent on the last letter of `text`, composed where Unicode has the letter.

    >>> accented("y", "hat")
    'ŷ'
    """
    return unicodedata.normalize("NFC", text + ACCENTS[accent]) if accent else text

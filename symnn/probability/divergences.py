"""Kullback-Leibler divergences as tensors: Gaussian of every kind, categorical, Bernoulli.

Law: each is the mean under q of `log q - log p`, and nothing else is written here but the two
logarithms: the moment rules take the mean for a normal source, a finite sum does for outcomes. The
gradients follow from `derive`. Constants that q and p share are left out of both logarithms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symnn.lang.linalg import logdet
from symnn.lang.tensor import Tensor
from symnn.probability.moments import expectation, source


def gaussian_diagonal(m: Tensor, s: Tensor) -> Tensor:
    """KL of N(m, diag exp s) from N(0, I), for arrays of any shape.

    >>> import symnn as sn
    >>> gaussian_diagonal(sn.tensor("m", ("d",)), sn.tensor("s", ("d",))).text()
    '1/2 (‖m‖² + sum(exp(s)) − sum(s) − d)'
    """
    e = source("epsilon", m.sizes)
    z = m + np.exp(s / 2) * e
    log_q = -np.sum(s) / 2 - np.sum(e * e) / 2
    log_p = -np.sum(z * z) / 2
    return expectation(log_q - log_p, [e])


def gaussian_full(m: Tensor, S: Tensor, m0: Tensor, P: Tensor) -> Tensor:
    """KL of N(m, S) from N(m0, P⁻¹): the prior is given by its precision P.

    >>> import symnn as sn
    >>> m, m0 = sn.tensor("m", ("k",)), sn.tensor("m_0", ("k",))
    >>> S, P = (sn.tensor(n, ("k", "k"), assume={"symmetric", "pd"}) for n in "SP")
    >>> sn.derive(sn.named("D", gaussian_full(m, S, m0, P)), wrt=[m, S]).gradients["S"].text()
    '1/2 (P − S⁻¹)'
    """
    u = source("u", m.sizes, covariance=S)
    r = m - m0
    log_q = -logdet(S) / 2 - u @ np.linalg.inv(S) @ u / 2
    log_p = [logdet(P) / 2, -u @ P @ u / 2, -r @ P @ u, -r @ P @ r / 2]  # z - m0 = r + u
    return expectation(log_q, [u]) - sum(expectation(x, [u]) for x in log_p)


def gaussian_factor(m: Tensor, L: Tensor) -> Tensor:
    """KL of N(m, L Lᵀ) from N(0, I), the code being `m + L ε`; L is triangular, invertible.

    >>> import symnn as sn
    >>> m, L = sn.tensor("m", ("k",)), sn.tensor("L", ("k", "k"))
    >>> sn.derive(sn.named("D", gaussian_factor(m, L)), wrt=[m, L]).gradients["L"].text()
    'L − L⁻ᵀ'
    """
    e = source("epsilon", m.sizes)
    z = m + L @ e
    log_q = -logdet(L) - e @ e / 2
    log_p = -z @ z / 2
    return expectation(log_q - log_p, [e])


def discrete(q: Sequence[Tensor], p: Sequence[Tensor]) -> Tensor:
    """KL over outcomes: one tensor of probabilities for each outcome, summed over the axes.

    >>> import symnn as sn
    >>> q, p = (sn.tensor(n, ("k",)) for n in "qp")
    >>> sn.same(discrete((q, 1 - q), (p, 1 - p)), bernoulli(q, p)).equal
    True
    """
    terms = [a * (np.log(a) - np.log(b)) for a, b in zip(q, p, strict=True)]
    return np.sum(sum(terms[1:], terms[0]))  # type: ignore[no-any-return]


def bernoulli(q: Tensor, p: Tensor) -> Tensor:
    """KL of independent Bernoulli laws, q and p the probabilities of 1.

    >>> import symnn as sn
    >>> q, p = (sn.tensor(n, ("k",)) for n in "qp")
    >>> round(float(sn.evaluate(bernoulli(q, p), q=[0.5, 0.2], p=[0.5, 0.4])), 4)
    0.0915
    """
    return discrete((q, 1 - q), (p, 1 - p))


def categorical(q: Tensor, p: Tensor) -> Tensor:
    """KL of one law over the outcomes of an axis from another.

    >>> import symnn as sn
    >>> q, p = (sn.tensor(n, ("k",)) for n in "qp")
    >>> categorical(q, p).text()
    'qᵀ (log(q) − log(p))'
    """
    return np.sum(q * (np.log(q) - np.log(p)))  # type: ignore[no-any-return]

import numpy as np


def f(X, Wq, Wk, Wv, Y):
    """X: [T, d], Wq: [d, d], Wk: [d, d], Wv: [d, d], Y: [T, d]."""
    d = X.shape[1]
    T = X.shape[0]
    Q = X @ Wq
    K = X @ Wk
    scores = (Q @ K.T) / d ** 0.5
    scores_max = scores.max(axis=1, keepdims=True)
    exp_scores = np.exp(scores - scores_max)
    A = exp_scores / exp_scores.sum(axis=1, keepdims=True)
    V = X @ Wv
    O = A @ V
    loss = np.mean((O - Y) ** 2)
    grad_O = 2 * O / (T * d) - 2 * Y / (T * d)
    grad_A = grad_O @ V.T
    t = A * (grad_A - np.sum(grad_A * A, axis=1)[:, None]) / d ** 0.5
    grad_Q = t @ K
    grad_Wq = X.T @ grad_Q
    grad_K = t.T @ Q
    grad_Wk = X.T @ grad_K
    grad_V = A.T @ grad_O
    grad_Wv = X.T @ grad_V
    return {'loss': loss, 'dWq': grad_Wq, 'dWk': grad_Wk, 'dWv': grad_Wv}

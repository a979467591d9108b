import numpy as np


def f(Y, X, W1, b1, W2, b2):
    """Y: [N, k], X: [N, n], W1: [n, h], b1: [h], W2: [h, k], b2: [k]."""
    N = Y.shape[0]
    Z1 = X @ W1 + b1
    H = np.maximum(Z1, 0)
    Z2 = H @ W2 + b2
    Z2_max = Z2.max(axis=1, keepdims=True)
    exp_Z2 = np.exp(Z2 - Z2_max)
    t = Z2 - (np.log(exp_Z2.sum(axis=1)) + Z2_max[:, 0])[:, None]
    loss = -np.sum(Y * t) / N
    t_2 = exp_Z2 / exp_Z2.sum(axis=1, keepdims=True) * Y.sum(axis=1)[:, None] / N
    grad_Z2 = t_2 - Y / N
    grad_H = grad_Z2 @ W2.T
    grad_Z1 = grad_H * (Z1 > 0)
    grad_W1 = X.T @ grad_Z1
    grad_b1 = grad_Z1.sum(axis=0)
    grad_W2 = H.T @ grad_Z2
    grad_b2 = grad_Z2.sum(axis=0)
    return {'loss': loss, 'dW1': grad_W1, 'db1': grad_b1, 'dW2': grad_W2, 'db2': grad_b2}

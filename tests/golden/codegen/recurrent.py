import numpy as np


def f(h0, x, W, U, b, y):
    """h0: [p], x: [T, n], W: [p, n], U: [p, p], b: [p], y: [T, p]."""
    T = x.shape[0]
    p = h0.shape[0]
    h = np.empty((T, p))
    h_t = h0
    for t in range(T):
        h_t = np.tanh(W @ x[t] + U @ h_t + b)
        h[t] = h_t
    loss = np.sum((h - y) ** 2)
    grad_h = 2 * h - 2 * y
    carried = np.empty((T, p))
    carried_t = np.zeros(p)
    for t_2 in reversed(range(T)):
        t_3 = carried_t + grad_h[t_2] - h[t_2] ** 2 * (carried_t + grad_h[t_2])
        carried_t = U.T @ t_3
        carried[t_2] = carried_t
    carried_padded = np.pad(carried, ((0, 1), (0, 0)))
    t_4 = carried_padded[1:].T + grad_h.T - (h ** 2).T * (carried_padded[1:].T + grad_h.T)
    grad_W = t_4 @ x
    grad_U = t_4 @ np.concatenate([h0[None], h[:-1]])
    grad_b = t_4.sum(axis=1)
    return {'loss': loss, 'dW': grad_W, 'dU': grad_U, 'db': grad_b}

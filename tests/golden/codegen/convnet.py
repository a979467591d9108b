import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def f(x, w, b, W, t):
    """x: [N, 1, 8, 8], w: [4, 1, 3, 3], b: [4], W: [64, 10], t: [N]."""
    N = x.shape[0]
    x_padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    x_windows = sliding_window_view(x_padded, (3, 3), axis=(2, 3))
    t_2 = np.einsum("ijklmn,ojmn->iokl", x_windows, w, optimize=True)
    z = t_2 + b[:, None, None]
    r = np.maximum(z, 0)
    t_3 = r.reshape(N, 4, 4, 2, 4, 2)
    m = t_3.max(axis=(3, 5))
    t_4 = m.reshape(N, 64)
    scores = t_4 @ W
    scores_max = scores.max(axis=1, keepdims=True)
    exp_scores = np.exp(scores - scores_max)
    t_5 = scores[np.arange(N), t] - (np.log(exp_scores.sum(axis=1)) + scores_max[:, 0])
    loss = -t_5.mean()
    grad_scores = exp_scores / exp_scores.sum(axis=1, keepdims=True) / N - (t[:, None] == np.arange(10)) / N
    grad_m = (grad_scores @ W.T).reshape(N, 4, 4, 4)
    flat = t_3.transpose(0, 1, 2, 4, 3, 5).reshape(N, 4, 4, 4, -1)
    t_6 = (flat.argmax(axis=-1)[..., None] == np.arange(flat.shape[-1])).astype(float).reshape(N, 4, 4, 4, 2, 2)
    grad_r = (grad_m[:, :, :, None, :, None] * t_6.transpose(0, 1, 2, 4, 3, 5)).reshape(N, 4, 8, 8)
    grad_z = grad_r * (z > 0)
    windows = sliding_window_view(x_padded[:, 0], (3, 3), axis=(1, 2))
    t_7 = np.einsum("ijklm,injk->nlm", windows, grad_z, optimize=True)
    grad_w = t_7[:, None]
    grad_b = grad_z.sum(axis=(0, 2, 3))
    grad_W = t_4.T @ grad_scores
    return {'loss': loss, 'dw': grad_w, 'db': grad_b, 'dW': grad_W}

"""Layers and models: parameters and calls of ops; names and arguments follow torch.nn.

>>> from symnn.lang.tensor import tensor
>>> net = Sequential(Conv2d(1, 4, 3, padding=1), ReLU(), MaxPool2d(2), Flatten(), Linear(784, 10))
>>> net(tensor("x", ("N", 1, 28, 28))).sizes
(N, 10)
"""

from symnn.lang import face as face
from symnn.nn.activation import (
    ELU,
    GELU,
    SELU,
    Activation,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    Identity,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from symnn.nn.attention import FeedForward, MultiHeadAttention, SelfAttention, TransformerBlock
from symnn.nn.containers import Concat, Repeat, Residual, Sequential
from symnn.nn.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from symnn.nn.dense import Dropout, Embedding, Flatten, Linear, PositionalEncoding, Reshape
from symnn.nn.module import Module
from symnn.nn.normalisation import (
    BatchNorm,
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
    RMSNorm,
)
from symnn.nn.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    Upsample,
)
from symnn.nn.recurrent import GRU, LSTM, RNN

__all__ = [
    "ELU", "GELU", "GRU", "LSTM", "RNN", "SELU", "Activation", "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d", "BatchNorm", "BatchNorm1d",
    "BatchNorm2d", "BatchNorm3d", "Concat", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d",
    "ConvTranspose2d", "ConvTranspose3d", "Dropout", "Embedding", "FeedForward", "Flatten",
    "GroupNorm", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity", "InstanceNorm1d",
    "InstanceNorm2d", "InstanceNorm3d", "LayerNorm", "LeakyReLU", "Linear", "LogSigmoid",
    "LogSoftmax", "MaxPool1d", "MaxPool2d", "MaxPool3d", "Mish", "Module", "MultiHeadAttention",
    "PReLU", "PositionalEncoding", "RMSNorm", "ReLU", "ReLU6", "Repeat", "Reshape", "Residual",
    "SelfAttention", "Sequential", "SiLU", "Sigmoid", "Softmax", "Softplus", "Softsign", "Tanh",
    "TransformerBlock", "Upsample",
]  # fmt: skip

"""A layer that does not fit is named first, with both shapes and the value that would fix it."""

from __future__ import annotations

import pytest

from symnn import nn
from symnn.core.errors import SymnnError
from symnn.lang.face import evaluate
from symnn.lang.tensor import Tensor, tensor

CHANNELS = """\
ShapeError in layer Conv 2, Conv2d(in_channels=3, out_channels=8, kernel_size=(3, 3), \
stride=(1, 1), padding=((0, 0), (0, 0)))
  expected: 3 channels (in_channels)
  found: 4   Conv_1: [N, 4, 26, 26]
  fix: in_channels=4"""

WIDTH = """\
ShapeError in layer net.linear2, Linear(in_features=7, out_features=2)
  expected: a last axis of 7 (in_features)
  found: 8   net_linear1: [N, 8]
  fix: in_features=8"""


def message(model: nn.Module, *shape: object) -> str:
    with pytest.raises(SymnnError) as error:
        model(tensor("x", shape))
    return str(error.value)


def test_channels_that_do_not_fit() -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 3, name="Conv 1"), nn.Conv2d(3, 8, 3, name="Conv 2"))
    assert message(net, "N", 1, 28, 28) == CHANNELS


def test_a_width_that_does_not_fit_inside_a_named_model() -> None:
    net = nn.Sequential(nn.Linear(4, 8), nn.Linear(7, 2), name="net")
    assert message(net, "N", 4) == WIDTH


@pytest.mark.parametrize(
    ("layer", "shape", "fix"),
    [
        (nn.Conv2d(1, 2, 5), (1, 1, 3, 9), "padding=1, or kernel_size of at most 3"),
        (nn.Conv2d(3, 2, 3), (1, 28), "insert the missing axes"),
        (nn.LayerNorm(5), ("N", 4), "normalized_shape=[4]"),
        (nn.BatchNorm2d(3), ("N", 4, 2, 2), "num_features=4"),
        (nn.LSTM(3, 4), ("N", 5, 2), "input_size=2"),
        (nn.Residual(nn.Linear(4, 5)), ("N", 4), "give a shortcut layer"),
        (nn.ConvTranspose1d(1, 1, 1, padding=2), (1, 1, 3), "padding less than 2"),
    ],
)  # fmt: skip
def test_the_fix_is_named(layer: nn.Module, shape: tuple[object, ...], fix: str) -> None:
    assert fix in message(layer, *shape)


@pytest.mark.parametrize(
    ("make", "fix"),
    [
        (lambda: nn.Conv2d(3, 4, 3, groups=2), "in_channels=4"),
        (lambda: nn.Conv2d(4, 3, 3, groups=2), "out_channels=4"),
        (lambda: nn.Conv2d(1, 1, 3, stride=2, padding="same"), "padding as numbers"),
        (lambda: nn.Conv2d(1, 1, (3, 3, 3)), "give 2 numbers"),
        (lambda: nn.MaxPool2d(2, padding=2), "padding=1"),
        (lambda: nn.GroupNorm(3, 4), "num_channels=6"),
        (lambda: nn.Activation("rellu"), "relu"),
        (lambda: nn.Dropout(1.5), "0 <= p < 1"),
        (lambda: nn.MultiHeadAttention(10, 3), "choose sizes that divide"),
        (lambda: nn.Conv2d(1, 1, 3, channels="middle"), "'first' or 'last'"),
    ],
)
def test_wrong_arguments_are_refused_when_the_layer_is_made(make: object, fix: str) -> None:
    with pytest.raises(SymnnError) as error:
        make()  # type: ignore[operator]
    assert fix in str(error.value)


def test_unnamed_sizes_stay_symbols() -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.Flatten())
    assert [str(s) for s in net(tensor("x", ("N", 1, "n", "n"))).sizes] == ["N", "4*n**2"]


class TwoLayers(nn.Module):
    """A model with a layer in an attribute and layers in a list, none of them named."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.rest = [nn.Linear(4, 4), nn.Linear(4, 2)]

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(x)
        for layer in self.rest:
            y = layer(y)
        return y


def test_layers_are_called_as_the_attributes_that_hold_them() -> None:
    net = TwoLayers()
    net(tensor("x", ("N", 3)))
    names = [k for k, _ in net.named_parameters() if k.endswith("weight")]
    assert names == ["first.weight", "rest0.weight", "rest1.weight"]
    assert [str(p.name) for p in net.parameters()][:2] == ["W_first", "b_first"]


def test_a_symbolic_repeat_has_no_value() -> None:
    y = nn.Repeat(nn.Identity, "L")(tensor("x", ("N",)))
    with pytest.raises(SymnnError, match="give times a number"):
        evaluate(y, x=[1.0])


def test_a_tied_parameter_is_listed_once() -> None:
    a, b = nn.Linear(3, 3, bias=False, name="a"), nn.Linear(3, 3, bias=False, name="b")
    b.weight = a.weight
    net = nn.Sequential(a, b)
    net(tensor("x", ("N", 3)))
    assert [k for k, _ in net.named_parameters()] == ["a.weight"]

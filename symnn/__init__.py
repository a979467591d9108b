"""symnn derives neural networks: equations, gradients, shapes, costs, pseudocode and NumPy code.

Names are loaded when they are first used, so that `import symnn` takes no time.

>>> import symnn as sn
>>> sn.sizes("n p")
(n, p)
"""

from importlib import import_module
from typing import Any

_WHERE = {
    "Adam": "symnn.lang.optimizers",
    "CheckError": "symnn.core.errors",
    "Compiled": "symnn.codegen.compiled",
    "Derivation": "symnn.derivation.derivation",
    "Design": "symnn.separation",
    "DomainError": "symnn.core.errors",
    "History": "symnn.training.history",
    "ParseError": "symnn.core.errors",
    "SGD": "symnn.lang.optimizers",
    "ShapeError": "symnn.core.errors",
    "Size": "symnn.lang.face",
    "SymnnError": "symnn.core.errors",
    "Tensor": "symnn.lang.face",
    "UnknownNameError": "symnn.core.errors",
    "UnsupportedError": "symnn.core.errors",
    "analyze": "symnn.analysis.analyzer",
    "binary_cross_entropy_with_logits": "symnn.lang.functions",
    "compile": "symnn.codegen.compiled",
    "compile_step": "symnn.codegen.steps",
    "cost": "symnn.analysis.cost_of_value",
    "cross_entropy": "symnn.lang.functions",
    "define": "symnn.lang.definition",
    "derive": "symnn.derivation.derivation",
    "design": "symnn.separation",
    "draw": "symnn.drawing.drawer",
    "elu": "symnn.lang.functions",
    "evaluate": "symnn.lang.face",
    "gelu": "symnn.lang.functions",
    "hessian": "symnn.derivation.blocks",
    "hinge": "symnn.lang.functions",
    "huber": "symnn.lang.functions",
    "hvp": "symnn.derivation.products",
    "interpret": "symnn.lang.face",
    "jacobian": "symnn.derivation.products",
    "jvp": "symnn.derivation.products",
    "l1": "symnn.lang.functions",
    "l2": "symnn.lang.functions",
    "leaky_relu": "symnn.lang.functions",
    "load_history": "symnn.training.history",
    "logsumexp": "symnn.lang.functions",
    "mae": "symnn.lang.functions",
    "mse": "symnn.lang.functions",
    "named": "symnn.lang.face",
    "one_hot": "symnn.lang.functions",
    "parameter": "symnn.lang.face",
    "parse": "symnn.lang.matrix_grammar",
    "relu": "symnn.lang.functions",
    "rules_off": "symnn.calculus.identities",
    "scan": "symnn.lang.face",
    "same": "symnn.derivation.comparison",
    "sigmoid": "symnn.lang.functions",
    "silu": "symnn.lang.functions",
    "sizes": "symnn.lang.face",
    "softmax": "symnn.lang.functions",
    "softplus": "symnn.lang.functions",
    "squared_error": "symnn.lang.functions",
    "tensor": "symnn.lang.face",
    "train": "symnn.training.loop",
    "vjp": "symnn.derivation.products",
}
_MODULES = {"nn": "symnn.nn", "numpy": "symnn.lang.numpy_face"}

__all__ = [*_WHERE, *_MODULES]  # noqa: PLE0604  the names of two tables


def __getattr__(name: str) -> Any:
    import_module("symnn.derivation.showing")  # gives tensors their printed forms
    if name in _MODULES:
        value: Any = import_module(_MODULES[name])
    elif name in _WHERE:
        value = getattr(import_module(_WHERE[name]), name)
    else:
        raise AttributeError(
            f"symnn has no {name!r}\n  there is: {', '.join(sorted({*_WHERE, *_MODULES}))}"
        )
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*_WHERE, *_MODULES})

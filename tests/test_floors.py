"""Imports point down only (DESIGN, section 4): an AST walk over the package."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import symnn

ROOT = Path(symnn.__file__).parent
# From the ground up; names on one line may not import each other.
FLOORS = [
    ["core", "terminal"], ["tree"], ["text"], ["oracle"], ["calculus"], ["notation"], ["ops"],
    ["lang"], ["probability"], ["derivation"], ["codegen"], ["nn"], ["analysis"], ["drawing"],
    ["separation"], ["training"], ["importers"], ["report"], ["cli", "__init__"], ["__main__"],
]  # fmt: skip
# `oracle` evaluates what calculus builds: it stands between core and calculus.
HEIGHT = {name: k for k, row in enumerate(FLOORS) for name in row}
FILES = sorted(p for p in ROOT.rglob("*.py"))


def floor(module: str) -> str:
    if module == "symnn.notation.tree":  # plain data, which the symbol grammar of text builds
        return "tree"
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def module_of(path: Path) -> str:
    parts = ["symnn", *path.relative_to(ROOT).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def imports(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    skipped = {id(n) for block in ast.walk(tree) if _is_typing(block) for n in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("symnn"):
            found += [(_target(node.module, a.name), node.lineno) for a in node.names]
        elif isinstance(node, ast.Import):
            found += [(a.name, node.lineno) for a in node.names if a.name.startswith("symnn")]
    return found


def _is_typing(node: ast.AST) -> bool:
    """Whether it is an `if TYPE_CHECKING:` block, which never runs."""
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"


def _target(module: str, name: str) -> str:
    inside = ROOT.joinpath(*module.split(".")[1:], name)
    return f"{module}.{name}" if inside.with_suffix(".py").exists() or inside.is_dir() else module


def test_every_part_of_the_package_has_a_floor() -> None:
    parts = {floor(module_of(p)) for p in FILES}
    assert parts <= set(HEIGHT), f"without a floor: {sorted(parts - set(HEIGHT))}"


def test_imports_go_down_the_floors() -> None:
    upward = []
    for path in FILES:
        here = floor(module_of(path))
        for target, line in imports(ast.parse(path.read_text())):
            there = floor(target)
            if there in (here, "__init__"):
                continue
            if HEIGHT[there] >= HEIGHT[here]:
                upward.append(f"{path.relative_to(ROOT)}:{line} imports {target}")
    assert not upward, "\n".join(upward)


def test_modules_have_no_import_cycle() -> None:
    graph = {module_of(p): sorted({t for t, _ in imports(ast.parse(p.read_text()))}) for p in FILES}
    done: set[str] = set()
    for start in sorted(graph):
        path: list[str] = []
        _descend(start, graph, path, done)


def _descend(module: str, graph: dict[str, list[str]], path: list[str], done: set[str]) -> None:
    assert module not in path, " -> ".join([*path[path.index(module) :], module])
    if module in done or module not in graph:
        return
    for target in graph[module]:
        if target != module:
            _descend(target, graph, [*path, module], done)
    done.add(module)


def test_functions_do_not_import_the_own_package() -> None:
    inner = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inner += [f"{path.relative_to(ROOT)}:{line}" for _, line in imports(node)]
    assert not inner, f"imports inside functions: {inner}"


def test_no_module_has_the_name_of_a_public_function() -> None:
    public = set(symnn.__all__) - set(symnn._MODULES)  # sn.nn is the package itself
    top = {p.stem for p in ROOT.iterdir()}
    assert not public & top, "a part of the package would hide a public function"
    below = {p.stem for p in FILES if p.parent != ROOT}
    assert public & below <= {
        "evaluate",
        "interpret",
        "parse",
        "sizes",
        "tensor",
    }  # may only shrink


def test_files_are_no_longer_than_their_limit() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in FILES
        if (n := len(p.read_text().splitlines())) > 300 and p.parent.name in ("lang", "ops")
    }
    assert set(long) <= {"lang/matrix_shapes.py"}  # may only shrink


def test_importing_symnn_loads_no_part_of_it() -> None:
    import subprocess

    code = (
        "import sys, symnn; print([m for m in sys.modules if m.split('.')[0] in "
        "('sympy', 'numpy', 'matplotlib', 'typst', 'graphviz')])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_every_public_name_exists() -> None:
    for name in symnn.__all__:
        assert getattr(symnn, name) is not None

"""Imports between the package's files go one way, and nothing reaches into another room's private parts."""

from __future__ import annotations

import ast
from pathlib import Path

import stackmodel

ROOT = Path(stackmodel.__file__).parent
MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def for_type_checking(tree: ast.Module) -> set[int]:
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    return {id(inside) for block in blocks for inside in ast.walk(block)}


def imported_by(module: str) -> set[str]:
    """Modules that a file imports when it runs, inside functions too."""
    tree = tree_of(MODULES[module])
    skipped, found = for_type_checking(tree), set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            # A package that only names one of its files is not what is asked for.
            found |= named & MODULES.keys() or {node.module}
    return (found & MODULES.keys()) - {module, "stackmodel"}


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {module: imported_by(module) for module in MODULES}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way[way.index(module) :], module))
        if module in done:
            return
        for other in sorted(graph[module]):
            visit(other, (*way, module))
        done.add(module)

    for module in sorted(graph):
        visit(module, ())
    assert len(done) == len(MODULES)


def test_a_circle_would_be_found(tmp_path: Path) -> None:
    assert "stackmodel.structure.layer" in imported_by("stackmodel.structure.stack")
    assert "stackmodel.structure.mechanisms" in imported_by("stackmodel.structure.levels")  # inside a function


def test_experiments_take_no_device() -> None:
    for module in MODULES:
        tree = tree_of(MODULES[module])
        if module.startswith("stackmodel.experiments"):
            assert not {other for other in imported_by(module) if other.startswith("stackmodel.kinds")}, module
        for node in ast.walk(tree):
            if isinstance(node, ast.arg) and node.arg == "device":
                assert node.annotation is None or ast.unparse(node.annotation) != "Any", f"{module}: {node.lineno}"


def test_no_private_attribute_is_read_from_another_file() -> None:
    for module, path in MODULES.items():
        if module == "stackmodel.physics.kernel":
            continue  # numba's own caches have no public name
        tree = tree_of(path)
        own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        own |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ours(node.value)}
        own |= {
            node.target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and private(node.attr) and not ours(node.value):
                assert node.attr in own | FOREIGN, f"{module}:{node.lineno}: {ast.unparse(node)}"


#: Private parts of other libraries that have no public name.
FOREIGN = {"_replace", "_asdict", "_fields", "_make"}


def ours(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")

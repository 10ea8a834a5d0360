"""Reads single functions out of clones of the authors' repositories, and runs them.

A clone is a work tree or a bare repository; what stands at its HEAD is read. Nothing of the authors' code stands in ours.
"""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Callable


def git(clone: Path, *command: str) -> str:
    return subprocess.run(["git", "-C", clone, *command], check=True, capture_output=True).stdout.decode("utf-8")


def source(clone: Path, file: str) -> str:
    return git(clone, "show", f"HEAD:{file}")


def revision(clone: Path) -> str:
    return git(clone, "rev-parse", "HEAD").strip()


def functions(text: str, names: list[str], namespace: dict) -> dict:
    """Executes functions and classes of a file, without their decorators, in `namespace`, and returns it.

    A name is `function`, or `Class.method` for a method, which is then found under that name and under `method`.
    """
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}": inner for inner in node.body if isinstance(inner, ast.FunctionDef)}
    for name in names:
        found[name].decorator_list = []
        exec(compile(ast.unparse(found[name]), name, "exec"), namespace)
        namespace[name] = namespace[found[name].name]
    return namespace


def locals_of(function: Callable, *given, **keys) -> tuple[object, dict]:
    """(what a function returns, its local variables when it returned)"""
    local, code = {}, getattr(function, "__func__", function).__code__

    def at_return(frame, event, _):
        if event == "return" and frame.f_code is code:
            local.update(frame.f_locals)

    sys.setprofile(at_return)
    try:
        returned = function(*given, **keys)
    finally:
        sys.setprofile(None)
    return returned, local

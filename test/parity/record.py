"""Runs Python examples in the real zarr-python and records what each line gives.

record.py FOLDER FILE: every FOLDER/*.py is run statement by statement, as at a prompt; what an expression gives (unless it
is None), what is printed, and the class of an error are its results. FILE gets them as JSON, by the names of the examples,
and beside them the public names of zarr-python whose docstrings have examples.
"""

import ast
import asyncio
import inspect
import json
import re
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import zarr


def recorded(value):
    """What a value is, as JSON."""
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        return {"array": {"dtype": array.dtype.name, "shape": list(array.shape), "values": plain(array.tolist())}}
    if isinstance(value, NODES) or type(value).__name__ in ("ArrayInfo", "GroupInfo"):
        return {"value": text_of(value)}
    return {"value": plain(value)}


NODES = zarr.Array | zarr.AsyncArray | zarr.Group | zarr.AsyncGroup


def text_of(value):
    """What is printed of a value, without the number that names a store in memory."""
    return re.sub(r"memory://\d+", "memory://", str(value))


def plain(value):
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, NODES):
        return text_of(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and value != value:
        return "NaN"
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"no result of an example: {value!r}")


async def results_of(path):
    """The results of one example, in their order."""
    results = []
    names = {"__name__": path.stem, "print": lambda *values: results.append({"value": " ".join(map(text_of, values))})}
    for statement in ast.parse(path.read_text(encoding="utf8")).body:
        is_value = isinstance(statement, ast.Expr)
        tree = ast.Expression(statement.value) if is_value else ast.Module([statement], [])
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(tree, str(path), "eval" if is_value else "exec", flags=flags)
        try:
            value = eval(code, names)
            if code.co_flags & inspect.CO_COROUTINE:
                value = await value
        except Exception as error:
            results.append({"error": type(error).__name__})
            continue
        if is_value and value is not None:
            results.append(recorded(value))
    return results


def documented():
    """The public functions, and members of the public classes, whose docstrings have examples."""
    found = []
    for name in sorted(set(dir(zarr)) - {"AsyncArray", "AsyncGroup", "Array", "Group"}):
        value = getattr(zarr, name)
        if not name.startswith("_") and isinstance(value, types.FunctionType) and has_examples(value):
            found.append(name)
    for of in (zarr.Array, zarr.AsyncArray, zarr.Group, zarr.AsyncGroup):
        members = (name for name in dir(of) if not name.startswith("_"))
        found += [f"{of.__name__}.{name}" for name in members if has_examples(getattr(of, name))]
    return sorted(found)


def has_examples(value):
    text = inspect.getdoc(value) or ""
    return re.search(r"^(Examples\n-|>>> |```python)", text, re.MULTILINE) is not None


def main(folder, file):
    warnings.simplefilter("ignore")
    results = {path.stem: asyncio.run(results_of(path)) for path in sorted(Path(folder).glob("*.py"))}
    lines = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in results.items()]
    text = "{\n" + ",\n".join(lines) + "\n}"
    Path(file).write_text(f'{{ "documented": {json.dumps(documented())},\n"results": {text} }}\n', encoding="utf8")


main(*sys.argv[1:])

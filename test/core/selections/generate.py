"""Writes golden.json beside this file: what zarr-python reads and writes by selections of every kind.

An entry of a selection is a number, a slice as text, "...", a list of numbers or booleans, or {"array": nested list},
which is a NumPy array. A selection is a list of entries, or one {"array": …} alone. Run with zarr 3.4.2.
"""

import json
import pathlib

import numpy as np
import zarr

LAYOUTS = {
    "v2": {"zarr_format": 2},
    "v3": {"zarr_format": 3},
    "sharded": {"zarr_format": 3, "sharded": True},
}
ARRAYS = {
    "one": {"shape": (10,), "chunks": (3,), "shards": (6,)},
    "two": {"shape": (10, 20), "chunks": (3, 7), "shards": (6, 14)},
    "three": {"shape": (3, 4, 5), "chunks": (2, 2, 2), "shards": (4, 2, 4)},
}
METHODS = {
    "get": lambda a: a,
    "oindex": lambda a: a.oindex,
    "vindex": lambda a: a.vindex,
    "blocks": lambda a: a.blocks,
    "coordinate": lambda a: Method(a.get_coordinate_selection, a.set_coordinate_selection),
    "mask": lambda a: Method(a.get_mask_selection, a.set_mask_selection),
    "basic": lambda a: Method(a.get_basic_selection, a.set_basic_selection),
}
ERRORS = {"IndexError": "SelectionError", "ValueError": "ArgumentError"}


class Method:
    def __init__(self, get, set_):
        self.get, self.set_ = get, set_

    def __getitem__(self, selection):
        return self.get(selection)

    def __setitem__(self, selection, value):
        self.set_(selection, value)


def array(nested):
    return {"array": nested}


EMPTY = array([])
EVEN = [i % 2 == 0 for i in range(10)]
THIRD = [i % 3 == 0 for i in range(20)]
GRID = array([[(i * 20 + j) % 11 == 0 for j in range(20)] for i in range(10)])

READS = {
    "one": {
        "get": [[[5, 1, 5]], [[0, -1]], [EVEN], [array(EVEN)], array(EVEN), array([[0, 2], [1, 1]]), [EMPTY], ["..."], [[10]]],
        "oindex": [[[9, 0]], [EVEN], ["2:9:3"], [3], [array([[1]])], [[]]],
        "vindex": [[3], [[3]], [[7, 7, 0]], [array(EVEN)], [":"], [[-11]], [EMPTY], [[]]],
        "coordinate": [[[1, 4]], [1], [[-1, -10]], [[1, 10]]],
        "mask": [array(EVEN)],
        "blocks": [[0], [-1], [1], ["1:"], [4], ["0:1"]],
    },
    "two": {
        "get": [
            [0], [-1], ["2:4"], ["5:2"], ["100:200"], ["0:100:3", "..."], ["...", 0], [],
            [10], [-11], [0, 0, 0], ["...", "..."], [1.5], [[]], [True],
            [[0, 2]], [[0, 2], [1, 3]], [[0, 2], ":"], [0, [1, 3]], [[1, 3], 0], [EVEN], [EVEN, THIRD], [[0, 2], THIRD],
            [EVEN, 0], [0, array(THIRD)], [array(EVEN), THIRD], GRID, [[True, False]], [[-1, -20]], [[0, True]], [[1.5, 2.5]],
            [array([0, 2]), array([1, 3])], [array([[0, 2]]), array([[1], [3]])], [array([[0, 2], [1, 1]])],
            [EMPTY, ":"], [EMPTY], [EMPTY, EMPTY], [[], ":"], [[], []], [[0, 0, 5, 5, 0]], [[0, 1], "1:4"], [[9, 3, 4], "::6"],
            [array([0, 1]), 0], [array([0, 1]), array(3)], [array(3)], [[0, 1], "..."], [[0, 1], 3, 2], [[10], ":"],
        ],
        "basic": [[0, "::7"], [[0, 2]], [array([0, 2]), 1]],
        "oindex": [
            [[0, 2], [1, 3]], [[9, 0, 9], [19, 2]], [EVEN, [1, 0]], [EVEN, THIRD], [0, [5, 3]], [[5, 3], -1], ["::2", [5, 3]],
            [0, 0], ["...", [0, 2]], [[0, 2]], [], ["..."], [array(EVEN)], array(EVEN), [EMPTY], [EVEN, [False] * 20],
            [[True] * 9], [array([True] * 9)], [array([[0, 2]])], [[0.5]], [array([0.5, 2.5])], [0, 0, 0], [[10]], [[-10]],
            [array(3)], GRID, [[], ":"],
        ],
        "vindex": [
            [0, 0], [[0, 2], [1, 3]], [[9, 0, 9, 4], [19, 2, 19, 6]], [[0, 1], [[0], [1], [2]]], [[3, 4], 5], [-1, [0, -20]],
            [array([[0, 1], [2, 3]]), array([5, 6])], [EMPTY, EMPTY], [EMPTY, 0], GRID, [GRID],
            [0], [0, 0, 0], [[0, 1], [0, 1, 2]], [":", 0], ["..."], [[0, 1]], [EVEN, THIRD], array(EVEN), [[0.5], [1]],
            [[10], [1]], [[0], [-21]], [[], []], [array(1), array(2)],
        ],
        "coordinate": [
            [[0, 2], [1, 3]], [0, 1], [[0, 1], ":"], [[0, 1]], [[0, 1], [0, 1, 2]], [EMPTY, EMPTY], [[], []], GRID, [[0, 10], 0],
        ],
        "mask": [GRID, [GRID], array(EVEN), [array(EVEN)], [[0, 1]], [1, 2]],
        "blocks": [
            [0], [-1, -1], ["0:2"], ["1:100"], ["...", 0], [":-1"], ["2:1"], [":0"], ["..."], [], [0, "1:"], [1, 1],
            [4], [-5], ["4:5"], ["-5:"], ["::2"], ["::-1"], [0, 0, 0], [[0, 1]], [1.5], [True],
        ],
    },
    "three": {
        "get": [
            [0, [1, 2]], [[0, 2], 0, ":"], [[0, 2], ":", 1], [0, 0, [1, 2]], [[0, 1], [1, 2], [3, 4]], [[0, 1], 2, [3, 4]],
            [[0, 2], ":", [1, 3]], ["...", [0, 2]], [[0, 2], "..."], [0, [1, 2], [True] * 5], [[True, False, True], 0],
            [[0, 1], [1, 2], [True, False, True, False, True]],
        ],
        "oindex": [[[2, 0], ":", [4, 1, 1]], [[2, 0], [3, 1], [4, 1, 1]], [1, [3, 1], "1:4"], ["...", [0, 2]], [":", 2, [4]]],
        "vindex": [[[2, 0], [3, 1], [4, 1]], [[[2], [0]], [3, 1], 2]],
        "blocks": [[1, 0, "1:"], ["...", 0]],
    },
}

WRITES = {
    "one": {
        "get": [([[9, 1, 4]], [1, 2, 3]), ([EVEN], 7), (array(EVEN), [1, 2, 3, 4, 5])],
        "vindex": [([[3, 8]], -1)],
        "blocks": [([1], [1, 2, 3]), (["1:"], 5)],
    },
    "two": {
        "get": [([[0, 9], [1, 3]], [7, 8]), ([[5, 2], "::7"], [[1, 2, 3], [4, 5, 6]]), (GRID, 9), ([0, [1, 3]], [5, 6])],
        "oindex": [([[9, 0], [19, 2, 7]], [[1, 2, 3], [4, 5, 6]]), ([EVEN, 3], 1), ([0, 0], 4)],
        "vindex": [([[9, 0], [19, 2]], [1, 2]), ([[0, 1], [[0], [1]]], [[1, 2], [3, 4]]), ([3, 3], 2)],
        "coordinate": [([[0, 1, 9], 5], [1, 2, 3])],
        "mask": [(GRID, list(range(19)))],
        "blocks": [([0, -1], 3), (["...", 0], 8)],
    },
    "three": {"oindex": [([[2, 0], ":", [4, 1]], 6)], "vindex": [([[2, 0], [3, 1], [4, 1]], [1, 2])]},
}


def entry(item):
    if isinstance(item, dict):
        nested = item["array"]
        return np.array(nested, dtype="int64") if nested == [] else np.array(nested)
    if isinstance(item, str):
        return ... if item == "..." else eval(f"np.s_[{item}]")
    return item


def python_selection(selection):
    return tuple(map(entry, selection)) if isinstance(selection, list) else entry(selection)


def make(name, layout):
    spec = ARRAYS[name]
    shards = spec["shards"] if layout.get("sharded") else None
    made = zarr.create_array(
        {}, shape=spec["shape"], chunks=spec["chunks"], shards=shards, dtype="int32", zarr_format=layout["zarr_format"]
    )
    made[...] = np.arange(made.size, dtype="int32").reshape(made.shape)
    return made


def outcome(act):
    try:
        result = np.asarray(act())
    except Exception as error:
        name = type(error).__name__
        return {"error": ERRORS.get(name, name)}
    return {"shape": list(result.shape), "values": result.ravel().tolist()}


def read(name, method, selection, layout):
    return outcome(lambda: METHODS[method](make(name, layout))[python_selection(selection)])


def write(name, method, selection, value, layout):
    def act():
        made = make(name, layout)
        METHODS[method](made)[python_selection(selection)] = np.asarray(value, dtype="int32") if isinstance(value, list) else value
        return made[...]

    return outcome(act)


def case(fields, by_layout):
    assert by_layout["v2"] == by_layout["v3"], fields
    same = by_layout["sharded"] == by_layout["v3"]
    return fields | {"result": by_layout["v3"]} | ({} if same else {"sharded": by_layout["sharded"]})


def cases():
    for name, methods in READS.items():
        for method, selections in methods.items():
            for selection in selections:
                fields = {"array": name, "method": method, "selection": selection}
                yield case(fields, {key: read(name, method, selection, layout) for key, layout in LAYOUTS.items()})
    for name, methods in WRITES.items():
        for method, pairs in methods.items():
            for selection, value in pairs:
                fields = {"array": name, "method": method, "selection": selection, "value": value}
                results = {key: write(name, method, selection, value, layout) for key, layout in LAYOUTS.items()}
                yield case(fields, results)


if __name__ == "__main__":
    text = ",\n".join(json.dumps(row, separators=(",", ":")) for row in cases())
    pathlib.Path(__file__).with_name("golden.json").write_text(f"[\n{text}\n]\n")

"""Objects of format 2 by numcodecs alone, as zarr-python 2 wrote them: objects.py write|read TABLE.json FOLDER [OUT.json]."""

import itertools
import json
import sys
from pathlib import Path

import numcodecs
import numpy as np


def value_of(token, dtype):
    """The Python value that a token of objects.mjs stands for; a list is an array where elements are arrays."""
    if isinstance(token, dict) and "$bytes" in token:
        return bytes.fromhex(token["$bytes"])
    return np.array(token, dtype) if dtype else token


def token_of(value):
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def item_dtype(case):
    return case["filter"]["dtype"] if case["filter"]["id"] == "vlen-array" else None


def places(case):
    """The name of each chunk, and which part of the array it is."""
    counts = [-(-length // edge) for length, edge in zip(case["shape"], case["chunks"], strict=True)]
    for place in itertools.product(*map(range, counts)):
        part = tuple(slice(at * edge, (at + 1) * edge) for at, edge in zip(place, case["chunks"], strict=True))
        yield ".".join(map(str, place)) or "0", part


def objects(shape, values, order="C"):
    flat = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        flat[place] = value
    return np.asarray(flat.reshape(shape), order=order)


def write(case, folder):
    folder = folder / case["id"]
    folder.mkdir()
    document = {
        "zarr_format": 2,
        "shape": case["shape"],
        "chunks": case["chunks"],
        "dtype": "|O",
        "fill_value": None,
        "order": case["order"],
        "compressor": case["compressor"],
        "filters": [numcodecs.get_codec(case["filter"]).get_config()],
    }
    (folder / ".zarray").write_text(json.dumps(document))
    dtype = item_dtype(case)
    whole = objects(case["shape"], [value_of(token, dtype) for token in case["values"]])
    for name, part in places(case):
        fill = [value_of(case["fill"], dtype)] * int(np.prod(case["chunks"], dtype=int))
        chunk = objects(case["chunks"], fill, case["order"])
        if part:
            inside = whole[part]
            chunk[tuple(slice(0, length) for length in inside.shape)] = inside
        else:
            chunk = whole
        data = numcodecs.get_codec(case["filter"]).encode(chunk)
        if case["compressor"] is not None:
            data = numcodecs.get_codec(case["compressor"]).encode(data)
        (folder / name).write_bytes(np.asarray(data, order="A").tobytes(order="A") if isinstance(data, np.ndarray) else data)


def read(case, folder):
    folder = folder / case["id"]
    document = json.loads((folder / ".zarray").read_text())
    whole = np.empty(case["shape"], dtype=object)
    for name, part in places(case):
        if not (folder / name).exists():  # It is nothing but fill value.
            whole[part] = case["fill"]
            continue
        data = (folder / name).read_bytes()
        if document["compressor"] is not None:
            data = numcodecs.get_codec(document["compressor"]).decode(data)
        for config in reversed(document["filters"]):
            data = numcodecs.get_codec(config).decode(data)
        chunk = data.reshape(case["chunks"], order=document["order"])
        inside = whole[part].shape if part else ()
        for place in np.ndindex(*inside):
            whole[tuple(at + axis.start for at, axis in zip(place, part, strict=True))] = chunk[place]
    return {"values": [token_of(whole[place]) for place in np.ndindex(*case["shape"])]}


def write_pickle(folder):
    folder.mkdir()
    document = {"zarr_format": 2, "shape": [2], "chunks": [2], "dtype": "|O", "fill_value": None, "order": "C"}
    codec = numcodecs.Pickle()
    (folder / ".zarray").write_text(json.dumps({**document, "compressor": None, "filters": [codec.get_config()]}))
    (folder / "0").write_bytes(codec.encode(objects([2], ["a", {"b": 1}])))


def attempt(case, folder):
    try:
        return read(case, folder)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    action, table, folder, *out = sys.argv[1:]
    cases = json.loads(Path(table).read_text())
    if action == "write":
        for case in cases:
            write(case, Path(folder))
        write_pickle(Path(folder) / "pickle")
    else:
        Path(out[0]).write_text(json.dumps({case["id"]: attempt(case, Path(folder)) for case in cases}))


if __name__ == "__main__":
    main()

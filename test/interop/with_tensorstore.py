"""TensorStore writes every case, or reads what the other side wrote: with_tensorstore.py write|read|resize TABLE.json FOLDER [OUT.json].

An element is its bits: numbers are views of integers, so that no NaN loses its payload on the way.
"""

import base64
import json
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import tensorstore as ts


def numpy_dtype(name):
    return np.dtype(getattr(ml_dtypes, name, name))


def document(case):
    """The metadata that TensorStore is to create the array with."""
    if case["format"] == 2:
        return {
            "zarr_format": 2,
            "shape": case["shape"],
            "chunks": case["chunks"],
            "dtype": case["v2"],
            "fill_value": fill_of(case, 2),
            "order": case["chain"].get("order", "C"),
            "compressor": case["chain"].get("compressor"),
            "filters": None,
            "dimension_separator": case["chain"].get("separator", "."),
        }
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": case["shape"],
        "data_type": case["v3"],
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": case["chunks"]}},
        "chunk_key_encoding": case["chain"].get("keys", {"name": "default"}),
        "fill_value": fill_of(case, 3),
        "codecs": case["chain"]["codecs"],
        "attributes": {},
        **({"dimension_names": case["chain"]["names"]} if "names" in case["chain"] else {}),
    }


def fill_of(case, zarr_format):
    """The fill value of a case in JSON, from its bytes."""
    data = bytes.fromhex(case["fill"])
    if case["kind"] == "raw":
        return base64.b64encode(data).decode()
    if case["kind"] == "struct":
        if zarr_format == 2:
            return base64.b64encode(data).decode()
        offset, fill = 0, {}
        for field in case["fields"]:
            size = numpy_dtype(field["dtype"]).itemsize
            fill[field["name"]] = number_of(data[offset : offset + size], field["dtype"], zarr_format)
            offset += size
        return fill
    if zarr_format == 2 and case["dtype"] == "float4_e2m1fn":
        return base64.b64encode(data).decode()
    return number_of(data, case["dtype"], zarr_format)


def number_of(data, name, zarr_format):
    dtype = numpy_dtype(name)
    if dtype.kind == "c":
        half = len(data) // 2
        part = "float32" if half == 4 else "float64"
        return [number_of(data[:half], part, zarr_format), number_of(data[half:], part, zarr_format)]
    if name == "bool":
        return data != b"\0"
    if "int" in name:
        return int(np.frombuffer(data, dtype)[0])
    if zarr_format == 3:
        return "0x" + data[::-1].hex()
    value = float(np.frombuffer(data, dtype)[0])
    if value != value:
        return "NaN"
    return value if abs(value) != float("inf") else "Infinity" if value > 0 else "-Infinity"


def spec(case, folder, field=None):
    driver = "zarr" if case["format"] == 2 else "zarr3"
    opened = {"driver": driver, "kvstore": {"driver": "file", "path": str(folder / case["id"])}}
    return opened if field is None else {**opened, "field": field}


def parts_of(case):
    """What is opened by itself: the array, or each field, with the name of its numbers and where its bytes are."""
    if case["kind"] != "struct":
        return [(None, case.get("dtype"), 0)]
    offset, parts = 0, []
    for field in case["fields"]:
        parts.append((field["name"], field["dtype"], offset))
        offset += numpy_dtype(field["dtype"]).itemsize
    return parts


def write(case, folder):
    rows = case["written"]
    whole = np.frombuffer(bytes.fromhex(case["data"]), "u1").reshape(*case["shape"], case["itemSize"])[:rows]
    metadata = document(case)
    for field, name, offset in parts_of(case):
        if case["kind"] == "raw":  # TensorStore writes to such arrays, but ends the process when it is to create one.
            (folder / case["id"]).mkdir(parents=True)
            (folder / case["id"] / "zarr.json").write_text(json.dumps(metadata))
            array = ts.open(spec(case, folder)).result()
            array[:rows].write(whole.view("V1").reshape(whole.shape)).result()
            continue
        opened = {**spec(case, folder, field), "metadata": metadata}
        array = ts.open(opened, create=True, open=True).result()
        size = numpy_dtype(name).itemsize
        part = np.ascontiguousarray(whole[..., offset : offset + size]).view(numpy_dtype(name))[..., 0]
        array[:rows].write(part).result()
    return {}


def read(case, folder):
    found = np.zeros((*case["shape"], case["itemSize"]), "u1")
    for field, _, offset in parts_of(case):
        array = ts.open(spec(case, folder, field)).result()
        values = np.ascontiguousarray(array.read().result())
        data = np.frombuffer(values.tobytes(), "u1").reshape(*case["shape"], -1)
        found[..., offset : offset + data.shape[-1]] = data
    return {"data": found.tobytes().hex()}


def resize(case, folder):
    array = ts.open(spec(case, folder)).result()
    array.resize(exclusive_max=case["shape"], resize_metadata_only=False).result()
    return {}


def attempt(action, case, folder):
    try:
        return action(case, folder)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error).split('[', 1)[0]}"}


def main():
    action, table, folder, out = sys.argv[1:]
    cases = json.loads(Path(table).read_text())
    run = {"write": write, "read": read, "resize": resize}[action]
    Path(out).write_text(json.dumps({case["id"]: attempt(run, case, Path(folder)) for case in cases}))


if __name__ == "__main__":
    main()

"""Writes every case with zarr-python and a manifest of what it then reads: write.py TABLE.json FOLDER."""

import json
import sys
import warnings
from pathlib import Path

import numcodecs
import numpy as np
import zarr
from description import describe_array, describe_group
from tokens import token_of, value_of
from values import values, zarr_dtype
from zarr.storage import LocalStore


def main():
    table = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    manifest = {
        "arrays": {case["id"]: attempt(write_array, case, folder / "arrays") for case in table["arrays"]},
        "hierarchies": {case["id"]: attempt(write_hierarchy, case, folder) for case in table["hierarchies"]},
        "updates": {case["id"]: attempt(write_update, case, folder) for case in table["updates"]},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def attempt(write, case, folder):
    try:
        return write(case, folder)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def write_array(case, folder):
    array = create_array(LocalStore(folder / case["id"]), case)
    encoded = False
    for one in case["writes"]:
        if "resize" in one:
            array.resize(tuple(one["resize"]))
            continue
        if "append" in one:
            append(array, case["dtype"], one["append"], one["axis"])
            continue
        selection = eval(f"np.s_[{one['selection']}]")  # The text between NumPy's brackets, from our own table.
        if one["value"] == "fill":
            array[selection] = fill_of(array)
        else:
            array[selection] = values(array.shape, case["dtype"])[selection]
        encoded = encoded or array.nchunks_initialized > 0
    reopened = zarr.open_array(folder / case["id"], mode="r")
    complete = reopened.nchunks < 10_000
    description = describe_array(reopened, case["reads"], complete=complete)
    if complete:
        description["infoComplete"] = str(reopened.info_complete())
    return {**description, "encoded": encoded}


def append(array, dtype, count, axis):
    longer = tuple(length + count if at == axis else length for at, length in enumerate(array.shape))
    past = tuple(slice(array.shape[at] if at == axis else 0, None) for at in range(array.ndim))
    array.append(values(longer, dtype)[past], axis=axis)


def create_array(store, case, name=None):
    options = dict(case["create"])
    zarr_format = case["format"]
    options["dtype"] = zarr_dtype(options["dtype"], zarr_format)
    if "fill_value" in options:
        options["fill_value"] = value_of(options["fill_value"])
    if zarr_format == 2 and options.get("compressors"):
        compressors = options["compressors"]
        options["compressors"] = numcodecs.get_codec(compressors[0] if isinstance(compressors, list) else compressors)
    if zarr_format == 2 and options.get("filters"):
        options["filters"] = [numcodecs.get_codec(one) for one in options["filters"]]
    return zarr.create_array(
        store, name=name, zarr_format=zarr_format, attributes=json.loads(case["attributes"]), **options
    )


def fill_of(array):
    """The fill value, or the zero that stands for it where format 2 has null."""
    if array.fill_value is None:
        return array.metadata.dtype.default_scalar()
    return array.fill_value


def write_hierarchy(case, folder):
    root = folder / "hierarchies" / case["id"]
    store = LocalStore(root)
    for node in case["nodes"]:
        if node["kind"] == "array":
            array = create_array(store, {**node, "format": case["format"]}, name=node["path"])
            array[...] = values(array.shape, node["create"]["dtype"])
        else:
            attributes = json.loads(node["attributes"])
            zarr.create_group(store, path=node["path"], zarr_format=case["format"], attributes=attributes)
    for path in case["consolidate"]:
        zarr.consolidate_metadata(store, path=path, zarr_format=case["format"])
    description = describe_group(zarr.open_group(root, mode="r"))
    description["infoComplete"] = str(zarr.open_group(root, mode="r").info_complete())
    return description


def write_update(case, folder):
    """The same node twice: as created, for the other side to update, and as zarr-python updates it."""
    for name in ("created", "updated"):
        root = folder / name / case["id"]
        if case["kind"] == "array":
            create_array(LocalStore(root), case)
        else:
            group = zarr.create_group(root, zarr_format=case["format"], attributes=json.loads(case["attributes"]))
            group.create_group("inner").create_array("child", shape=(2,), dtype="int8", compressors=None)
            if case["kind"] == "consolidated":
                zarr.consolidate_metadata(root, zarr_format=case["format"])
    node = zarr.open(root, mode="r+")
    node.update_attributes(json.loads(case["update"]))
    return {"attributes": token_of(dict(zarr.open(root, mode="r").attrs))}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    zarr.config.set({"array.rectilinear_chunks": True})
    main()

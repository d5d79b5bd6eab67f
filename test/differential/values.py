"""What programs carry (values, selections, options) as Python and NumPy have them; elements.mjs has the notation."""

import base64
import re

import numcodecs
import numpy as np
from tokens import value_of
from zarr.dtype import VariableLengthBytes


def dtype_of(spec, zarr_format=3):
    """What creating functions are given; one type has no name in format 2."""
    if isinstance(spec, list):
        return np.dtype([(name, dtype_of(field)) for name, field in spec])
    if spec == "variable_length_bytes":
        return VariableLengthBytes()
    return spec


def memory_dtype(spec):
    if spec == "string":
        return np.dtypes.StringDType()
    return np.dtype(object) if spec == "variable_length_bytes" else np.dtype(dtype_of(spec))


def array_of(value):
    """An array from `{dtype, shape, bytes}` or `{dtype, shape, items}`."""
    dtype, shape = memory_dtype(value["dtype"]), tuple(value["shape"])
    if "bytes" in value:
        return np.frombuffer(base64.b64decode(value["bytes"]), dtype=dtype).reshape(shape).copy()
    items = value["items"]
    if value["dtype"] == "variable_length_bytes":
        items = [bytes.fromhex(item) for item in items]
    array = np.empty(len(items), dtype=dtype)
    for index, item in enumerate(items):
        array[index] = item
    return array.reshape(shape)


def written_of(value, dtype=None):
    """What is written: an array, `{scalar: token}` or `{list: tokens}`."""
    if "scalar" in value:
        return scalar_of(value["scalar"], dtype)
    if "list" in value:
        return value_of_list(value["list"])
    return array_of(value)


def value_of_list(token):
    return [value_of_list(item) for item in token] if isinstance(token, list) else value_of(token)


def scalar_of(token, dtype):
    """A scalar; times and structs as NumPy's own, because plain integers and tuples are none."""
    if dtype is not None and dtype.kind in "Mm" and isinstance(token, dict) and "int" in token:
        return np.int64(int(token["int"])).view(dtype.newbyteorder("="))
    value = value_of(token)
    if dtype is not None and dtype.names is not None and isinstance(value, tuple):
        return np.array([struct_of(token, dtype)], dtype=dtype)[0]
    return value


def struct_of(token, dtype):
    """A tuple, nested as the fields are; bytes of raw fields as they are."""
    members = dict(token["object"])
    return tuple(
        struct_of(members[name], dtype[name]) if dtype[name].names else value_of(members[name]) for name in dtype.names
    )


def content_of(value, dtype):
    """What reading an array of a data type gave, as it is compared; scalars do not tell their type."""
    array = value
    if not isinstance(value, np.ndarray):
        array = np.empty((), dtype=dtype)
        array[()] = value
    shape = list(array.shape)
    if array.dtype.kind in "OT":
        # What is written to one element of an array of objects may be read as an array of that one object.
        items = [item[()] if isinstance(item, np.ndarray) else item for item in array.ravel()]
        items = [item if isinstance(item, str) else bytes(item).hex() for item in items]
        return {"shape": shape, "items": items}
    content = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return {"shape": shape, "bytes": base64.b64encode(content).decode()}


def entry_of(entry):
    """One entry of a selection."""
    if entry == "...":
        return Ellipsis
    if not isinstance(entry, dict):
        return entry
    if "slice" in entry:
        return slice(*entry["slice"])
    if "array" in entry:
        return np.array(entry["array"], dtype=np.int64)
    if "bools" in entry:
        return [bool(item) for item in entry["bools"]]
    if "boolArray" in entry:
        return np.array(entry["boolArray"], dtype=bool)
    if "mask" in entry:
        return np.array(entry["mask"]["bits"], dtype=bool).reshape(entry["mask"]["shape"])
    return entry["list"]


def selection_of(selection):
    if "text" in selection:
        return eval(f"np.s_[{selection['text']}]")  # The text between NumPy's brackets, made by the other side.
    if "entries" in selection:
        return tuple(entry_of(entry) for entry in selection["entries"])
    return entry_of(selection["single"])


def attributes_of(pairs):
    """Attributes from `[[name, token]]`; nested objects are `{"object": pairs}`."""
    return {name: json_of(token) for name, token in pairs}


def json_of(token):
    if isinstance(token, list):
        return [json_of(item) for item in token]
    if isinstance(token, dict) and "object" in token:
        return attributes_of(token["object"])
    return value_of(token)


def document_of(text):
    """A node's metadata from its document; in format 2 attributes are a member of it."""
    import json

    from zarr.core.group import GroupMetadata
    from zarr.core.metadata import ArrayV2Metadata, ArrayV3Metadata

    document = json.loads(text)
    if document["zarr_format"] == 2:
        return ArrayV2Metadata.from_dict(document) if "shape" in document else GroupMetadata.from_dict(document)
    return ArrayV3Metadata.from_dict(document) if document["node_type"] == "array" else GroupMetadata.from_dict(document)


def snake(name):
    return re.sub("[A-Z]", lambda letter: "_" + letter.group().lower(), name)


def options_of(options, zarr_format=None):
    """Keywords from our options."""
    dtype = memory_dtype(options["dtype"]) if options.get("dtype") is not None else None
    return {snake(name): option_of(name, value, dtype, zarr_format) for name, value in options.items()}


def option_of(name, value, dtype, zarr_format):
    if value is None:
        return None
    match name:
        case "dtype":
            return dtype_of(value)
        case "data":
            return written_of(value)
        case "fillValue":
            return scalar_of(value, dtype)
        case "attributes":
            return attributes_of(value)
        case "config":
            return {snake(key): item for key, item in value.items()}
        case "shape" | "chunks" | "chunkShape" | "dimensionNames":
            return tuple(value) if isinstance(value, list) else value
        case "shards":
            if isinstance(value, dict):
                return {"shape": tuple(value["shape"]), "index_location": value["indexLocation"]}
            return tuple(value) if isinstance(value, list) else value
        case "compressor" | "compressors" | "filters":
            return codecs_of(value)
    return value


def codecs_of(value):
    """Codecs of format 2 are numcodecs' own; those of format 3 may be given as documents."""
    if isinstance(value, list):
        # No codec is an empty tuple: format 2 does not take an empty list.
        return [codecs_of(item) for item in value] if value else ()
    if isinstance(value, dict) and "id" in value:
        return numcodecs.get_codec(value)
    return value

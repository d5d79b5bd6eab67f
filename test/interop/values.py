"""The values that both sides write, from one integer formula, and the digest by which they compare what they read.

values.mjs computes the same.
"""

import hashlib
from functools import lru_cache

import numpy as np
from zarr.dtype import VariableLengthBytes

WORDS = ["", "a", "é", "日本", "😀!", "line\nbreak", "nul\0inside", "0123456789abcdef"]


def mix(index):
    return (index * 2654435761 + 40503) & 0xFFFFFFFF


def floating(index):
    special = {3: float("nan"), 5: float("inf"), 7: float("-inf"), 9: -0.0}
    return special.get(index % 13, tame_float(index))


def tame_float(index):
    return ((mix(index) >> 20) - 2048) / 16


def integer(index, bits, signed):
    value = ((mix(index) << 32) | mix(index + 1)) >> (64 - bits)
    if index % 11 == 3:
        value = 0
    if index % 11 == 5:
        value = 2**bits - 1
    return value - 2 ** (bits - 1) if signed else value


def element(index, dtype):
    """The value at a flat index (C order) of an array."""
    if dtype == "bool":
        return bool(mix(index) >> 13 & 1)
    if dtype == "string":
        return WORDS[(mix(index) >> 20) % len(WORDS)]
    if dtype == "variable_length_bytes":
        return bytes(mix(index) >> 4 * place & 255 for place in range((mix(index) >> 20) % 6))
    if dtype == "<U5":
        return WORDS[(mix(index) >> 20) % 6][:5]
    if dtype == "|S5":
        return bytes([97 + index % 3]) * ((mix(index) >> 20) % 6)
    if dtype == "|V4":
        return mix(index).to_bytes(4, "little")
    if dtype.startswith("<"):
        return np.int64(integer(index, 64, True)).view(dtype)
    if dtype == "struct":
        text, string = element(index, "<U5"), element(index, "|S5")
        return (integer(index, 32, True), floating(index), string[:3], text[:2], (integer(index + 1, 16, True),))
    if dtype.startswith("float"):
        return floating(index)
    if dtype.startswith("complex"):
        return complex(floating(2 * index), floating(2 * index + 1))
    return integer(index, int(dtype.lstrip("uint")), not dtype.startswith("u"))


def tame_element(index, dtype):
    """The same of finite numbers, which are small where they are integers or times."""
    if dtype.startswith("float"):
        return tame_float(index)
    if dtype.startswith("complex"):
        return complex(tame_float(2 * index), tame_float(2 * index + 1))
    if not dtype.startswith(("int", "uint", "<m", "<M")):
        return element(index, dtype)
    value = (mix(index) >> 20) % 100
    return np.int64(value).view(dtype) if dtype.startswith("<") else value


STRUCT = np.dtype([("a", "<i4"), ("b", "<f8"), ("s", "|S3"), ("u", "<U2"), ("p", [("x", "<i2")])])


def numpy_dtype(dtype):
    if dtype == "struct":
        return STRUCT
    if dtype == "variable_length_bytes":
        return np.dtype(object)
    return np.dtypes.StringDType() if dtype == "string" else np.dtype(dtype)


@lru_cache
def values(shape, dtype, kind="any"):
    """The whole array of values, of any kind or tame ones; do not change it."""
    element_of = {"any": element, "tame": tame_element}[kind]
    count = int(np.prod(shape, dtype=np.int64))
    flat = np.empty(count, dtype=numpy_dtype(dtype))
    for index in range(count):
        flat[index] = element_of(index, dtype)
    return flat.reshape(shape)


def zarr_dtype(dtype, zarr_format):
    """What `create_array` is given: this one name is known in format 3 only."""
    if dtype == "variable_length_bytes" and zarr_format == 2:
        return VariableLengthBytes()
    if isinstance(dtype, list):
        return np.dtype([(name, zarr_dtype(field, zarr_format)) for name, field in dtype])
    return dtype


def digest(array):
    """SHA-256 of the elements in C order: little-endian, or for strings and bytes u32 length and content."""
    array = np.asarray(array)
    if array.dtype.kind in "OT":
        items = [item.encode() if isinstance(item, str) else bytes(item) for item in array.ravel()]
        content = b"".join(len(item).to_bytes(4, "little") + item for item in items)
    else:
        content = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return hashlib.sha256(content).hexdigest()

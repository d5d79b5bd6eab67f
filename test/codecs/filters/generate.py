"""Writes golden.json: chunks, and what numcodecs and cast-value-rs make of them. Run with the interop environment."""

import json
import warnings
from pathlib import Path

import cast_value_rs
import numcodecs
import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")
RNG = np.random.default_rng(7)
INTEGERS = ["|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", ">i2", ">u8"]
FLOATS = ["<f2", "<f4", "<f8", ">f4"]


def values(dtype, shape=(3, 7)):
    dtype = np.dtype(dtype)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        array = RNG.integers(info.min, info.max, size=shape, dtype=dtype.newbyteorder("="), endpoint=True).astype(dtype)
        array.flat[:4] = [info.max, info.min, 1, 0]
        return array
    if dtype.kind == "f":
        array = (RNG.standard_normal(shape) * 100).astype(dtype)
        array.flat[:5] = [0.5, -1.5, 2.5, -0.0, 1e-7]
        return array
    if dtype.kind == "c":
        return (RNG.standard_normal(shape) + 1j * RNG.standard_normal(shape)).astype(dtype)
    if dtype.kind == "b":
        return RNG.integers(0, 2, size=shape).astype(dtype)
    raise ValueError(dtype)


def case(codec, array):
    encoded = np.asarray(codec.encode(array)) if codec.codec_id not in BYTES else codec.encode(array)
    encoded_bytes = bytes(encoded) if codec.codec_id in BYTES else encoded.tobytes()
    try:
        buffer = np.frombuffer(encoded_bytes, dtype="u1") if codec.codec_id != "bitround" else encoded
        decoded = np.asarray(codec.decode(buffer)).tobytes().hex()
    except Exception:
        decoded = None  # numcodecs cannot read what it wrote.
    config = codec.get_config()
    return {
        "codec": config,
        "text": repr(codec),
        "dtype": array.dtype.str,
        "shape": array.shape,
        "array": array.tobytes().hex(),
        "encoded": encoded_bytes.hex(),
        "decoded": decoded,
    }


BYTES = {"crc32", "adler32", "crc32c", "fletcher32", "jenkins_lookup3", "base64", "shuffle"}


def filters():
    for dtype in [*INTEGERS, *FLOATS, "<c8", "<c16"]:
        yield case(numcodecs.Delta(dtype), values(dtype))
    for dtype, astype in [("<i2", "|i1"), ("<u4", "<i4"), ("<f4", "<f2"), ("<i4", "<i8"), ("<i8", ">i4"), ("<f8", "<f4")]:
        array = values(dtype)
        array.flat[0] = 1
        yield case(numcodecs.Delta(dtype, astype), array)
    yield case(numcodecs.Delta("<i4"), values("<f4"))
    yield case(numcodecs.Delta("<i2"), values("<i4"))
    for dtype in [*FLOATS, "<i4", "<u8", "|u1", "|b1"]:
        for scale, offset in [(10, 0), (0.25, 3), (3, 1.5), (2.0, -7.0)]:
            if np.dtype(dtype).kind == "u" and offset < 0 and isinstance(offset, int):
                continue
            yield case(numcodecs.FixedScaleOffset(offset=offset, scale=scale, dtype=dtype, astype="<f8"), values(dtype))
    small = (RNG.standard_normal((3, 7)) * 10).astype("<f8")
    for astype in ["|i1", "<i2", "<i4", "<i8", ">i4"]:
        yield case(numcodecs.FixedScaleOffset(offset=1, scale=10, dtype="<f8", astype=astype), small)
        yield case(numcodecs.FixedScaleOffset(offset=1, scale=10, dtype="<f4", astype=astype), small.astype("<f4"))
    for dtype in FLOATS:
        for digits in [-2, 0, 1, 3]:
            yield case(numcodecs.Quantize(digits, dtype), values(dtype))
    yield case(numcodecs.Quantize(2, "<f8", "<f4"), values("<f8"))
    for dtype, keepbits in [("<f2", 3), ("<f2", 10), ("<f4", 0), ("<f4", 3), ("<f4", 22), ("<f8", 7), ("<f8", 51), ("<f8", 52)]:
        yield case(numcodecs.BitRound(keepbits), values(dtype))
    for encode, decode in [("<f4", "<f8"), ("|i1", "<i4"), ("<i8", "<i2"), ("<f8", "<u4"), (">i4", "<i4"), ("<f2", "<f4")]:
        yield case(numcodecs.AsType(encode, decode), values(decode))
    for shape in [(3, 7), (2, 8), (1,)]:
        yield case(numcodecs.PackBits(), values("|b1", shape))
    words = np.array([["male", "female", "x"], ["", "male", "unexpected"]], dtype="<U6")
    for labels in [["female", "male"], ["a", "b", "c", "male"], []]:
        yield case(numcodecs.Categorize(labels, dtype="<U6"), words)
        yield case(numcodecs.Categorize(labels, dtype="<U6", astype="<i2"), words)


def compressors():
    for size in [1, 2, 3, 9, 12, 13, 24, 25, 723]:
        array = RNG.integers(0, 256, size=size, dtype="u1")
        for codec in [
            numcodecs.CRC32(),
            numcodecs.CRC32(location="end"),
            numcodecs.Adler32(),
            numcodecs.Adler32(location="end"),
            numcodecs.CRC32C(),
            numcodecs.CRC32C(location="start"),
            numcodecs.Fletcher32(),
            numcodecs.JenkinsLookup3(),
            numcodecs.JenkinsLookup3(initval=12345),
            numcodecs.Base64(),
            numcodecs.Shuffle(1),
        ]:
            yield case(codec, array)
        for elementsize in [2, 3, 4, 8]:
            if size % elementsize == 0:
                yield case(numcodecs.Shuffle(elementsize), array)


def casts():
    numbers = {
        "float64": [0.0, -0.0, 0.5, 1.5, 2.5, -0.5, -2.5, 127.5, 128.0, 255.4, 255.5, 256, -129, 65504, 65519, 65520,
                    65535.9, 70000, 2**31, 2**53, 2.0**63, 2.0**64, 1e300, -1e300, 1e-50, 1 + 2**-24, 3.4028235677973366e38,
                    float("nan"), float("inf"), float("-inf")],
        "float32": [0.1, 1.5, -2.5, 1e30, 65520, float("nan"), float("inf")],
        "float16": [0.1, 1.5, -2.5, 65504, float("nan")],
        "int64": [0, -1, 255, 256, 2**24 + 1, 2**53 + 1, -(2**53) - 1, 2**62 + 1, 2**63 - 1, -(2**63), 2**54 + 2, 2**60 + 2**36],
        "uint64": [0, 2**64 - 1, 2**63, 2**63 + 1025, 2**53 + 1],
        "int32": [0, -1, 2**31 - 1, -(2**31), 16777217],
        "uint8": [0, 1, 127, 128, 255],
    }
    for source, items in numbers.items():
        for target in ["int8", "uint8", "int16", "uint32", "int64", "uint64", "float16", "float32", "float64"]:
            for rounding in ["nearest-even", "towards-zero", "towards-positive", "towards-negative", "nearest-away"]:
                for out_of_range in [None, "clamp", "wrap"]:
                    if out_of_range == "wrap" and target.startswith("f"):
                        continue
                    results = [cast(item, source, target, rounding, out_of_range) for item in items]
                    yield {
                        "source": source,
                        "target": target,
                        "rounding": rounding,
                        "outOfRange": out_of_range,
                        "values": np.array(items, dtype=source).tobytes().hex(),
                        "results": results,
                    }


def cast(item, source, target, rounding, out_of_range):
    try:
        return cast_value_rs.cast_array(
            np.array([item], dtype=source),
            target_dtype=np.dtype(target),
            rounding_mode=rounding,
            out_of_range_mode=out_of_range,
            scalar_map_entries=None,
        ).tobytes().hex()
    except ValueError:
        return None


golden = {"filters": list(filters()), "compressors": list(compressors()), "casts": list(casts())}
lines = {name: ",\n".join(json.dumps(one) for one in cases) for name, cases in golden.items()}
text = ",\n".join(f'"{name}": [\n{body}\n]' for name, body in lines.items())
Path(__file__).with_name("golden.json").write_text(f"{{\n{text}\n}}\n")

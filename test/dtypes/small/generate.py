"""Writes golden.json: what ml_dtypes makes of bits and of numbers. Run with an environment that has numpy and ml_dtypes."""

import base64
import json
from pathlib import Path

import ml_dtypes
import numpy as np

FLOATS = [
    "bfloat16",
    "float8_e3m4",
    "float8_e4m3",
    "float8_e4m3fn",
    "float8_e4m3fnuz",
    "float8_e4m3b11fnuz",
    "float8_e5m2",
    "float8_e5m2fnuz",
    "float8_e8m0fnu",
    "float6_e2m3fn",
    "float6_e3m2fn",
    "float4_e2m1fn",
]
INTEGERS = ["int2", "uint2", "int4", "uint4"]
WIDTHS = {"bfloat16": 16, "float6_e2m3fn": 6, "float6_e3m2fn": 6, "float4_e2m1fn": 4}
PRINTED = [0.1, 1 / 3, 1e-5, 12345.0, 1e6, 2.5, -0.75, 3e38, 0.0009765625]


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def floats(name):
    dtype = np.dtype(getattr(ml_dtypes, name))
    bits = np.arange(2 ** WIDTHS.get(name, 8), dtype=np.uint16 if name == "bfloat16" else np.uint8)
    decoded = bits.view(dtype).astype(np.float32)
    inputs = numbers(decoded)
    return {
        "decoded": text(decoded) if len(decoded) <= 256 else None,  # Those of bfloat16 are told in one line.
        "inputs": text(inputs),
        "encoded": text(inputs.astype(dtype)),
        "printed": [str(number) for number in np.array(PRINTED).astype(dtype)],
    }


def numbers(decoded):
    """Numbers of float32 where rounding is decided: half way between neighbours, and next to that; and beyond the range."""
    finite = np.unique(decoded[np.isfinite(decoded)].astype(np.float64))
    if len(finite) > 1000:
        finite = np.concatenate([finite[::97], finite[:20], finite[-20:]])
        finite.sort()
    halves = ((finite[1:] + finite[:-1]) / 2).astype(np.float32)
    beyond = np.float32(finite[-1] * np.array([1.01, 1.03, 1.0625, 1.125, 1.25, 1.5, 2, 4]))
    special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-45, 3.4e38, -3.4e38], dtype=np.float32)
    up, down = (np.nextafter(halves, np.float32(end)) for end in (np.inf, -np.inf))
    return np.concatenate([halves, up, down, beyond, -beyond, special])


def integers(name):
    dtype = np.dtype(getattr(ml_dtypes, name))
    inputs = np.arange(-40, 300, dtype=np.int32)
    fractions = np.array([1.7, -1.7, 9.5, -9.5, 2.5, 100.9], dtype=np.float64)
    return {
        "decoded": text(np.arange(256, dtype=np.uint8).view(dtype).astype(np.int8)),
        "inputs": text(inputs),
        "encoded": text(inputs.astype(dtype).astype(np.int8)),
        "fractions": fractions.tolist(),
        "truncated": fractions.astype(dtype).astype(np.int8).tolist(),
    }


with np.errstate(all="ignore"):
    golden = {
        "floats": {name: floats(name) for name in FLOATS},
        "integers": {name: integers(name) for name in INTEGERS},
        "printedNumbers": PRINTED,
    }
Path(__file__).with_name("golden.json").write_text(json.dumps(golden, indent=1) + "\n")

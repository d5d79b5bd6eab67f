"""Streams of the native libraries for fuzz-kernels.mjs: arguments are a seed and the most bytes that one decodes to.
A line of JSON for each, with the CRC-32 of what it has to decode to."""

import base64
import json
import random
import sys
import zlib

import numcodecs
import numpy

seed, largest = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)
numbers = numpy.random.default_rng(seed)


def content() -> bytes:
    size = int(largest ** chance.random())
    kind = chance.randrange(5)
    if kind == 0:
        values = numpy.sin(numpy.arange(size // 4 + 1) / 50).astype("float32")
    elif kind == 1:
        values = numbers.integers(0, chance.choice([2, 60, 65536]), size // 2 + 1).astype("uint16")
    elif kind == 2:
        values = numpy.cumsum(numbers.integers(0, 1000, size // 8 + 1))
    elif kind == 3:
        values = numpy.resize(numbers.integers(0, 256, chance.randrange(1, 5000)).astype("uint8"), size)
    else:
        values = numbers.integers(0, 256, size).astype("uint8")
    return values.tobytes()[:size]


def codecs():
    for cname in ("lz4", "lz4hc", "zstd", "blosclz", "zlib"):
        for shuffle in (0, 1, 2):
            blocksize = chance.choice([0, 0, 1000, 8192])
            clevel = chance.randrange(1, 10)
            # As many bytes as the elements have, or a number that makes no whole vectors.
            typesize = chance.choice([None, None, 3, 5, 16, 17, 255])
            yield (
                "blosc",
                numcodecs.Blosc(cname=cname, clevel=clevel, shuffle=shuffle, blocksize=blocksize, typesize=typesize),
            )
    for level in (-3, 1, 3, 9, 19):
        yield "zstd", numcodecs.Zstd(level=level, checksum=chance.random() < 0.5)
    for level in (0, 1, 6, 9):
        yield "gzip", numcodecs.GZip(level=level)
        yield "zlib", numcodecs.Zlib(level=level)
    for acceleration in (1, 10):
        yield "lz4", numcodecs.LZ4(acceleration=acceleration)


for _ in range(12):
    for name, codec in codecs():
        raw = content()
        items = numpy.frombuffer(raw, dtype=chance.choice(["u1", "u2", "u4", "u8"]) if len(raw) % 8 == 0 else "u1")
        encoded = bytes(codec.encode(items)) if len(raw) > 0 else bytes(codec.encode(b""))
        print(json.dumps({"codec": name, "size": len(raw), "crc": zlib.crc32(raw), "bytes": base64.b64encode(encoded).decode()}))

"""The values of the benchmark's arrays, as values.mjs has them."""

import numpy


def values_at(values: str, start: list[int], shape: list[int]) -> numpy.ndarray:
    """The values in a window of `shape` at `start`."""
    missing = 3 - len(shape)
    ends = [first + length for first, length in zip(start, shape)]
    axes = [numpy.zeros(1, "i8")] * missing + [numpy.arange(a, b) for a, b in zip(start, ends)]
    z, y, x = axes[0][:, None, None], axes[1][None, :, None], axes[2][None, None, :]
    if values == "field":
        # Modulo 65536 from the start, so that what is made on the way is no larger than what is wanted.
        x, y, z = (part.astype("u2") for part in (x, y * y // 32, z**3))
        return (x + y + z).reshape(shape)
    seed = (y.astype("u4") * numpy.uint32(0x85EBCA77)) ^ (z.astype("u4") * numpy.uint32(0xC2B2AE3D))
    noise = (x.astype("u4") * numpy.uint32(0x9E3779B1)) ^ seed
    noise = (noise ^ (noise >> numpy.uint32(15))) * numpy.uint32(0x2C1B3C6D)
    smooth = (x + y * y // 32 + 7 * z) & 0xFE0
    return (smooth + (noise >> numpy.uint32(27))).astype("u2").reshape(shape)


def wrong_value(values: str, start: list[int], shape: list[int], data: numpy.ndarray) -> str | None:
    """Where `data` is not what the window of `shape` at `start` holds; None where it is."""
    if list(data.shape) != list(shape):
        return f"expected values of shape {shape}, got {list(data.shape)}"
    # In parts of the first axis, so that not everything is there twice.
    step = max(1, 2**22 * shape[0] // data.size)
    for first in range(0, shape[0], step):
        part = data[first : first + step]
        expected = values_at(values, [start[0] + first, *start[1:]], list(part.shape))
        if not numpy.array_equal(part, expected):
            at = tuple(int(index) for index in numpy.argwhere(part != expected)[0])
            return f"expected {expected[at]} at {at} from {first} on, got {part[at]}"
    return None

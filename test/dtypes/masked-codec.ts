/** A codec as users write one, for values that may be missing: a byte for each element, and then the values. */
import type { Codec, CodecDefinition, Serializer } from '../../src/codecs.js';
import { type DType, Optional } from '../../src/dtype.js';
import { bytesOfStorage, isPacked, type Storage } from '../../src/dtypes/storage.js';
import { CodecError, MetadataValidationError } from '../../src/errors.js';
import { NdArray } from '../../src/index.js';
import { contiguous } from '../../src/ndarray/ndarray.js';

export const maskedCodec: Codec = Object.freeze<Codec>({
  kind: 'serializer',
  name: 'test.masked',
  configuration: undefined,
  toJSON: () => ({ name: 'test.masked' }),
  toString: () => 'MaskedCodec()',
  resolve({ dtype }) {
    if (dtype instanceof Optional) return this;
    throw new MetadataValidationError(`test.masked cannot encode "${dtype.name}"`);
  },
  bind({ dtype, shape }): Serializer {
    const optional = dtype as Optional; // As `resolve` has found.
    const count = shape.reduce((product, length) => product * length, 1);
    return {
      kind: 'serializer',
      size: undefined,
      encode(chunk: NdArray): Uint8Array {
        const { storage, offset } = contiguous(chunk);
        const { unitsPerItem } = optional;
        const own = storage.slice(offset * unitsPerItem, (offset + count) * unitsPerItem) as Storage;
        const values = optional.values(own);
        const encoded = isPacked(values) ? bytesOfStorage(values) : new TextEncoder().encode(JSON.stringify(values));
        const bytes = new Uint8Array(count + encoded.length);
        bytes.set(optional.mask(own));
        bytes.set(encoded, count);
        return bytes;
      },
      decode(bytes: Uint8Array): NdArray {
        if (bytes.length < count) throw new CodecError(`expected a mask of ${count} bytes, got ${bytes.length} bytes`);
        const encoded = bytes.subarray(count);
        const values = valuesOf(optional.dtype, encoded);
        return new NdArray(dtype, optional.join(bytes.subarray(0, count), values), shape);
      },
    };
  },
});

export const maskedDefinition: CodecDefinition = Object.freeze<CodecDefinition>({
  name: 'test.masked',
  parse: () => maskedCodec,
});

function valuesOf(dtype: DType, encoded: Uint8Array): Storage {
  if (dtype.storageUnit === 'object') return JSON.parse(new TextDecoder().decode(encoded)) as Storage; // As it was encoded.
  return dtype.itemSize === undefined ? new Uint8Array(encoded) : dtype.view(encoded); // Optional values: as in memory.
}

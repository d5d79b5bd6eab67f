/** A data type and a codec as users write them, with nothing but what the package exports, and the suites that are published. */
import { describe, expect, test } from 'vitest';
import { type ChunkSpec, type Codec, type CodecDefinition, type Compressor, registerCodec } from '../../src/codecs.js';
import {
  type Casting,
  DType,
  type DTypeDefinition,
  FixedElements,
  type Json,
  JsonNumber,
  type PackedStorage,
  registerDataType,
  type Storage,
} from '../../src/dtype.js';
import { ArgumentError, CastError, CodecError, MetadataValidationError } from '../../src/errors.js';
import * as zarr from '../../src/sync.js';
import { codecSuite, dtypeSuite } from '../../src/testing.js';

/** Unsigned integers of three bytes. */
class UInt24 extends DType {
  readonly name = 'example.uint24';
  readonly kind = 'uint';
  readonly itemSize = 3;
  readonly storageUnit = 1;
  override readonly unitsPerItem = 3;

  constructor() {
    super(undefined);
  }

  wrap(storage: Storage): FixedElements<number> {
    return new FixedElements(this, storage as PackedStorage); // Only types without a size are in lists.
  }

  unwrap(data: unknown): Storage | undefined {
    return data instanceof FixedElements && data.dtype instanceof UInt24 ? data.storage : undefined;
  }

  get(storage: Storage, index: number): number {
    const [low = 0, middle = 0, high = 0] = (storage as Uint8Array).subarray(3 * index); // Storage of single bytes.
    return low + (middle << 8) + (high << 16);
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const number = typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : value;
    const isKept = Number.isInteger(number) && (number as number) >= 0 && (number as number) < 2 ** 24;
    if (typeof number !== 'number' || (casting === 'exact' && !isKept)) {
      throw new CastError(`cannot store ${String(value)} as ${this.name}: expected an integer from 0 to 16777215`);
    }
    (storage as Uint8Array).set([number, number >> 8, number >> 16], 3 * index); // As in `get`.
  }

  parseFillValue(json: Json): Storage {
    const value = json instanceof JsonNumber && json.isInteger ? json.toNumber() : -1;
    if (value < 0 || value >= 2 ** 24) throw new MetadataValidationError('fill_value: expected an integer of 24 bits');
    const storage = this.allocate(1);
    this.set(storage, 0, value, 'exact');
    return storage;
  }

  fillValueToJson(fillValue: Storage): Json {
    return new JsonNumber(String(this.get(fillValue, 0)));
  }

  toMetadata(format: 2 | 3): Json {
    if (format === 3) return this.name;
    throw new ArgumentError(`data type ${this.name}: expected format 3`);
  }

  repr(): string {
    return 'UInt24()';
  }

  format(storage: Storage, index: number): string {
    return String(this.get(storage, index));
  }
}

const uint24Definition: DTypeDefinition = { names: ['example.uint24'], parse: () => new UInt24() };
registerDataType(uint24Definition);

describe('a data type that a user registers', () => {
  dtypeSuite({
    test,
    dtype: 'example.uint24',
    values: [5, 2 ** 24 - 1, 0],
    refused: [-1, 2 ** 24, 1.5, 'x', null],
    fillValues: ['0', '16777215'],
    refusedFillValues: ['-1', '16777216', '1.5', '"x"'],
    formats: [3],
  });

  test('is a field of structs, and found by its document', () => {
    const fields = [
      { name: 'a', data_type: 'int8' },
      { name: 'b', data_type: 'example.uint24' },
    ];
    const array = zarr.zeros([2], { dtype: { name: 'struct', configuration: { fields } } });
    array.set([1], { a: -1, b: 70000 });
    expect(array.get().field('b').toNested()).toEqual([0, 70000]);
    expect(array.as('struct').is('number')).toBe(false);
  });

  test('is cast to and from others', () => {
    const array = zarr.ndarray([1, 70000], { dtype: 'example.uint24' });
    expect(array.astype('float32').toNested()).toEqual([1, 70000]);
    expect(zarr.ndarray(Int16Array.of(7)).astype('example.uint24').toNested()).toEqual([7]);
    expect(() => array.astype('uint8')).toThrow(CastError);
  });

  test('is frozen in arrays, which have it in common, once it is made', () => {
    class Scaled extends UInt24 {
      readonly scale: number;

      constructor() {
        super();
        this.scale = 3;
      }

      override toMetadata(): Json {
        return 'example.scaled';
      }
    }
    registerDataType({ names: ['example.scaled'], parse: () => new Scaled() });
    const options = { shape: [2], dtype: 'example.scaled' } as const;
    const group = zarr.group();
    const made = group.createArray('a', options);
    group.createArray('b', options);
    const arrays = [made, group.getArray('a'), group.getArray('b')] as const;
    expect(arrays[1].dtype).toBe(arrays[2].dtype);
    for (const { dtype } of arrays) {
      expect(dtype).toMatchObject({ name: 'example.uint24', scale: 3 });
      expect(() => Object.assign(dtype, { name: 'x' })).toThrow(TypeError);
    }
  });

  test('has names that no other type has', () => {
    expect(() => registerDataType(uint24Definition)).toThrow(ArgumentError);
    expect(() => registerDataType({ names: ['int8'], parse: () => new UInt24() })).toThrow(ArgumentError);
    expect(() => registerDataType({} as DTypeDefinition)).toThrow(ArgumentError); // As JavaScript programs may.
  });
});

/** Bytes with the bits of each turned over. */
class InvertCodec implements Codec {
  readonly kind = 'compressor';
  readonly name = 'example.invert';
  readonly configuration = undefined;

  constructor() {
    Object.freeze(this);
  }

  toJSON(): { name: string } {
    return { name: this.name };
  }

  toString(): string {
    return 'InvertCodec()';
  }

  resolve(): this {
    return this;
  }

  bind(_spec: ChunkSpec): Compressor {
    return {
      kind: 'compressor',
      sizeAfter: (size) => size,
      bound: (size) => size,
      encode: invert,
      decode(bytes, size, limit) {
        if (bytes.length !== (size ?? bytes.length) || bytes.length > limit) {
          throw new CodecError(`example.invert: expected ${size ?? `at most ${limit}`} bytes, got ${bytes.length}`);
        }
        return invert(bytes);
      },
    };
  }
}

const invert = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes, (byte) => ~byte);

const invertDefinition: CodecDefinition<InvertCodec> = { name: 'example.invert', parse: () => new InvertCodec() };

describe('a codec that a user registers', () => {
  registerCodec(invertDefinition);
  codecSuite({ test, definition: invertDefinition, codec: new InvertCodec() });

  test('is found by its name', () => {
    const store = new Map<string, Uint8Array>();
    const array = zarr.createArray(store, { shape: [2], dtype: 'uint8', compressors: ['example.invert'] });
    array.set('...', [1, 2]);
    expect(store.get('c/0')).toEqual(Uint8Array.of(254, 253));
    expect(zarr.openArray(store).get().toNested()).toEqual([1, 2]);
    expect(String(zarr.openArray(store).compressors[0])).toBe('InvertCodec()');
  });
});

/**
 * Real numbers of a byte or less, and bfloat16: the types of machine learning. Each element has whole bytes, of which
 * those of 6 and 4 bits use the lowest.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/data-types
 */
import { type Json, JsonNumber } from '../json/model.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { type DTypeDefinition, definePlain, notInV2 } from './definition.js';
import { fillValueError } from './fill-value.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { Float } from './floats.js';
import type { LooseBytes } from './loose-bytes.js';
import * as formats from './small-float-format.js';
import { bytesOfStorage, type PackedStorage, type Storage } from './storage.js';
import type { DataOf, SmallFloatName } from './types.js';

/** What these types have in common. In format 2, bfloat16 is always little-endian. */
export abstract class SmallFloat<D extends SmallFloatName = any> extends Float<D> {
  declare readonly coding: formats.SmallFormat;
  readonly #className: string;

  constructor(className: string, name: D, coding: formats.SmallFormat) {
    super(name, coding, coding.unit === 2 ? 'little' : undefined);
    this.#className = className;
  }

  override get looseBytes(): readonly LooseBytes[] {
    return this.coding.looseBytes;
  }

  wrap(storage: Storage): DataOf<D> {
    const elements = new FixedElements<number>(this, storage as PackedStorage); // Numbers are never in lists.
    return elements as DataOf<D>; // The class for all names that D can be.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  override toMetadata(format: 2 | 3): Json {
    return format === 3 || IN_V2.includes(this.name) ? this.name : notInV2(this.name);
  }

  override repr(): string {
    return `${this.#className}()`;
  }
}

/** The types that TensorStore writes in format 2, by these names. */
const IN_V2: readonly string[] = Object.freeze([
  'bfloat16',
  'float8_e3m4',
  'float8_e4m3fn',
  'float8_e4m3fnuz',
  'float8_e4m3b11fnuz',
  'float8_e5m2',
  'float8_e5m2fnuz',
  'float8_e8m0fnu',
  'float4_e2m1fn',
]);

/**
 * 16 bits, the upper half of a float32: its range, and 8 bits of significand.
 *
 * @example
 * import { ndarray } from 'zarr-ts/sync';
 *
 * const weights = ndarray([0.1, 1, -2.5], { dtype: 'bfloat16' });
 * weights.toNested(); // [0.10009765625, 1, -2.5]
 * new Uint16Array(weights.data.buffer); // Uint16Array.of(0x3dcd, 0x3f80, 0xc020)
 * weights.astype('float32').data; // Float32Array.of(0.10009765625, 1, -2.5)
 */
export class BFloat16 extends SmallFloat<'bfloat16'> {
  constructor() {
    super('BFloat16', 'bfloat16', formats.BFLOAT16);
  }
}

/**
 * 8 bits: 3 of exponent, 4 of fraction, as IEEE 754 would have it, with infinities; at most 15.5.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E3M4 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E3M4() });
 * array.set(':', [0.125, 15.5]);
 * array.get().toNested(); // [0.125, 15.5]
 */
export class Float8E3M4 extends SmallFloat<'float8_e3m4'> {
  constructor() {
    super('Float8E3M4', 'float8_e3m4', formats.FLOAT8_E3M4);
  }
}

/**
 * 8 bits: 4 of exponent, 3 of fraction, as IEEE 754 would have it, with infinities; at most 240. What is used most
 * under nearly this name is `Float8E4M3FN`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E4M3 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E4M3() });
 * array.set(':', [0.125, 240]);
 * array.get().toNested(); // [0.125, 240]
 */
export class Float8E4M3 extends SmallFloat<'float8_e4m3'> {
  constructor() {
    super('Float8E4M3', 'float8_e4m3', formats.FLOAT8_E4M3);
  }
}

/**
 * 8 bits: 4 of exponent, 3 of fraction, without infinities; at most 448.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E4M3FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E4M3FN() });
 * array.set(':', [0.125, 448]);
 * array.get().toNested(); // [0.125, 448]
 */
export class Float8E4M3FN extends SmallFloat<'float8_e4m3fn'> {
  constructor() {
    super('Float8E4M3FN', 'float8_e4m3fn', formats.FLOAT8_E4M3FN);
  }
}

/**
 * 8 bits: 4 of exponent, biased by 8, 3 of fraction, without infinities or negative zero; at most 240.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E4M3FNUZ } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E4M3FNUZ() });
 * array.set(':', [0.125, 240]);
 * array.get().toNested(); // [0.125, 240]
 */
export class Float8E4M3FNUZ extends SmallFloat<'float8_e4m3fnuz'> {
  constructor() {
    super('Float8E4M3FNUZ', 'float8_e4m3fnuz', formats.FLOAT8_E4M3FNUZ);
  }
}

/**
 * 8 bits: 4 of exponent, biased by 11, 3 of fraction, without infinities or negative zero; at most 30.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E4M3B11FNUZ } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E4M3B11FNUZ() });
 * array.set(':', [0.125, 30]);
 * array.get().toNested(); // [0.125, 30]
 */
export class Float8E4M3B11FNUZ extends SmallFloat<'float8_e4m3b11fnuz'> {
  constructor() {
    super('Float8E4M3B11FNUZ', 'float8_e4m3b11fnuz', formats.FLOAT8_E4M3B11FNUZ);
  }
}

/**
 * 8 bits: the upper half of a float16, with infinities; at most 57344.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E5M2 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E5M2() });
 * array.set(':', [0.125, 57344]);
 * array.get().toNested(); // [0.125, 57344]
 */
export class Float8E5M2 extends SmallFloat<'float8_e5m2'> {
  constructor() {
    super('Float8E5M2', 'float8_e5m2', formats.FLOAT8_E5M2);
  }
}

/**
 * 8 bits: 5 of exponent, biased by 16, 2 of fraction, without infinities or negative zero; at most 57344.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E5M2FNUZ } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E5M2FNUZ() });
 * array.set(':', [0.125, 57344]);
 * array.get().toNested(); // [0.125, 57344]
 */
export class Float8E5M2FNUZ extends SmallFloat<'float8_e5m2fnuz'> {
  constructor() {
    super('Float8E5M2FNUZ', 'float8_e5m2fnuz', formats.FLOAT8_E5M2FNUZ);
  }
}

/**
 * 8 bits of exponent: powers of two from 2^-127 to 2^127, and NaN. They are scales.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float8E8M0FNU } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float8E8M0FNU() });
 * array.set(':', [0.125, 2 ** 127]);
 * array.get().toNested(); // [0.125, 2 ** 127]
 */
export class Float8E8M0FNU extends SmallFloat<'float8_e8m0fnu'> {
  constructor() {
    super('Float8E8M0FNU', 'float8_e8m0fnu', formats.FLOAT8_E8M0FNU);
  }

  /** There is no 0, but TensorStore writes it for the bits 0, which are the least power of two. */
  override parseFillValue(json: Json, format: 2 | 3): Storage {
    if (json instanceof JsonNumber && json.toNumber() === 0) return this.allocate(1);
    return super.parseFillValue(json, format);
  }
}

/**
 * 6 bits, the lowest of a byte: 2 of exponent, 3 of fraction, with neither infinities nor NaN; at most 7.5.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float6E2M3FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float6E2M3FN() });
 * array.set(':', [0.125, 7.5]);
 * array.get().toNested(); // [0.125, 7.5]
 */
export class Float6E2M3FN extends SmallFloat<'float6_e2m3fn'> {
  constructor() {
    super('Float6E2M3FN', 'float6_e2m3fn', formats.FLOAT6_E2M3FN);
  }
}

/**
 * 6 bits, the lowest of a byte: 3 of exponent, 2 of fraction, with neither infinities nor NaN; at most 28.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float6E3M2FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float6E3M2FN() });
 * array.set(':', [0.0625, 28]);
 * array.get().toNested(); // [0.0625, 28]
 */
export class Float6E3M2FN extends SmallFloat<'float6_e3m2fn'> {
  constructor() {
    super('Float6E3M2FN', 'float6_e3m2fn', formats.FLOAT6_E3M2FN);
  }
}

/**
 * 4 bits, the lowest of a byte: 0, 0.5, 1, 1.5, 2, 3, 4 and 6, of either sign.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float4E2M1FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float4E2M1FN() });
 * array.set(':', [0.5, -6]);
 * array.get().toNested(); // [0.5, -6]
 */
export class Float4E2M1FN extends SmallFloat<'float4_e2m1fn'> {
  constructor() {
    super('Float4E2M1FN', 'float4_e2m1fn', formats.FLOAT4_E2M1FN);
  }

  /** In format 2, TensorStore takes Base64 of the byte, and no numbers. */
  override parseFillValue(json: Json, format: 2 | 3): Storage {
    if (format === 3 || typeof json !== 'string') return super.parseFillValue(json, format);
    const bytes = decodeBase64(json);
    if (bytes?.length !== 1) throw fillValueError(json, 'a number, or Base64 of 1 byte');
    return this.view(bytes);
  }

  override fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    if (format === 3) return super.fillValueToJson(fillValue, format);
    return encodeBase64(bytesOfStorage(fillValue as PackedStorage)); // As in `wrap`.
  }
}

const define = (create: () => SmallFloat): DTypeDefinition => {
  const { name } = create();
  const definition = definePlain([name], undefined, create);
  return IN_V2.includes(name) ? Object.freeze({ ...definition, v2Names: [name] }) : definition;
};

export const smallFloatDefinitions: readonly DTypeDefinition[] = Object.freeze([
  define(() => new BFloat16()),
  define(() => new Float8E3M4()),
  define(() => new Float8E4M3()),
  define(() => new Float8E4M3FN()),
  define(() => new Float8E4M3FNUZ()),
  define(() => new Float8E4M3B11FNUZ()),
  define(() => new Float8E5M2()),
  define(() => new Float8E5M2FNUZ()),
  define(() => new Float8E8M0FNU()),
  define(() => new Float6E2M3FN()),
  define(() => new Float6E3M2FN()),
  define(() => new Float4E2M1FN()),
]);

/**
 * Complex numbers whose parts are float16 or smaller: pairs of what `small-floats.ts` has one of.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/data-types
 */
import { INSPECT, type Inspect, inspectedElements } from '../inspect.js';
import type { Json } from '../json/model.js';
import { ComplexType } from './complex.js';
import { type DTypeDefinition, definePlain, notInV2 } from './definition.js';
import type { DType } from './dtype.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { BINARY16, type FloatFormat } from './float-format.js';
import { Float16 } from './float16.js';
import type { LooseBytes } from './loose-bytes.js';
import * as formats from './small-float-format.js';
import * as floats from './small-floats.js';
import type { PackedStorage, Storage } from './storage.js';
import type { Complex, DataOf, SmallComplexName } from './types.js';

/**
 * Complex numbers of small floats: real part, imaginary part, real part, and so on.
 *
 * @example
 * import { ndarray } from 'zarr-ts/sync';
 *
 * const { data } = ndarray([{ re: 1, im: -2 }, 3], { dtype: 'complex_bfloat16' });
 * [...data.imag]; // [-2, 0]
 * data.at(-1); // { re: 3, im: 0 }
 */
export class SmallComplexElements extends FixedElements<Complex> {
  declare readonly dtype: SmallComplex;

  /** The real parts: a copy, in the form that arrays of them have. */
  get real(): any {
    return this.#part(0);
  }

  /** The imaginary parts: a copy, in the form that arrays of them have. */
  get imag(): any {
    return this.#part(1);
  }

  #part(first: 0 | 1): unknown {
    const { part } = this.dtype;
    const parts = part.allocate(this.length);
    for (let i = 0; i < parts.length; i++) parts[i] = this.storage[2 * i + first]!;
    return part.wrap(parts);
  }

  override subarray(begin?: number, end?: number): SmallComplexElements {
    return new SmallComplexElements(this.dtype, super.subarray(begin, end).storage);
  }

  /** What consoles show. */
  override [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return inspectedElements('SmallComplexElements', this, options, inspect);
  }
}

/** What these types have in common. Format 2 has none of them. */
export abstract class SmallComplex<D extends SmallComplexName = any> extends ComplexType<D> {
  /** The type of the parts. */
  readonly part: DType;
  readonly #className: string;
  readonly #loose: readonly LooseBytes[];

  constructor(className: string, name: D, part: DType, format: FloatFormat) {
    super(name, format, format.unit === 2 ? 'little' : undefined);
    this.#className = className;
    this.part = part;
    this.#loose = part.looseBytes.map((loose) => Object.freeze({ ...loose, count: 2 }));
  }

  override get looseBytes(): readonly LooseBytes[] {
    return this.#loose;
  }

  wrap(storage: Storage): DataOf<D> {
    const elements = new SmallComplexElements(this, storage as PackedStorage); // Numbers are never in lists.
    return elements as DataOf<D>; // The class for all names that D can be.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  override toMetadata(format: 2 | 3): Json {
    return format === 3 ? this.name : notInV2(this.name);
  }

  override repr(): string {
    return `${this.#className}()`;
  }
}

/**
 * Complex numbers of two `Float16`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat16 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat16() });
 * array.set(':', [{ re: 0.5, im: -2 }, 3]);
 * array.get().toNested(); // [{ re: 0.5, im: -2 }, { re: 3, im: 0 }]
 */
export class ComplexFloat16 extends SmallComplex<'complex_float16'> {
  constructor() {
    super('ComplexFloat16', 'complex_float16', new Float16(), BINARY16);
  }
}

/**
 * Complex numbers of two `BFloat16`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexBFloat16 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexBFloat16() });
 * array.set(':', [{ re: 0.5, im: -2 }, 3]);
 * array.get().toNested(); // [{ re: 0.5, im: -2 }, { re: 3, im: 0 }]
 */
export class ComplexBFloat16 extends SmallComplex<'complex_bfloat16'> {
  constructor() {
    super('ComplexBFloat16', 'complex_bfloat16', new floats.BFloat16(), formats.BFLOAT16);
  }
}

/**
 * Complex numbers of two `Float8E3M4`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E3M4 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E3M4() });
 * array.set(':', [{ re: 15.5, im: 1 }, 15.5]);
 * array.get().toNested(); // [{ re: 15.5, im: 1 }, { re: 15.5, im: 0 }]
 */
export class ComplexFloat8E3M4 extends SmallComplex<'complex_float8_e3m4'> {
  constructor() {
    super('ComplexFloat8E3M4', 'complex_float8_e3m4', new floats.Float8E3M4(), formats.FLOAT8_E3M4);
  }
}

/**
 * Complex numbers of two `Float8E4M3`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E4M3 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E4M3() });
 * array.set(':', [{ re: 240, im: 1 }, 240]);
 * array.get().toNested(); // [{ re: 240, im: 1 }, { re: 240, im: 0 }]
 */
export class ComplexFloat8E4M3 extends SmallComplex<'complex_float8_e4m3'> {
  constructor() {
    super('ComplexFloat8E4M3', 'complex_float8_e4m3', new floats.Float8E4M3(), formats.FLOAT8_E4M3);
  }
}

/**
 * Complex numbers of two `Float8E4M3FN`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E4M3FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E4M3FN() });
 * array.set(':', [{ re: 448, im: 1 }, 448]);
 * array.get().toNested(); // [{ re: 448, im: 1 }, { re: 448, im: 0 }]
 */
export class ComplexFloat8E4M3FN extends SmallComplex<'complex_float8_e4m3fn'> {
  constructor() {
    super('ComplexFloat8E4M3FN', 'complex_float8_e4m3fn', new floats.Float8E4M3FN(), formats.FLOAT8_E4M3FN);
  }
}

/**
 * Complex numbers of two `Float8E4M3FNUZ`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E4M3FNUZ } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E4M3FNUZ() });
 * array.set(':', [{ re: 240, im: 1 }, 240]);
 * array.get().toNested(); // [{ re: 240, im: 1 }, { re: 240, im: 0 }]
 */
export class ComplexFloat8E4M3FNUZ extends SmallComplex<'complex_float8_e4m3fnuz'> {
  constructor() {
    super('ComplexFloat8E4M3FNUZ', 'complex_float8_e4m3fnuz', new floats.Float8E4M3FNUZ(), formats.FLOAT8_E4M3FNUZ);
  }
}

/**
 * Complex numbers of two `Float8E4M3B11FNUZ`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E4M3B11FNUZ } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E4M3B11FNUZ() });
 * array.set(':', [{ re: 30, im: 1 }, 30]);
 * array.get().toNested(); // [{ re: 30, im: 1 }, { re: 30, im: 0 }]
 */
export class ComplexFloat8E4M3B11FNUZ extends SmallComplex<'complex_float8_e4m3b11fnuz'> {
  constructor() {
    super(
      'ComplexFloat8E4M3B11FNUZ',
      'complex_float8_e4m3b11fnuz',
      new floats.Float8E4M3B11FNUZ(),
      formats.FLOAT8_E4M3B11FNUZ,
    );
  }
}

/**
 * Complex numbers of two `Float8E5M2`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E5M2 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E5M2() });
 * array.set(':', [{ re: 57344, im: 1 }, 57344]);
 * array.get().toNested(); // [{ re: 57344, im: 1 }, { re: 57344, im: 0 }]
 */
export class ComplexFloat8E5M2 extends SmallComplex<'complex_float8_e5m2'> {
  constructor() {
    super('ComplexFloat8E5M2', 'complex_float8_e5m2', new floats.Float8E5M2(), formats.FLOAT8_E5M2);
  }
}

/**
 * Complex numbers of two `Float8E5M2FNUZ`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E5M2FNUZ } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E5M2FNUZ() });
 * array.set(':', [{ re: 57344, im: 1 }, 57344]);
 * array.get().toNested(); // [{ re: 57344, im: 1 }, { re: 57344, im: 0 }]
 */
export class ComplexFloat8E5M2FNUZ extends SmallComplex<'complex_float8_e5m2fnuz'> {
  constructor() {
    super('ComplexFloat8E5M2FNUZ', 'complex_float8_e5m2fnuz', new floats.Float8E5M2FNUZ(), formats.FLOAT8_E5M2FNUZ);
  }
}

/**
 * Complex numbers of two `Float8E8M0FNU`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat8E8M0FNU } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat8E8M0FNU() });
 * array.set(':', [{ re: 2 ** 127, im: 1 }, { re: 0.5, im: 4 }]);
 * array.get().toNested(); // [{ re: 2 ** 127, im: 1 }, { re: 0.5, im: 4 }]
 */
export class ComplexFloat8E8M0FNU extends SmallComplex<'complex_float8_e8m0fnu'> {
  constructor() {
    super('ComplexFloat8E8M0FNU', 'complex_float8_e8m0fnu', new floats.Float8E8M0FNU(), formats.FLOAT8_E8M0FNU);
  }
}

/**
 * Complex numbers of two `Float6E2M3FN`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat6E2M3FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat6E2M3FN() });
 * array.set(':', [{ re: 7.5, im: 1 }, 7.5]);
 * array.get().toNested(); // [{ re: 7.5, im: 1 }, { re: 7.5, im: 0 }]
 */
export class ComplexFloat6E2M3FN extends SmallComplex<'complex_float6_e2m3fn'> {
  constructor() {
    super('ComplexFloat6E2M3FN', 'complex_float6_e2m3fn', new floats.Float6E2M3FN(), formats.FLOAT6_E2M3FN);
  }
}

/**
 * Complex numbers of two `Float6E3M2FN`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat6E3M2FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat6E3M2FN() });
 * array.set(':', [{ re: 28, im: 1 }, 28]);
 * array.get().toNested(); // [{ re: 28, im: 1 }, { re: 28, im: 0 }]
 */
export class ComplexFloat6E3M2FN extends SmallComplex<'complex_float6_e3m2fn'> {
  constructor() {
    super('ComplexFloat6E3M2FN', 'complex_float6_e3m2fn', new floats.Float6E3M2FN(), formats.FLOAT6_E3M2FN);
  }
}

/**
 * Complex numbers of two `Float4E2M1FN`; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ComplexFloat4E2M1FN } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new ComplexFloat4E2M1FN() });
 * array.set(':', [{ re: -6, im: 1 }, -6]);
 * array.get().toNested(); // [{ re: -6, im: 1 }, { re: -6, im: 0 }]
 */
export class ComplexFloat4E2M1FN extends SmallComplex<'complex_float4_e2m1fn'> {
  constructor() {
    super('ComplexFloat4E2M1FN', 'complex_float4_e2m1fn', new floats.Float4E2M1FN(), formats.FLOAT4_E2M1FN);
  }
}

const define = (create: () => SmallComplex): DTypeDefinition => definePlain([create().name], undefined, create);

export const smallComplexDefinitions: readonly DTypeDefinition[] = Object.freeze([
  define(() => new ComplexFloat16()),
  define(() => new ComplexBFloat16()),
  define(() => new ComplexFloat8E3M4()),
  define(() => new ComplexFloat8E4M3()),
  define(() => new ComplexFloat8E4M3FN()),
  define(() => new ComplexFloat8E4M3FNUZ()),
  define(() => new ComplexFloat8E4M3B11FNUZ()),
  define(() => new ComplexFloat8E5M2()),
  define(() => new ComplexFloat8E5M2FNUZ()),
  define(() => new ComplexFloat8E8M0FNU()),
  define(() => new ComplexFloat6E2M3FN()),
  define(() => new ComplexFloat6E3M2FN()),
  define(() => new ComplexFloat4E2M1FN()),
]);

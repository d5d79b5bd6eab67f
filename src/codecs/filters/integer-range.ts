import type { DType } from '../../dtypes/dtype.js';

/** The integers that a type has. */
export interface Range {
  readonly least: bigint;
  readonly greatest: bigint;
  readonly bits: number;
  readonly isSigned: boolean;
}

/** The range of an integer type, by its name: `int4` has 4 bits. Undefined for types of other kinds. */
export function integerRange({ name, kind }: DType): Range | undefined {
  const [, digits] = /^u?int(\d+)$/.exec(name) ?? [];
  if (digits === undefined || (kind !== 'int' && kind !== 'uint')) return undefined;
  const bits = Number(digits);
  const isSigned = kind === 'int';
  const least = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
  return { least, greatest: least + (1n << BigInt(bits)) - 1n, bits, isSigned };
}

/**
 * A column of floats as NumPy prints it: the fewest digits that tell a number from its neighbours, at most 8 after the
 * point, points aligned; with exponents for all of them where the numbers are large, small, or far apart.
 */
import { halfToNumber, numberToHalf } from '../dtypes/float-format.js';

/** Bits per number. */
export type FloatWidth = 16 | 32 | 64;

const mostFractionDigits = 8;

/** Significant digits without a point, and the power of ten of the first one. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

/** `values`, floats of `width` bits, as texts of one width. `isSigned` puts a plus before what is not negative. */
export function formatFloats(
  values: readonly number[],
  width: FloatWidth,
  { isSigned = false }: { readonly isSigned?: boolean } = {},
): string[] {
  const finite = values.filter(Number.isFinite);
  const parts = needsExponent(finite, width) ? exponentParts : plainParts;
  const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : isSigned ? '+' : '');
  const columns = parts(finite.map((value) => shortest(Math.abs(value), width)));
  const wholes = columns.wholes.map((whole, i) => signOf(finite[i]!) + whole);
  const special = values.filter((value) => !Number.isFinite(value));
  const specialTexts = special.map((value) =>
    Number.isNaN(value) ? `${isSigned ? '+' : ''}nan` : `${signOf(value)}inf`,
  );
  // NumPy leaves room for the sign of an infinity in signed columns, and where one is negative.
  const specialWidth = special.length === 0 ? 0 : isSigned || special.includes(-Infinity) ? 4 : 3;
  const rest = widest(columns.rests);
  const wholeWidth = Math.max(widest(wholes), specialWidth - rest - 1);
  let nextFinite = 0;
  let nextSpecial = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return specialTexts[nextSpecial++]!.padStart(wholeWidth + rest + 1);
    const i = nextFinite++;
    return `${wholes[i]!.padStart(wholeWidth)}.${columns.rests[i]!.padEnd(rest)}`;
  });
}

const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, text.length), 0);

const rounding: Readonly<Record<FloatWidth, (value: number) => number>> = Object.freeze({
  16: (value: number) => halfToNumber(numberToHalf(value)),
  32: Math.fround,
  64: (value: number) => value,
});

/** From where on numbers are printed with exponents: as many digits as the type is sure of, 8 at most. */
const largest: Readonly<Record<FloatWidth, number>> = Object.freeze({ 16: 1e3, 32: 1e6, 64: 1e8 });

function needsExponent(finite: readonly number[], width: FloatWidth): boolean {
  const sizes = finite.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return false;
  const round = rounding[width]; // NumPy compares in the type itself.
  const most = sizes.reduce((one, other) => Math.max(one, other));
  const least = sizes.reduce((one, other) => Math.min(one, other));
  return most >= largest[width] || least < round(1e-4) || round(most / least) > 1000;
}

/** What stands before the point of each number, and what after it. */
interface Columns {
  readonly wholes: readonly string[];
  readonly rests: readonly string[];
}

function plainParts(decimals: readonly Shortest[]): Columns {
  const rounded = decimals.map((decimal) => roundTo(decimal, decimal.exponent + 1 + mostFractionDigits));
  return {
    wholes: rounded.map(({ digits, exponent }) =>
      exponent < 0 ? '0' : digits.slice(0, exponent + 1).padEnd(exponent + 1, '0'),
    ),
    rests: rounded.map(({ digits, exponent }) =>
      exponent < 0 ? (digits === '0' ? '' : '0'.repeat(-exponent - 1) + digits) : digits.slice(exponent + 1),
    ),
  };
}

function exponentParts(decimals: readonly Shortest[]): Columns {
  const most = decimals.map((decimal) => roundTo(decimal, 1 + mostFractionDigits).digits.length);
  const count = most.reduce((one, other) => Math.max(one, other), 1);
  // NumPy fills the column with further digits of the exact values, not with zeros.
  const rounded = decimals.map((decimal) =>
    decimal.digits.length === count ? decimal : roundExact(decimal.size, count),
  );
  const exponents = rounded.map(({ exponent }) => String(Math.abs(exponent)));
  const exponentWidth = Math.max(2, widest(exponents));
  return {
    wholes: rounded.map(({ digits }) => digits[0]!),
    rests: rounded.map(({ digits, exponent }, i) => {
      const sign = exponent < 0 ? '-' : '+';
      return `${digits.slice(1)}e${sign}${exponents[i]!.padStart(exponentWidth, '0')}`;
    }),
  };
}

/** The shortest decimal of a number, and the number itself, which is needed to round further. */
interface Shortest extends Decimal {
  readonly size: number;
}

/** The fewest digits that mean `size` among the numbers of its type. */
function shortest(size: number, width: FloatWidth): Shortest {
  const round = rounding[width];
  if (width === 64) return { ...trimmed(decimalOf(size.toExponential())), size };
  for (let count = 1; ; count++) {
    const nearest = roundExact(size, count);
    // Above a power of two the next number is further away than below: the next decimal up may be near enough.
    const candidates = [nearest, { ...nearest, digits: String(BigInt(nearest.digits) + 1n) }];
    for (const { digits, exponent } of candidates) {
      const isMeant = round(Number(`${digits}e${exponent - count + 1}`)) === size;
      if (isMeant || count === 9) return { ...trimmed({ digits, exponent: exponent + digits.length - count }), size };
    }
  }
}

/** `decimal` with at most `count` digits. */
function roundTo(decimal: Shortest, count: number): Decimal {
  if (decimal.digits.length <= count) return decimal;
  return trimmed(roundExact(decimal.size, count));
}

/** The first `count` digits of the exact value of `size`, rounded, ties to even. */
function roundExact(size: number, count: number): Decimal {
  // 101 digits are all that a tie can have, and more than is needed to tell what is above from what is below half.
  const { digits, exponent } = decimalOf(size.toExponential(100));
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isUp = /^50*$/.test(rest) ? Number(kept.at(-1)) % 2 === 1 : rest >= '5';
  const rounded = String(BigInt(kept) + (isUp ? 1n : 0n)).padStart(count, '0'); // Of 0, all digits are zeros.
  return { digits: rounded.slice(0, count), exponent: exponent + rounded.length - count };
}

function decimalOf(exponential: string): Decimal {
  const [mantissa = '', exponent = ''] = exponential.split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

const trimmed = ({ digits, exponent }: Decimal): Decimal => ({ digits: digits.replace(/(?<=.)0+$/, ''), exponent });

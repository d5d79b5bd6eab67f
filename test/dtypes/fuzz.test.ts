/** Whatever a document says, a data type and its fill value are found, or refused by an error of ours. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dtypeFromV2, dtypeFromV3, knownNames } from '../../src/dtypes/registry.js';
import { isPacked } from '../../src/dtypes/storage.js';
import { MetadataValidationError } from '../../src/errors.js';
import { fromPlain } from '../../src/json/convert.js';
import { formatJson } from '../../src/json/format.js';
import { type Json, JsonNumber } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';

const number = fc.constantFrom(
  '0',
  '1',
  '-1',
  '1.0',
  '-0.0',
  '7',
  '255',
  '256',
  '1e400',
  '1e-400',
  '0.1',
  '9007199254740993',
);
const text = fc.constantFrom(
  ...['', 'NaN', 'Infinity', '-Infinity', '0x7f', '0xff', '0x7fc0', '0x7fc00000', '0xzz', 'AA==', 'AAA=', 'AAAA', 'a'],
  ...['NaT', '__proto__', '\ud800', 'x'.repeat(50)],
);
const names = fc.constantFrom(
  ...knownNames(),
  'r8',
  'r24',
  'r0',
  'unheard_of',
  '<i4',
  '|S2',
  '<U1',
  '|V3',
  '<M8[ns]',
  '<c8',
);
const codes = fc.constantFrom(
  ...[
    '<i2',
    '>i4',
    '|u1',
    '<f2',
    '>f8',
    '<c8',
    '|S0',
    '<U0',
    '|S3',
    '>U2',
    '|V2',
    '<M8[s]',
    '<m8',
    '|b1',
    '<f16',
    '|O',
  ],
  ...['bfloat16', 'int4', 'float4_e2m1fn', 'float8_e8m0fnu', 'uint4', '<u16'],
);

const fillValue: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number.map((token) => new JsonNumber(token)),
    text,
    fc.constantFrom(null, true, false),
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('json'), { maxKeys: 3 })
      .map((object) => new Map(Object.entries(object))),
  ),
})).json;

const inV3 = fc.letrec<{ type: unknown }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    names,
    names.map((name) => ({ name, configuration: { length_bytes: 4 } })),
    fc.record({ name: fc.constantFrom('zarrs.optional', 'optional'), configuration: tie('type') }),
    fc.record({
      name: fc.constantFrom('struct', 'structured'),
      configuration: fc.record({
        fields: fc.array(fc.record({ name: fc.constantFrom('a', 'b', ''), data_type: tie('type') }), { maxLength: 3 }),
      }),
    }),
    fc.array(fc.tuple(fc.constantFrom('a', 'b'), tie('type')), { maxLength: 3 }),
  ),
})).type;

const inV2 = fc.letrec<{ type: unknown }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    codes,
    fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom<unknown>('a', 'b', '', ['t', 'a']), tie('type')),
        fc.tuple(fc.constantFrom('a', 'b'), tie('type'), fc.oneof(fc.nat(3), fc.array(fc.nat(3), { maxLength: 2 }))),
      ),
      { maxLength: 3 },
    ),
  ),
})).type;

describe.each([
  ['2', 2 as const, inV2],
  ['3', 3 as const, inV3],
])('format %s', (_, format, types) => {
  test('types and fill values are read and written again, or refused', () => {
    let read = 0;
    fc.assert(
      fc.property(types, fillValue, (type, fill) => {
        try {
          const json = fromPlain(type, 'data_type');
          const dtype = format === 2 ? dtypeFromV2(json, undefined) : dtypeFromV3(json);
          const again = dtype.toMetadata(format);
          const reread = format === 2 ? dtypeFromV2(again, undefined) : dtypeFromV3(again);
          expect(reread.isSameInMemory(dtype)).toBe(true);
          expect(dtype.repr()).not.toBe('');
          const storage = dtype.parseFillValue(fill, format);
          const written = parseJson(formatJson(dtype.fillValueToJson(storage, format), null));
          const once = dtype.parseFillValue(written, format);
          if (isPacked(storage) && dtype.kind !== 'unknown') expect(once).toEqual(storage);
          dtype.get(storage, 0);
          if (dtype.kind !== 'unknown') expect(dtype.format(storage, 0)).toBe(dtype.format(once, 0));
          read++;
        } catch (error) {
          if (error instanceof MetadataValidationError) return;
          throw error;
        }
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(20);
  });
});

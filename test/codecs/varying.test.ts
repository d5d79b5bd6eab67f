/** Codecs of strings and byte strings: their bytes, and what they refuse. */
import { describe, expect, it, test } from 'vitest';
import { CodecPipeline } from '../../src/codecs/pipeline.js';
import { codecFromJson } from '../../src/codecs/registry.js';
import { LimitError, MetadataValidationError } from '../../src/errors.js';
import { type NdArray, ndarray } from '../../src/index.js';
import { fromPlain } from '../../src/json/convert.js';

const TEXTS = ['a', '', 'bé'];
const LAYOUT = '03000000 01000000 61 00000000 03000000 62c3a9';

/** The chain of `name` alone for chunks like `chunk`. */
function chainOf(chunk: NdArray, name: string, configuration?: object): CodecPipeline {
  const { dtype, shape } = chunk;
  const spec = { dtype, shape, fillValue: dtype.defaultFillValue() };
  const document = configuration === undefined ? { name } : { name, configuration };
  return new CodecPipeline([codecFromJson(fromPlain(document, 'codec')).resolve(spec)], spec);
}

const texts = (): NdArray => ndarray(TEXTS, { dtype: 'string' });
const byteStrings = (): NdArray => {
  const encoder = new TextEncoder();
  return ndarray(
    TEXTS.map((text) => encoder.encode(text)),
    { dtype: 'bytes' },
  );
};
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each(['vlen-utf8', 'vlen-bytes', 'vlen-array', 'zarrs.vlen_v2'])('%s', (name) => {
  test.each([
    ['strings', texts()],
    ['byte strings', byteStrings()],
  ])('%s: each as its length and its bytes', async (_, chunk) => {
    const chain = chainOf(chunk, name);
    expect(hexOf(await chain.encode(chunk))).toBe(LAYOUT.replaceAll(' ', ''));
    expect([...(await chain.decode(bytesOf(LAYOUT)))]).toEqual([...chunk]);
  });

  it('takes nothing else', () => {
    expect(() => chainOf(ndarray([1], { dtype: 'int32' }), name)).toThrow(MetadataValidationError);
  });
});

describe('zarrs.vlen', () => {
  const index_codecs = [{ name: 'bytes', configuration: { endian: 'little' } }];
  const configuration = { index_codecs, data_codecs: [{ name: 'bytes' }], index_data_type: 'uint32' };
  const index = '00000000 01000000 01000000 04000000';

  it('has the index at the start unless said', async () => {
    const chain = chainOf(texts(), 'zarrs.vlen', configuration);
    const stored = `1000000000000000 ${index} 6162c3a9`;
    expect(hexOf(await chain.encode(texts()))).toBe(stored.replaceAll(' ', ''));
    expect([...(await chain.decode(bytesOf(stored)))]).toEqual(TEXTS);
  });

  it('has the index at the end where it is said', async () => {
    const chain = chainOf(byteStrings(), 'zarrs.vlen', { ...configuration, index_location: 'end' });
    const stored = `6162c3a9 ${index} 1000000000000000`;
    expect(hexOf(await chain.encode(byteStrings()))).toBe(stored.replaceAll(' ', ''));
    expect([...(await chain.decode(bytesOf(stored)))]).toEqual([...byteStrings()]);
  });

  it('encodes no bytes where there are none', async () => {
    const data_codecs = [{ name: 'bytes' }, { name: 'gzip', configuration: { level: 1 } }];
    const empty = ndarray(['', ''], { dtype: 'string' });
    const chain = chainOf(empty, 'zarrs.vlen', { ...configuration, data_codecs });
    const stored = await chain.encode(empty);
    expect(stored).toHaveLength(8 + 12);
    expect([...(await chain.decode(stored))]).toEqual(['', '']);
  });

  test.each([
    ['7', 'expected at least 8 bytes, got 1'],
    [`1100000000000000 ${index}`, 'an index of 17 bytes, but only 16 are there'],
    ['1000000000000000 00000000 02000000 01000000 04000000 6162c3a9', 'element 1 begins at 2 and ends at 1'],
    ['1000000000000000 00000000 00000000 00000000 00000000 61', 'expected no bytes after the index, got 1'],
    [`1000000000000000 ${index} 6162c3`, 'expected 4 bytes, got 3'],
  ])('refuses %s', async (stored, message) => {
    const chain = chainOf(texts(), 'zarrs.vlen', configuration);
    await expect(async () => chain.decode(bytesOf(stored.length === 1 ? '07' : stored))).rejects.toThrow(message);
  });

  it('refuses elements beyond every limit before it takes memory', async () => {
    const chain = chainOf(texts(), 'zarrs.vlen', { ...configuration, index_data_type: 'uint64' });
    const stored = `2000000000000000 ${'00'.repeat(24)} 0000000000010000`;
    await expect(async () => chain.decode(bytesOf(stored))).rejects.toThrow(LimitError);
  });

  test.each([
    [{ ...configuration, data_codecs: undefined }, 'data_codecs: missing'],
    [{ ...configuration, index_data_type: 'int8' }, 'index_data_type: expected "uint32", "uint64"'],
    [{ ...configuration, index_codecs: [] }, 'index_codecs: expected exactly one array to bytes codec'],
  ])('refuses the configuration %o', (given, message) => {
    const document = fromPlain({ name: 'zarrs.vlen', configuration: JSON.parse(JSON.stringify(given)) }, 'codec');
    expect(() => codecFromJson(document)).toThrow(message);
  });
});

describe('what other writers store', () => {
  const optional = { name: 'zarrs.optional', configuration: { name: 'uint8', configuration: {} } };
  const data_codecs = [{ name: 'bytes' }, { name: 'gzip', configuration: { level: 1 } }];

  it('values that are all missing have no bytes, whatever would encode them', async () => {
    const missing = ndarray([null, null], { dtype: optional });
    const chain = chainOf(missing, 'zarrs.optional', { mask_codecs: [{ name: 'packbits' }], data_codecs });
    const stored = `0100000000000000 0000000000000000 00`;
    expect(hexOf(await chain.encode(missing))).toBe(stored.replaceAll(' ', ''));
    expect([...(await chain.decode(bytesOf(stored)))]).toEqual([null, null]);
  });

  it('Fletcher-32 of an odd number of bytes, without the last', async () => {
    const { dtype } = ndarray([1], { dtype: 'uint8' });
    const spec = { dtype, shape: [3], fillValue: dtype.defaultFillValue() };
    const codecs = ['bytes', 'numcodecs.fletcher32'].map((name) => codecFromJson(fromPlain({ name }, 'codec')));
    const chain = new CodecPipeline(codecs, spec);
    expect([...(await chain.decode(bytesOf('010203 02010201')))]).toEqual([1, 2, 3]);
    await expect(async () => chain.decode(bytesOf('010303 02010201'))).rejects.toThrow('stored checksum');
  });

  it('complex numbers of pcodec, and times of packbits', async () => {
    const complex = ndarray([1, 2, 3, 4], { dtype: 'complex64' });
    const pcodec = chainOf(complex, 'numcodecs.pcodec');
    expect(`${await pcodec.decode(await pcodec.encode(complex))}`).toBe(`${complex}`);
    const times = ndarray([1n, -2n], { dtype: 'M8[s]' });
    const packed = chainOf(times, 'packbits', { first_bit: 0, last_bit: 7 });
    expect(hexOf(await packed.encode(times))).toBe('01fe');
    expect(`${await packed.decode(bytesOf('01fe'))}`).toBe(`${times}`);
  });
});

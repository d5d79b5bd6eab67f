/** docs/data-types.md has every registered data type, and what it says of each is so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../src/dtypes/dtype.js';
import { ObjectType } from '../../src/dtypes/object.js';
import { dtypeFromV2, dtypeFromV3, knownNames } from '../../src/dtypes/registry.js';
import { UnknownDType } from '../../src/dtypes/unknown.js';
import { formatJson } from '../../src/json/format.js';
import { parseJson } from '../../src/json/parse.js';
import { root } from '../tidy/sources.js';

interface Row {
  readonly names: readonly string[];
  /** Undefined for what format 3 has not. */
  readonly document: string | undefined;
  readonly v2: string | undefined;
  readonly data: string;
  readonly scalar: string;
  readonly fillValues: readonly string[];
}

const page = readFileSync(join(root, 'docs/data-types.md'), 'utf8');

const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]*)`/g)].map(([, code]) => code!);

const rows: readonly Row[] = [...page.matchAll(/^\| (`.*) \|$/gm)].map(([, line]) => {
  const cells = line!.split(/ (?<!\\)\| /).map((cell) => cell.replaceAll('\\|', '|'));
  expect(cells).toHaveLength(7);
  const [names = '', document = '', v2 = '', data = '', scalar = '', fillValues = '', readers] = cells;
  expect(readers).not.toBe('');
  return {
    ...{ names: codes(names), document: codes(document)[0], v2: codes(v2)[0] },
    ...{ data, scalar, fillValues: codes(fillValues) },
  };
});

const canonical = (text: string): string => formatJson(parseJson(text), null);

function dtypeOf({ document }: Row): DType {
  return document === undefined ? new ObjectType() : dtypeFromV3(parseJson(document));
}

it('has a row for every registered name', () => {
  const named = rows.flatMap(({ names }) => names);
  expect(named).toHaveLength(new Set(named).size);
  expect([...named].sort()).toEqual([...knownNames(), 'r24', 'object'].sort());
});

describe.each(rows.map((row) => [row.names[0]!, row] as const))('%s', (_, row) => {
  const dtype = dtypeOf(row);
  const format = row.document === undefined ? 2 : 3;

  it('is written in both formats as the page says', () => {
    expect(dtype).not.toBeInstanceOf(UnknownDType);
    if (row.document !== undefined) expect(formatJson(dtype.toMetadata(3), null)).toBe(canonical(row.document));
    else expect(() => dtype.toMetadata(3)).toThrow('format 3');
    if (row.v2 === undefined) expect(() => dtype.toMetadata(2)).toThrow('format 2');
    else {
      const json = row.v2.startsWith('[') ? parseJson(row.v2) : row.v2;
      expect(formatJson(dtype.toMetadata(2), null)).toBe(formatJson(json, null));
      if (row.v2 === '|O') return;
      const { kind, itemSize } = dtypeFromV2(json, undefined);
      expect({ kind, itemSize }).toEqual({ kind: dtype.kind, itemSize: dtype.itemSize });
    }
  });

  it('is read by each of its names', () => {
    for (const name of row.document === undefined ? [] : row.names) {
      const document = row.document!.replace(/^"[^"]*"$|(?<=^\{"name":)"[^"]*"/, JSON.stringify(name));
      expect(dtypeFromV3(parseJson(document)).name).toBe(dtype.name);
    }
  });

  it('has the data and the scalars that the page says', () => {
    const storage = dtype.defaultFillValue();
    expect(codes(row.data)).toContain(dtype.wrap(storage).constructor.name);
    const scalar = dtype.get(storage, 0);
    const kind = scalar instanceof Uint8Array ? 'Uint8Array' : typeof scalar;
    if (dtype.kind === 'complex')
      expect([row.scalar, scalar]).toEqual(['`{ re, im }`', { re: scalar.re, im: scalar.im }]);
    else if (dtype.kind === 'optional') expect([scalar, codes(row.scalar)]).toEqual([null, ['null']]);
    else if (dtype.kind === 'object') expect(row.scalar).toBe('any value');
    else expect(row.scalar).toContain(kind);
  });

  it('has the fill values that the page says, of which the first is as it is written', () => {
    expect(row.fillValues.length).toBeGreaterThan(0);
    const [first, ...others] = row.fillValues;
    const written = (text: string): string =>
      formatJson(dtype.fillValueToJson(dtype.parseFillValue(parseJson(text), format), format), null);
    expect(written(first!)).toBe(canonical(first!));
    for (const text of others) expect(() => written(text), text).not.toThrow();
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { Config } from '../../src/config.js';
import { environmentSettings } from '../../src/environment-settings.js';
import * as zarr from '../../src/sync.js';

const KEYS = Object.keys(new Config().defaults);
const valueOf = (text: string): unknown =>
  environmentSettings({ ZARR_ASYNC__CONCURRENCY: text }, KEYS).get('async.concurrency')?.value;

describe('settings from the environment', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    zarr.config.reset();
  });

  it.each<[string, unknown]>([
    ['32', 32],
    ['1_000', 1000],
    ['-1', -1],
    ['0x10', 16],
    ['-0x10', -16],
    ['0b101', 5],
    ['0o17', 15],
    ['1e3', 1000],
    ['.5', 0.5],
    ['2.', 2],
    [' 7 ', 7],
    ['True', true],
    ['False', false],
    ['None', null],
    ["'F'", 'F'],
    ['"F"', 'F'],
    ['F', 'F'],
    ['true', 'true'],
    ['007', '007'],
    ['1_', '1_'],
    ['', ''],
    ["'", "'"],
  ])('reads %j as Python reads it', (text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it('finds every setting by its name in snake case', () => {
    const names = {
      ZARR_DEFAULT_ZARR_FORMAT: 'defaultZarrFormat',
      ZARR_JSON_INDENT: 'jsonIndent',
      ZARR_ARRAY__WRITE_EMPTY_CHUNKS: 'array.writeEmptyChunks',
      ZARR_ARRAY__SHARDING_COALESCE_MAX_GAP_BYTES: 'array.shardingCoalesceMaxGapBytes',
      ZARR_LIMITS__CHUNKS_PER_CALL: 'limits.chunksPerCall',
    };
    for (const [name, key] of Object.entries(names)) {
      expect([...environmentSettings({ [name]: '1' }, KEYS).keys()]).toEqual([key]);
    }
    expect(environmentSettings({ ZARR_ASYNC_CONCURRENCY: '1', ZARR_CODECS__BLOSC: 'x', OTHER: '1' }, KEYS).size).toBe(
      0,
    );
  });

  it('come after what is set, and before the defaults', () => {
    vi.stubEnv('ZARR_ARRAY__ORDER', 'F');
    vi.stubEnv('ZARR_JSON_INDENT', 'None');
    zarr.config.reset();
    expect(zarr.config.get('array.order')).toBe('F');
    expect(zarr.config.get('array')).toMatchObject({ order: 'F' });
    expect(zarr.config.defaults['array.order']).toBe('C');
    expect(zarr.config.get('jsonIndent')).toBeNull();
    expect(zarr.zeros([2, 2]).order).toBe('F');
    const scope = zarr.config.set({ 'array.order': 'C' });
    expect(zarr.config.get('array.order')).toBe('C');
    scope.restore();
    expect(zarr.config.get('array.order')).toBe('F');
    const files = new Map<string, Uint8Array>();
    zarr.createGroup(files);
    expect(new TextDecoder().decode(files.get('zarr.json'))).toBe(
      '{"attributes": {}, "zarr_format": 3, "node_type": "group"}',
    );
  });

  it('that cannot be are an error where they are asked for, and only there', () => {
    vi.stubEnv('ZARR_ARRAY__ORDER', 'Q');
    zarr.config.reset();
    expect(() => zarr.config.get('array.order')).toThrow('ZARR_ARRAY__ORDER: expected "C" or "F", got "Q"');
    expect(() => zarr.zeros([1])).toThrow(expect.objectContaining({ code: 'bad-config' }));
    expect(zarr.config.get('jsonIndent')).toBe(2);
    zarr.config.set({ 'array.order': 'C' });
    expect(zarr.zeros([1]).order).toBe('C');
  });

  it('and what else a report of a fault should say are printed', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    zarr.printDebugInfo();
    expect(log.mock.calls).toEqual([[expect.stringMatching(/^zarr-ts: \d+\.\d+\.\d+\nplatform: \S+ \S+\n/)]]);
    log.mockRestore();
  });
});

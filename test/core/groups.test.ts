import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';

function hierarchy(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const root = sync.group(files);
  root.createArray('foo/bar', { shape: [10, 20], dtype: 'float32' });
  root.createGroup('foo/empty', { attributes: { about: 'nothing' } });
  root.createArray('shd', { shape: [100], dtype: 'uint8' });
  files.set('notes.txt', new Uint8Array([1]));
  files.set('pictures/cat.png', new Uint8Array([1]));
  return files;
}

const PICTURE = `/
├── foo
│   ├── bar (10, 20) float32
│   └── empty
└── shd (100,) uint8
`;

describe('a group', () => {
  it('lists its members by name, and only nodes', () => {
    const root = sync.openGroup(hierarchy());
    expect([...root]).toEqual(['foo', 'shd']);
    expect([...root.members({ maxDepth: null })].map(([path, node]) => [path, node.kind])).toEqual([
      ['foo', 'group'],
      ['foo/bar', 'array'],
      ['foo/empty', 'group'],
      ['shd', 'array'],
    ]);
    expect([...root.arrayKeys()]).toEqual(['shd']);
    expect([...root.groupKeys()]).toEqual(['foo']);
    expect([...root.groupValues()].map((group) => group.path)).toEqual(['foo']);
    expect(root.nmembers()).toBe(2);
    expect(root.nmembers({ maxDepth: null })).toBe(4);
    expect(root.nmembers({ maxDepth: 1 })).toBe(4);
    expect(() => root.nmembers({ maxDepth: -1 })).toThrow('maxDepth');
  });

  it('is not led astray by keys that no node can have', () => {
    const files = hierarchy();
    files.set('/x', new Uint8Array([1]));
    files.set('a\0b/zarr.json', new Uint8Array([1]));
    expect([...sync.openGroup(files)]).toEqual(['foo', 'shd']);
    expect(String(sync.openGroup(files).tree())).toBe(PICTURE);
  });

  it('has no attribute that is undefined, which JSON has not', () => {
    const { attrs } = sync.group(undefined, { attributes: { a: 1 } });
    expect(() => attrs.set('a', undefined)).toThrow(
      expect.objectContaining({ code: 'argument', message: expect.stringMatching(/"a", got undefined/) }),
    );
    expect(attrs.asDict()).toEqual({ a: 1 });
  });

  it('is the same with promises', async () => {
    const store = latency(new sync.MemoryStore(hierarchy()), { getMs: 0, setMs: 0 });
    const root = await promises.openGroup(store);
    const names: string[] = [];
    for await (const name of root) names.push(name);
    expect(names).toEqual(['foo', 'shd']);
    const members: string[] = [];
    for await (const [path] of root.members({ maxDepth: null })) members.push(path);
    expect(members).toEqual(['foo', 'foo/bar', 'foo/empty', 'shd']);
    expect(String(await root.tree())).toBe(PICTURE);
    expect((await root.getItem('foo/bar')).path).toBe('foo/bar');
    await expect(root.getItem('nowhere')).rejects.toMatchObject({ code: 'node-not-found' });
    expect(await root.get('nowhere', 7)).toBe(7);
    expect(await root.contains('foo/empty')).toBe(true);
    expect(await root.nmembers()).toBe(2);
  });

  it('draws its tree as zarr-python does', () => {
    const root = sync.openGroup(hierarchy());
    expect(String(root.tree())).toBe(PICTURE);
    expect(String(root.tree({ level: 0 }))).toBe('/\n├── foo\n└── shd (100,) uint8\n');
    expect(String(root.getGroup('foo').tree())).toBe('/foo\n├── bar (10, 20) float32\n└── empty\n');
    expect(String(sync.group().tree())).toBe('/\n');
    expect(root.tree().toHTML()).toContain('<b>foo</b>');
    const odd = sync.group();
    odd.createArray('a&b', { shape: [1], dtype: [['x', '<i4']] });
    expect(odd.tree().toHTML()).toContain('<b>a&amp;b</b> (1,) [(&#x27;x&#x27;, &#x27;&lt;i4&#x27;)]');
    expect(
      root
        .tree()
        .toJSON()
        .children.map(({ name }) => name),
    ).toEqual(['foo', 'shd']);
    expect(String(root.tree({ maxNodes: 1 }))).toMatch(/^Truncated at max_nodes=1/);
  });

  it('gives members by path, and says which kind was in the way', () => {
    const root = sync.openGroup(hierarchy());
    expect(root.getArray('foo/bar').shape).toEqual([10, 20]);
    expect(root.getGroup('foo/empty').attrs.get('about')).toBe('nothing');
    expect(root.getItem('')).toBeInstanceOf(sync.Group);
    expect(() => root.getArray('foo')).toThrow(expect.objectContaining({ code: 'contains-group' }));
    expect(() => root.getGroup('shd')).toThrow(expect.objectContaining({ code: 'contains-array' }));
    expect(() => root.getArray('x')).toThrow(expect.objectContaining({ code: 'array-not-found' }));
    expect(() => root.getItem('../x')).toThrow(expect.objectContaining({ code: 'invalid-key' }));
    expect(root.contains('__proto__')).toBe(false);
    expect(root.get('nowhere')).toBeUndefined();
  });

  it('makes, requires, replaces and deletes members', () => {
    const root = sync.group();
    root.setItem('a', new Int16Array([1, 2]));
    root.setItem('a', new Float64Array([3]));
    expect(root.getArray('a').get().data).toEqual(new Float64Array([3]));
    expect(root.requireArray('a', { shape: [1] }).path).toBe('a');
    expect(() => root.requireArray('a', { shape: [2] })).toThrow('shape');
    expect(() => root.requireArray('a', { shape: [1], dtype: 'int8' })).toThrow('float64');
    expect(root.requireArray('a', { shape: [1], dtype: null as never, exact: true }).dtype.name).toBe('float64');
    expect(sync.group().requireArray('n', { shape: [1], dtype: undefined }).dtype.name).toBe('float64');
    expect(() => root.requireArray('a', { shape: [1], chunk: [1] } as never)).toThrow('did you mean "chunks"');
    expect(root.requireArray('b/c', { shape: [1], dtype: 'int8' }).dtype.name).toBe('int8');
    expect(root.requireGroup('b').path).toBe('b');
    expect(() => root.requireGroup('a')).toThrow('array');
    expect(root.requireGroups('g', 'h').map(({ name }) => name)).toEqual(['/g', '/h']);
    root.delItem('b');
    root.delItem('b');
    expect([...root.keys()]).toEqual(['a', 'g', 'h']);
    expect(
      root
        .ones({ name: 'o', shape: [2] })
        .get()
        .toNested(),
    ).toEqual([1, 1]);
    expect(
      root
        .full({ name: 'f', shape: [1], fillValue: 7, dtype: 'int8' })
        .get()
        .toNested(),
    ).toEqual([7]);
    expect(() => root.createArray('a/below', { shape: [1], dtype: 'int8' })).toThrow('array');
    expect(() => root.createArray('', { shape: [1], dtype: 'int8' })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
    for (const name of ['x/../y', '__x', 'zarr.json', 'a/.../b']) {
      expect(() => root.createGroup(name), name).toThrow(expect.objectContaining({ code: 'invalid-key' }));
    }
  });
});

describe('attributes', () => {
  it('change at once, one by one or together', () => {
    const files = new Map<string, Uint8Array>();
    const { attrs } = sync.group(files, { attributes: { a: 1 } });
    attrs.set('b', [1, { c: null }]);
    attrs.update({ a: 2, d: 'x' });
    expect(attrs.delete('b')).toBe(true);
    expect(attrs.delete('b')).toBe(false);
    expect([...attrs]).toEqual([
      ['a', 2],
      ['d', 'x'],
    ]);
    expect([...attrs.values()]).toEqual([2, 'x']);
    expect(sync.openGroup(files).attrs.asDict()).toEqual({ a: 2, d: 'x' });
    attrs.put({ only: true });
    expect(sync.openGroup(files).attrs.asDict()).toEqual({ only: true });
    expect(attrs.has('only')).toBe(true);
    expect(attrs.get('toString')).toBeUndefined();
  });

  it('keep the tokens of those that stay', () => {
    const body =
      '{"zarr_format": 3, "node_type": "group", "attributes": {"z": 1.0, "big": 123456789012345678901, "e": 1e5, ' +
      '"nan": NaN, "10": 1, "2": 2, "__proto__": {"x": 1}}, "extra": {"must_understand": false, "v": 1.50}}';
    const files = new Map([['zarr.json', new TextEncoder().encode(body)]]);
    const group = sync.openGroup(files);
    expect(group.attrs.get('big')).toBe(123456789012345678901n);
    group.attrs.set('new', 0.1);
    const text = new TextDecoder().decode(files.get('zarr.json')).replace(/\s+/g, ' ');
    expect(text).toContain(
      '"attributes": { "z": 1.0, "big": 123456789012345678901, "e": 1e5, "nan": NaN, "10": 1, "2": 2, ' +
        '"__proto__": { "x": 1 }, "new": 0.1 }',
    );
    expect(text).toContain('"v": 1.50');
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('of a handle older than the document revert nothing', () => {
    const files = new Map<string, Uint8Array>();
    const first = sync.createArray(files, { shape: [4], dtype: 'int8' });
    const document = new TextDecoder()
      .decode(files.get('zarr.json'))
      .replace('"shape": [\n    4', '"shape": [\n    10');
    files.set('zarr.json', new TextEncoder().encode(document));
    first.attrs.set('q', 1);
    expect(sync.openArray(files).shape).toEqual([10]);
    expect(first.shape).toEqual([10]);
  });

  it('that JSON cannot hold change nothing', () => {
    const files = new Map<string, Uint8Array>();
    const group = sync.group(files, { attributes: { a: 1 } });
    const before = files.get('zarr.json');
    expect(() => group.attrs.set('f', () => 1)).toThrow(expect.objectContaining({ code: 'argument' }));
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(() => group.updateAttributes({ loop })).toThrow();
    expect(files.get('zarr.json')).toEqual(before);
    group.attrs.set('ok', 2);
    expect(group.attrs.asDict()).toEqual({ a: 1, ok: 2 });
  });
});

describe('info', () => {
  it("is zarr-python's text", () => {
    const array = sync.createArray(undefined, { shape: [10, 20], chunks: [5, 5], dtype: 'float32' });
    expect(String(array.info)).toBe(
      `Type               : Array
Zarr format        : 3
Data type          : Float32(endianness='little')
Fill value         : 0.0
Shape              : (10, 20)
Chunk shape        : (5, 5)
Order              : C
Read-only          : False
Store type         : MemoryStore
Filters            : ()
Serializer         : BytesCodec(endian='little')
Compressors        : (ZstdCodec(level=0, checksum=False),)
No. bytes          : 800`,
    );
    array.set('0:5, 0:10', 1);
    const complete = String(array.infoComplete()).split('\n').slice(-3);
    expect(complete[0]).toMatch(/^No\. bytes stored {3}: \d+/);
    expect(complete[2]).toBe('Chunks Initialized : 2');
    expect(array.nchunksInitialized).toBe(2);
    expect(array.nbytesStored()).toBeGreaterThan(100);
    expect(String(sync.openGroup(hierarchy()).infoComplete())).toBe(
      `Name        : 
Type        : Group
Zarr format : 3
Read-only   : False
Store type  : MemoryStore
No. members : 4
No. arrays  : 2
No. groups  : 2`,
    );
  });

  it('counts the chunks of shards, and not those of siblings', async () => {
    const store = new sync.MemoryStore();
    const root = sync.group(store);
    const foo = root.createArray('foo', { shape: [16], shards: [8], chunks: [2], dtype: 'int8' });
    root.createArray('foobar', { shape: [4], chunks: [1], dtype: 'int8' }).set('...', 1);
    foo.set([0], 1);
    expect(foo.nchunksInitialized).toBe(4);
    expect(String(foo.infoComplete())).toContain('Shards Initialized : 1');
    expect(await foo.asyncArray.nchunksInitialized()).toBe(4);
    const scalar = root.createArray('scalar', { shape: [], dtype: 'int8' });
    expect(scalar.nchunksInitialized).toBe(0);
    scalar.set('...', 4);
    expect(scalar.nchunksInitialized).toBe(1);
  });
});

describe('saving and loading', () => {
  it('keeps one array, a list, a record', async () => {
    const files = new Map<string, Uint8Array>();
    sync.save(files, new Float32Array([1, 2]));
    expect((sync.load(files) as sync.NdArray).data).toEqual(new Float32Array([1, 2]));
    files.clear();
    sync.save(files, [new Int8Array([1]), { data: new Int8Array([1, 2, 3, 4]), shape: [2, 2] }], { path: 'list' });
    const list = sync.load(files, { path: 'list' }) as sync.LoadedArrays;
    expect([...list.keys()]).toEqual(['arr_0', 'arr_1']);
    expect(list.get('arr_1').toNested()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => list.get('arr_2')).toThrow('arr_2');
    await promises.save(files, { x: new Int8Array([5]) }, { path: 'record' });
    const record = (await promises.load(files, { path: 'record' })) as promises.LoadedArrays;
    expect([record.has('x'), record.has('y'), (await record.get('x')).toNested()]).toEqual([true, false, [5]]);
  });

  it('of what is no array, or of nothing, changes nothing', () => {
    const files = new Map<string, Uint8Array>();
    sync.save(files, new Int8Array([1]));
    const before = [...files.keys()];
    expect(() => sync.save(files, [[1, 2]] as never)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => sync.save(files, [])).toThrow(expect.objectContaining({ code: 'argument' }));
    expect([...files.keys()]).toEqual(before);
    expect(() => sync.load(new Map())).toThrow(expect.objectContaining({ code: 'node-not-found' }));
  });
});

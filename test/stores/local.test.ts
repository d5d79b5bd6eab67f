import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ArgumentError,
  ConflictError,
  InvalidKeyError,
  LimitError,
  ReadOnlyError,
  StoreError,
} from '../../src/errors.js';
import { LocalStore, type LocalStoreOptions } from '../../src/stores/local.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);
const at = (...names: string[]) => path.join(folder, ...names);
const open = (options?: LocalStoreOptions) => new LocalStore(folder, options);

/** What the operating system says when it refuses. */
const refusal = (code: string, errno = -5) =>
  Object.assign(new Error(`${code}: refused`), { code, errno, syscall: 'test' });

function failureOf(action: () => unknown): StoreError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return error as StoreError; // Just checked.
  }
  throw new Error('expected a failure');
}

const codeOf = (error: StoreError) => (error.cause as { code?: string } | undefined)?.code;

describe('a LocalStore', () => {
  test('takes a path or a file URL, and makes the folder at the first write', () => {
    const store = new LocalStore(pathToFileURL(at('new', 'root')));
    expect(store.root).toBe(at('new', 'root'));
    expect(`${store}`).toBe(`file://${at('new', 'root')}`);
    expect(store.get('a')).toBe(undefined);
    expect([...store.list('')]).toEqual([]);
    expect(fs.existsSync(at('new'))).toBe(false);
    store.set('b/c', bytes('1'));
    expect(fs.readFileSync(at('new', 'root', 'b', 'c'), 'utf8')).toBe('1');
  });

  test('hands out bytes with nothing else in their buffer', () => {
    const store = open();
    store.set('a', bytes('0123456789'));
    expect(store.get('a')!.buffer.byteLength).toBe(10);
    expect(store.get('a', { offset: 2, length: 3 })!.buffer.byteLength).toBe(3);
  });

  test('refuses to write when it is read-only, before it asks the disk', () => {
    const store = new LocalStore(at('absent'), { readOnly: true });
    expect(() => store.set('a', bytes('1'))).toThrow(ReadOnlyError);
    expect(() => store.delete('a')).toThrow(ReadOnlyError);
    expect(() => store.deletePrefix('')).toThrow(ReadOnlyError);
    expect(() => store.move(at('other'))).toThrow(ReadOnlyError);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('says what is wrong with its arguments', () => {
    expect(() => new LocalStore('')).toThrow(ArgumentError);
    expect(() => new LocalStore('a\0b')).toThrow(ArgumentError);
    expect(() => new LocalStore('a\ud800b')).toThrow(ArgumentError);
    expect(() => new LocalStore('a').move('\udfff')).toThrow(ArgumentError);
    expect(() => new LocalStore(new URL('http://example.com/a'))).toThrow('expected a file URL, got "http:"');
    // As JavaScript programs may.
    expect(() => open({ durability: 'fsync' as 'flush' })).toThrow('expected "none" or "flush", got "fsync"');
    expect(() => open({ locks: 'os' } as object)).toThrow('did you mean "lock"?');
  });

  test('moves what is below a prefix to where nothing is', () => {
    const store = new LocalStore(at('folder'));
    store.set('a/b/c', bytes('1'));
    fs.mkdirSync(at('folder', 'x', 'empty'), { recursive: true });
    store.movePrefix('a', 'x/empty');
    store.movePrefix('x/empty', 'new/place');
    expect([...store.list('')]).toEqual(['new/place/b/c']);
    store.set('taken/d', bytes('2'));
    store.set('file', bytes('3'));
    expect(failureOf(() => store.movePrefix('new', 'taken')).message).toContain('cannot move "new"');
    expect(failureOf(() => store.movePrefix('new', 'file')).message).toContain('exists');
    expect(() => store.movePrefix('new', '../out')).toThrow(InvalidKeyError);
    expect(() => store.withReadOnly(true).movePrefix('new', 'other')).toThrow(ReadOnlyError);
    expect([...store.list('')].sort()).toEqual(['file', 'new/place/b/c', 'taken/d']);
  });

  test('moves all its values', () => {
    const store = new LocalStore(at('one'));
    store.set('a/b', bytes('1'));
    store.move(at('two', 'three'));
    expect(store.root).toBe(at('two', 'three'));
    expect(text(store.get('a/b'))).toBe('1');
    expect(fs.existsSync(at('one'))).toBe(false);
    fs.mkdirSync(at('taken'));
    expect(failureOf(() => store.move(at('taken'))).message).toContain('exists');
  });

  test('deletes a value but never a folder', () => {
    const store = open();
    store.set('a/b', bytes('1'));
    store.delete('a');
    expect(text(store.get('a/b'))).toBe('1');
    store.deletePrefix('a/b');
    expect(text(store.get('a/b'))).toBe('1');
  });
});

describe('a failed write', () => {
  const failures: readonly [name: string, fail: () => void, code: string][] = [
    [
      'the disk is full',
      () =>
        vi.spyOn(fs, 'writeSync').mockImplementation(() => {
          throw refusal('ENOSPC');
        }),
      'ENOSPC',
    ],
    [
      'the disk fails after some bytes',
      () => {
        const real = fs.writeSync;
        let calls = 0;
        vi.spyOn(fs, 'writeSync').mockImplementation(((descriptor: number, value: Uint8Array, offset: number) => {
          if (calls++ > 0) throw refusal('EIO');
          return real(descriptor, value, offset, 2);
        }) as typeof fs.writeSync);
      },
      'EIO',
    ],
    [
      'closing fails',
      () => {
        const real = fs.closeSync;
        vi.spyOn(fs, 'closeSync').mockImplementationOnce((descriptor) => {
          real(descriptor);
          throw refusal('EIO');
        });
      },
      'EIO',
    ],
    [
      'flushing fails',
      () =>
        vi.spyOn(fs, 'fsyncSync').mockImplementationOnce(() => {
          throw refusal('EIO');
        }),
      'EIO',
    ],
    [
      'renaming fails',
      () =>
        vi.spyOn(fs, 'renameSync').mockImplementation(() => {
          throw refusal('EXDEV');
        }),
      'EXDEV',
    ],
    [
      'opening is refused',
      () =>
        vi.spyOn(fs, 'openSync').mockImplementation(() => {
          throw refusal('EROFS');
        }),
      'EROFS',
    ],
  ];
  for (const [name, fail, code] of failures) {
    test(`leaves the old value and nothing else when ${name}`, () => {
      const store = open({ durability: 'flush' });
      store.set('a/b', bytes('old'));
      fail();
      const failure = failureOf(() => store.set('a/b', bytes('new value')));
      vi.restoreAllMocks();
      expect(codeOf(failure)).toBe(code);
      expect(failure.message).toContain(`cannot write "a/b" of file://${folder}: ${code}`);
      expect(failure.key).toBe('a/b');
      expect(text(store.get('a/b'))).toBe('old');
      expect(fs.readdirSync(at('a'))).toEqual(['b']);
    });
  }

  test('is told by its name where Node has only a number', () => {
    vi.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw refusal('Unknown system error -122', -os.constants.errno.EDQUOT);
    });
    expect(failureOf(() => open().set('a', bytes('1'))).message).toContain('EDQUOT');
  });

  test('never happens because the disk takes few bytes at a time', () => {
    const real = fs.writeSync;
    vi.spyOn(fs, 'writeSync').mockImplementation(((descriptor: number, value: Uint8Array, offset: number) =>
      real(descriptor, value, offset, 1)) as typeof fs.writeSync);
    const store = open();
    store.set('a', bytes('0123456789'));
    expect(text(store.get('a'))).toBe('0123456789');
  });
});

describe('a failed read', () => {
  test.each(['EACCES', 'EPERM', 'EIO', 'ESTALE'])('%s is an error and no absence', (code) => {
    const store = open();
    store.set('a', bytes('1'));
    vi.spyOn(fs, 'openSync').mockImplementation(() => {
      throw refusal(code);
    });
    expect(codeOf(failureOf(() => store.get('a')))).toBe(code);
    expect(codeOf(failureOf(() => store.head('a')))).toBe(code);
  });

  test('EIO while the bytes are read is an error, and no descriptor stays open', () => {
    const store = open();
    store.set('a', bytes('1'));
    const closed = vi.spyOn(fs, 'closeSync');
    vi.spyOn(fs, 'readSync').mockImplementation(() => {
      throw refusal('EIO');
    });
    expect(codeOf(failureOf(() => store.get('a')))).toBe('EIO');
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('a folder that cannot be read is no empty one', () => {
    const store = open();
    store.set('a/b', bytes('1'));
    vi.spyOn(fs, 'readdirSync').mockImplementation(() => {
      throw refusal('EACCES');
    });
    expect(codeOf(failureOf(() => [...store.list('a')]))).toBe('EACCES');
    expect(codeOf(failureOf(() => [...store.listDir('')]))).toBe('EACCES');
  });

  test('too many open files are waited for', () => {
    const store = open();
    store.set('a', bytes('1'));
    vi.spyOn(fs, 'openSync').mockImplementationOnce(() => {
      throw refusal('EMFILE');
    });
    expect(text(store.get('a'))).toBe('1');
  });

  test('a file cut off while it is read is opened once more, then it is an error', () => {
    const store = open();
    store.set('a', bytes('0123456789'));
    const real = fs.readSync;
    const cut = vi.spyOn(fs, 'readSync').mockImplementationOnce(() => 0);
    expect(text(store.get('a'))).toBe('0123456789');
    cut.mockImplementation(((descriptor: number, target: Uint8Array, offset: number, length: number, from: number) =>
      from >= 4 ? 0 : real(descriptor, target, offset, Math.min(length, 4), from)) as typeof fs.readSync);
    expect(failureOf(() => store.get('a')).message).toContain('is cut off while it is read');
  });

  test('a huge file with holes is a LimitError, with a limit at once', () => {
    const store = open();
    const descriptor = fs.openSync(at('huge'), 'w');
    fs.ftruncateSync(descriptor, 2 ** 42);
    fs.closeSync(descriptor);
    expect(() => store.get('huge', undefined, { maxBytes: 2 ** 24 })).toThrow(LimitError);
    expect(() => store.get('huge')).toThrow(LimitError);
    expect(store.get('huge', { offset: 2 ** 41, length: 3 })).toEqual(new Uint8Array(3));
    expect(store.get('huge', { suffixLength: 2 })).toEqual(new Uint8Array(2));
  });
});

describe('a document of a node', () => {
  test.each([0, 1, 8191, 8192, 8193, 20_000])('of %i bytes is whole, with nothing else in its buffer', (length) => {
    const store = open();
    const value = Uint8Array.from({ length }, (_, i) => i % 251);
    store.set('a/zarr.json', value);
    expect(store.get('a/zarr.json')).toEqual(value);
    expect(store.get('a/zarr.json')!.buffer.byteLength).toBe(length);
    expect(store.get('a/zarr.json', undefined, { maxBytes: length })).toEqual(value);
    if (length > 0) expect(() => store.get('a/zarr.json', undefined, { maxBytes: length - 1 })).toThrow(LimitError);
  });

  test('stays what it was when another one is read', () => {
    const store = open();
    store.set('a/.zarray', bytes('first'));
    store.set('b/.zarray', bytes('other'));
    const first = store.get('a/.zarray');
    expect(text(store.get('b/.zarray'))).toBe('other');
    expect(text(first)).toBe('first');
  });

  test('is read on where one read ends early', () => {
    const store = open();
    store.set('zarr.json', bytes('0123456789'));
    const { readSync } = fs;
    const short = (descriptor: number, target: Uint8Array, offset: number, length: number, position: number) =>
      readSync(descriptor, target, offset, Math.min(length, 3), position);
    vi.spyOn(fs, 'readSync').mockImplementation(short as typeof readSync); // The form that is used.
    expect(text(store.get('zarr.json'))).toBe('0123456789');
  });

  test('is found again where others of its name, and of other names, are absent', () => {
    const store = open();
    for (let round = 0; round < 3; round++) {
      expect(store.get('a/zarr.json')).toBe(undefined);
      expect(store.get('b/zarr.json')).toBe(undefined);
      expect(store.get('a/.zarray')).toBe(undefined);
      store.set('a/zarr.json', bytes('1'));
      expect(text(store.get('a/zarr.json'))).toBe('1');
      expect(store.get('b/zarr.json')).toBe(undefined);
      store.delete('a/zarr.json');
    }
  });

  test('is none where a folder is, and an error where a FIFO is', () => {
    fs.mkdirSync(at('a', 'zarr.json'), { recursive: true });
    expect(open().get('a/zarr.json')).toBe(undefined);
    execFileSync('mkfifo', [at('zarr.json')]);
    expect(failureOf(() => open().get('zarr.json')).message).toMatch('neither a file nor a folder');
  });
});

describe('what is no plain file', () => {
  test('is told apart from a file in the way also where the value asked for before is absent', () => {
    const store = open();
    store.set('a/b', bytes('1'));
    for (let round = 0; round < 3; round++) {
      expect(store.get('x/y/z')).toBe(undefined);
      expect(store.get('a/c')).toBe(undefined);
      expect(codeOf(failureOf(() => store.get('a/b/c')))).toBe('ENOTDIR');
      expect(store.get('a/c')).toBe(undefined);
      expect(codeOf(failureOf(() => store.get('a/b/c/d')))).toBe('ENOTDIR');
      fs.symlinkSync(at('nowhere'), at('a', 'link'));
      expect(store.get('a/c')).toBe(undefined);
      expect(failureOf(() => store.get('a/link')).message).toMatch('leads nowhere');
      fs.rmSync(at('a', 'link'));
      expect(store.get('a/link')).toBe(undefined);
      expect(text(store.get('a/b'))).toBe('1');
    }
  });

  test('read into memory is an error where it is neither a file nor a folder, or cut off', () => {
    const store = open();
    store.set('a', bytes('12345'));
    execFileSync('mkfifo', [at('fifo')]);
    expect(failureOf(() => store.getInto('fifo', new Uint8Array(5))).message).toMatch('neither a file nor a folder');
    expect(failureOf(() => store.getInto('a/b', new Uint8Array(5))).message).toMatch('ENOTDIR');
    vi.spyOn(fs, 'readvSync').mockImplementation(() => 3);
    const whole = vi.spyOn(fs, 'readSync').mockImplementation(() => 0);
    expect(failureOf(() => store.getInto('a', new Uint8Array(5))).message).toMatch('cut off');
    whole.mockRestore();
    // A read that ends early goes on.
    const memory = new Uint8Array(5);
    expect(store.getInto('a', memory)).toBe(5);
    expect(text(memory)).toBe('12345');
  });

  test('read into shared memory is whole', () => {
    const store = open();
    store.set('a', bytes('12345'));
    const memory = new Uint8Array(new SharedArrayBuffer(7), 1, 5);
    expect(store.getInto('a', memory)).toBe(5);
    expect([...memory]).toEqual([...bytes('12345')]);
  });

  test('a name that is too long is an error and no absence', () => {
    const key = 'x'.repeat(300);
    expect(codeOf(failureOf(() => open().get(key)))).toBe('ENAMETOOLONG');
    expect(codeOf(failureOf(() => open().set(key, bytes('1'))))).toBe('ENAMETOOLONG');
    const fitting = 'ü'.repeat(127);
    open().set(fitting, bytes('1'));
    expect(text(open().get(fitting))).toBe('1');
  });

  test('a FIFO is refused at once', () => {
    execFileSync('mkfifo', [at('fifo')]);
    expect(failureOf(() => open().get('fifo')).message).toContain('neither a file nor a folder');
    expect(failureOf(() => open().head('fifo')).message).toContain('neither a file nor a folder');
    expect([...open().list('')]).toEqual([]);
  });

  test('a folder where a value is written is an error', () => {
    const store = open();
    store.set('a/b', bytes('1'));
    expect(codeOf(failureOf(() => store.set('a', bytes('1'))))).toBe('EISDIR');
    expect(failureOf(() => store.set('a', bytes('1'), { ifNoneMatch: '*' }))).not.toBeInstanceOf(ConflictError);
    expect([...store.list('')]).toEqual(['a/b']);
  });

  test('a file where a folder should be is an error, but for a stray file asked for being a node', () => {
    const store = open();
    store.set('c', bytes('1'));
    expect(codeOf(failureOf(() => store.get('c/0/0')))).toBe('ENOTDIR');
    expect(failureOf(() => store.set('c/0', bytes('1'))).message).toContain('cannot write "c/0"');
    expect(store.get('c/zarr.json')).toBe(undefined);
    expect(store.get('c/.zarray')).toBe(undefined);
    store.delete('c/0');
    store.deletePrefix('c/0');
    expect([...store.list('')]).toEqual(['c']);
  });

  test('a root that is a file is an error for everything', () => {
    fs.writeFileSync(at('file'), 'x');
    const store = new LocalStore(at('file'));
    expect(codeOf(failureOf(() => store.get('zarr.json')))).toBe('ENOTDIR');
    expect(codeOf(failureOf(() => [...store.list('')]))).toBe('ENOTDIR');
  });
});

describe('links', () => {
  beforeEach(() => {
    fs.mkdirSync(at('inside', 'real'), { recursive: true });
    fs.mkdirSync(at('outside'));
    fs.writeFileSync(at('outside', 'secret'), 'secret');
    fs.writeFileSync(at('inside', 'real', 'value'), 'value');
    fs.symlinkSync(at('outside'), at('inside', 'folder'));
    fs.symlinkSync(at('outside', 'secret'), at('inside', 'file'));
    fs.symlinkSync('real', at('inside', 'alias'));
  });

  test('that lead nowhere are errors, not absence', () => {
    fs.mkdirSync(at('dangling'), { recursive: true });
    fs.symlinkSync(at('nowhere'), at('dangling', 'chunk'));
    const store = new LocalStore(at('dangling'));
    expect(() => store.get('chunk')).toThrow(expect.objectContaining({ code: 'store', key: 'chunk' }));
    expect(store.get('other')).toBeUndefined();
  });
  const inside = (options?: LocalStoreOptions) => new LocalStore(at('inside'), options);

  test('are followed by default', () => {
    expect(text(inside().get('folder/secret'))).toBe('secret');
    expect([...inside().list('')].sort()).toEqual(['alias/value', 'file', 'folder/secret', 'real/value']);
  });

  test('that lead out are refused with followSymlinks: false, others not', () => {
    const store = inside({ followSymlinks: false });
    for (const key of ['folder/secret', 'file']) {
      expect(failureOf(() => store.get(key)).message).toContain('leads out of the store');
      expect(failureOf(() => store.head(key)).message).toContain('leads out of the store');
    }
    expect(failureOf(() => store.set('folder/new', bytes('1'))).message).toContain('leads out of the store');
    expect(failureOf(() => store.set('folder/deep/new', bytes('1'))).message).toContain('leads out of the store');
    expect(failureOf(() => store.delete('folder/secret')).message).toContain('leads out of the store');
    expect(failureOf(() => [...store.list('folder')]).message).toContain('leads out of the store');
    expect(text(store.get('alias/value'))).toBe('value');
    expect([...store.list('')].sort()).toEqual(['alias/value', 'real/value']);
    expect(fs.readdirSync(at('outside'))).toEqual(['secret']);
  });

  test('are replaced by a write and removed by a delete; what they point to stays', () => {
    const store = inside();
    store.set('file', bytes('new'));
    expect(fs.readFileSync(at('outside', 'secret'), 'utf8')).toBe('secret');
    expect(text(store.get('file'))).toBe('new');
    store.deletePrefix('folder');
    store.deletePrefix('');
    expect(fs.readdirSync(at('outside'))).toEqual(['secret']);
    expect(fs.readdirSync(at('inside'))).toEqual([]);
  });

  test('in a circle are an error to read and an end to a list', () => {
    fs.symlinkSync('self', at('inside', 'self'));
    fs.symlinkSync('..', at('inside', 'real', 'up'));
    expect(codeOf(failureOf(() => inside().get('self')))).toBe('ELOOP');
    for (const followSymlinks of [true, false]) {
      const keys = [...inside({ followSymlinks }).list('real')];
      expect(keys).toContain('real/value');
      expect(keys.length).toBeLessThan(20);
    }
  });
});

describe('unfinished files', () => {
  test('are not listed, and are swept after an hour if they are ours', () => {
    const store = open();
    const anHourAgo = Date.now() / 1000 - 3700;
    const ours = '.zarr.json.123-abc.tmp';
    const others = ['zarr.0123456789abcdef.partial', 'zarr.json.__lock', 'data.tmp'];
    for (const name of [ours, ...others, '.young.123-abc.tmp']) fs.writeFileSync(at(name), 'x');
    for (const name of [ours, ...others]) fs.utimesSync(at(name), anHourAgo, anHourAgo);
    expect([...store.list('')]).toEqual([]);
    expect([...store.listDir('')]).toEqual([]);
    store.set('a', bytes('1'));
    expect(fs.readdirSync(folder).sort()).toEqual([...others, '.young.123-abc.tmp', 'a'].sort());
    expect([...store.list('')]).toEqual(['a']);
  });

  test('have names that no value can be given', () => {
    for (const key of ['a/x.partial', '.a.1-b.tmp', 'a.__lock']) {
      expect(() => open().set(key, bytes('1'))).toThrow(InvalidKeyError);
    }
    open().set('a.partial/zarr.json', bytes('1'));
    expect([...open().list('')]).toEqual(['a.partial/zarr.json']);
  });
});

describe('ifNoneMatch', () => {
  test('works on a file system without hard links', () => {
    vi.spyOn(fs, 'linkSync').mockImplementation(() => {
      throw refusal('EPERM');
    });
    const store = open();
    store.set('a', bytes('1'), { ifNoneMatch: '*' });
    expect(() => store.set('a', bytes('2'), { ifNoneMatch: '*' })).toThrow(ConflictError);
    expect(text(store.get('a'))).toBe('1');
    expect(fs.readdirSync(folder)).toEqual(['a']);
  });
});

describe('durability: "flush"', () => {
  test('flushes the file before it is renamed, and every folder that has something new', () => {
    const order: string[] = [];
    const [open_, fsync, rename] = [fs.openSync, fs.fsyncSync, fs.renameSync];
    const names = new Map<number, string>();
    vi.spyOn(fs, 'openSync').mockImplementation((file, flags) => {
      const descriptor = open_(file, flags);
      names.set(descriptor, path.relative(folder, String(file)).replace(/\.\d+-[0-9a-z]+/, ''));
      return descriptor;
    });
    vi.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
      order.push(`flush ${names.get(descriptor)}`);
      fsync(descriptor);
    });
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      order.push(`rename ${path.basename(String(to))}`);
      rename(from, to);
    });
    const store = open({ durability: 'flush' });
    store.set('a/b/c', bytes('1'));
    expect(order).toEqual(['flush a/b/.c.tmp', 'rename c', 'flush a/b', 'flush a', 'flush ']);
    order.length = 0;
    store.set('a/b/c', bytes('2'));
    expect(order).toEqual(['flush a/b/.c.tmp', 'rename c', 'flush a/b']);
    order.length = 0;
    store.delete('a/b/c');
    expect(order).toEqual(['flush a/b']);
  });

  test('writes everything anew after a flush that failed', () => {
    const store = open({ durability: 'flush' });
    vi.spyOn(fs, 'fsyncSync').mockImplementationOnce(() => {
      throw refusal('EIO');
    });
    const written = vi.spyOn(fs, 'writeSync');
    expect(codeOf(failureOf(() => store.set('a', bytes('1'))))).toBe('EIO');
    store.set('a', bytes('1'));
    expect(written).toHaveBeenCalledTimes(2);
  });
});

describe('lock: "os"', () => {
  const lockFile = () => at('.a.__lock');

  test('leaves no lock behind, also after a failure', () => {
    const store = open({ lock: 'os' });
    store.set('a', bytes('1'));
    expect(() => store.set('a', bytes('2'), { ifMatch: 'another' })).toThrow(ConflictError);
    store.delete('a');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('breaks the lock of a process that is gone', () => {
    const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
    fs.writeFileSync(lockFile(), `${os.hostname()} ${gone} abc`);
    open({ lock: 'os' }).set('a', bytes('1'));
    expect(fs.readdirSync(folder)).toEqual(['a']);
  });

  test('breaks a lock that is too old, whoever has it', () => {
    const longAgo = Date.now() / 1000 - 120;
    for (const owner of ['another-host 1 abc', '']) {
      fs.writeFileSync(lockFile(), owner);
      fs.utimesSync(lockFile(), longAgo, longAgo);
      open({ lock: 'os' }).set('a', bytes('1'));
      expect(fs.readdirSync(folder)).toEqual(['a']);
    }
  });

  test('gives every new value another tag, also within one tick of the clock', () => {
    const store = open({ lock: 'os' });
    const tags = new Set<string>();
    for (let i = 0; i < 100; i++) {
      store.set('a', bytes('1'));
      tags.add(store.head('a')!.etag);
    }
    expect(tags.size).toBe(100);
  });
});

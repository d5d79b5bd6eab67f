import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { ShardingCodec } from '../../src/codecs.js';
import { ArgumentError, ConflictError, InvalidKeyError, LimitError, StoreError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { HttpStore, type HttpStoreOptions } from '../../src/stores/http.js';
import * as zarr from '../../src/sync.js';
import { storeSuite } from '../../src/testing/store-suite.js';

const DIGITS = Buffer.from('0123456789');
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const servers: http.Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that answers with `handler`, and the requests that it got. */
async function serve(handler: Handler) {
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  const url = `http://127.0.0.1:${port}`;
  return { url, requests, store: (options?: HttpStoreOptions) => new HttpStore(url, { pauseMs: 1, ...options }) };
}

/** A good answer to a GET or HEAD of `value`, with ranges and a tag. */
function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  value: Buffer,
  etag = `"${value.length}"`,
): void {
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) {
    response.writeHead(200, { 'content-length': value.length, etag });
    response.end(request.method === 'HEAD' ? undefined : value);
    return;
  }
  const [, first, last] = range;
  const start = first === '' ? Math.max(0, value.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? value.length : Math.min(Number(last) + 1, value.length);
  if (start >= value.length) {
    response.writeHead(416, { 'content-range': `bytes */${value.length}` }).end();
    return;
  }
  const headers = { 'content-range': `bytes ${start}-${end - 1}/${value.length}`, 'content-length': end - start, etag };
  response.writeHead(206, headers).end(value.subarray(start, end));
}

async function failureOf(promise: Promise<unknown>): Promise<StoreError & { status?: number }> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return error as StoreError; // Just checked.
  }
  throw new Error('expected a failure');
}

describe('HttpStore', () => {
  storeSuite({
    test,
    make: async (values) => {
      const { store } = await serve((request, response) => {
        // As a file server does: each segment decoded once.
        const key = request.url!.slice(1).split('/').map(decodeURIComponent).join('/');
        const value = values.get(key);
        if (value) answer(request, response, Buffer.from(value));
        else response.writeHead(404).end('not found');
      });
      return { store: store() };
    },
    without: ['writes', 'lists'],
  });
});

describe('absence', () => {
  test('is 404 alone', async () => {
    const { store } = await serve((_, response) => response.writeHead(404).end());
    expect(await store().get('c/0')).toBe(undefined);
    expect(await store().head('c/0')).toBe(undefined);
  });

  test.each([400, 401, 403, 405, 410, 204, 206, 501])('is not status %d', async (status) => {
    const { store } = await serve((_, response) => response.writeHead(status).end());
    const failure = await failureOf(store().get('zarr.json'));
    expect(failure.status).toBe(status);
    expect(failure.key).toBe('zarr.json');
    expect(failure.message).toContain(`/zarr.json: status ${status}`);
  });

  test('is not 304 either', async () => {
    // The platform's fetch handles a 304 by itself in some cases; the store must not depend on it.
    const fetch = async () => new Response(null, { status: 304 });
    const store = new HttpStore('http://example.test', { fetch });
    expect((await failureOf(store.get('a'))).status).toBe(304);
  });

  test('is what missingStatus says, and 403 says how', async () => {
    const { store } = await serve((_, response) => response.writeHead(403).end());
    expect((await failureOf(store().get('a'))).message).toContain('missingStatus: [403, 404]');
    expect(await store({ missingStatus: [403, 404] }).get('a')).toBe(undefined);
    expect(() => store({ missingStatus: [500] })).toThrow(ArgumentError);
  });
});

describe('trying again', () => {
  test.each([429, 500, 503])('helps when status %d passes', async (status) => {
    const { store, requests } = await serve((request, response) => {
      if (requests.length < 3) response.writeHead(status).end();
      else answer(request, response, DIGITS);
    });
    expect(text(await store().get('a'))).toBe('0123456789');
    expect(requests.length).toBe(3);
  });

  test('ends after five tries, which the error tells', async () => {
    const { store, requests } = await serve((_, response) => response.writeHead(503).end());
    const failure = await failureOf(store().get('a'));
    expect(failure.message).toContain('status 503 (after 5 tries)');
    expect(failure.status).toBe(503);
    expect(requests.length).toBe(5);
  });

  test('helps when the connection breaks, before or within the body', async () => {
    const { store, requests } = await serve((request, response) => {
      if (requests.length === 1) request.socket.destroy();
      else if (requests.length === 2) {
        response.writeHead(200, { 'content-length': 10 });
        response.write('01234', () => request.socket.destroy());
      } else answer(request, response, DIGITS);
    });
    expect(text(await store().get('a'))).toBe('0123456789');
    expect(requests.length).toBe(3);
  });

  test('ends with the reason of the broken connection', async () => {
    const { store } = await serve(() => {});
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const failure = await failureOf(store({ retries: 1 }).get('a'));
    expect(failure.message).toMatch(/ECONNREFUSED.*\(after 2 tries\)/);
    expect((failure.cause as { code?: string }).code).toBe('ECONNREFUSED');
  });

  test('waits as long as Retry-After says, unless that is too long', async () => {
    const { store, requests } = await serve((request, response) => {
      if (requests.length === 1) response.writeHead(503, { 'retry-after': '0' }).end();
      else answer(request, response, DIGITS);
    });
    // Without Retry-After the random pause would be longer than the budget.
    expect(text(await store({ pauseMs: 1e9, budgetMs: 5000 }).get('a'))).toBe('0123456789');
    const busy = await serve((_, response) => response.writeHead(429, { 'retry-after': '20' }).end());
    expect((await failureOf(busy.store({ budgetMs: 1000 }).get('a'))).status).toBe(429);
    expect(busy.requests.length).toBe(1);
  });
});

describe('parts of values', () => {
  const ranges = { offset: 2, length: 3 };

  test('are cut out of whole values when the server ignores ranges', async () => {
    const { store } = await serve((_, response) => response.writeHead(200).end(DIGITS));
    const small = store();
    expect(text(await small.get('a', ranges))).toBe('234');
    expect(text(await small.get('a', { suffixLength: 3 }))).toBe('789');
    expect(small.ignoresRanges).toBe(true);
    await expect(store({ maxWholeBytes: 9 }).get('a', ranges)).rejects.toThrow(LimitError);
  });

  test('of a huge value are not waited for when the server ignores ranges', async () => {
    const { store } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1e10 });
      response.write(DIGITS);
    });
    await expect(store().get('a', ranges)).rejects.toThrow(LimitError);
  });

  const wrongParts: Readonly<Record<string, [headers: http.OutgoingHttpHeaders, body: string]>> = {
    'another part': [{ 'content-range': 'bytes 3-5/10' }, '345'],
    'a shorter part': [{ 'content-range': 'bytes 2-3/10' }, '23'],
    'a longer part': [{ 'content-range': 'bytes 2-6/10' }, '23456'],
    'a part that is not what its header says': [{ 'content-range': 'bytes 2-4/10' }, '23'],
    'too many bytes for its header': [{ 'content-range': 'bytes 2-4/10' }, '23456'],
    'one byte less, unexplained': [{}, '23'],
    'one byte more, unexplained': [{}, '2345'],
    'compressed bytes': [{ 'content-encoding': 'gzip', 'content-range': 'bytes 2-4/10' }, '234'],
    'several parts': [{ 'content-type': 'multipart/byteranges; boundary=x' }, '234'],
    'a page': [{ 'content-type': 'text/html', 'content-range': 'bytes 2-4/10' }, '234'],
  };
  for (const [name, [headers, body]] of Object.entries(wrongParts)) {
    test(`are refused when the server sends ${name}`, async () => {
      const { store } = await serve((_, response) => response.writeHead(206, headers).end(body));
      expect((await failureOf(store({ retries: 0 }).get('a', ranges))).key).toBe('a');
    });
  }

  test('are asked for once more past the cache when they do not fit', async () => {
    const seen: (string | undefined)[] = [];
    const fetch = async (_: string, init: RequestInit) => {
      seen.push(init.cache);
      const body = init.cache === 'no-store' ? '234' : '23';
      return new Response(body, { status: 206, headers: { 'content-range': 'bytes 2-4/10' } });
    };
    expect(text(await new HttpStore('http://example.test', { fetch }).get('a', ranges))).toBe('234');
    expect(seen).toEqual([undefined, 'no-store']);
  });

  test('are asked for without compression', async () => {
    const { store, requests } = await serve((request, response) => answer(request, response, DIGITS));
    await store().get('a', ranges);
    expect(requests[0]!.headers).toMatchObject({ range: 'bytes=2-4', 'accept-encoding': 'identity' });
  });

  test('are an error when the server finds them out of bounds but they are not', async () => {
    const { store } = await serve((_, response) => response.writeHead(416, { 'content-range': 'bytes */10' }).end());
    expect((await failureOf(store().get('a', ranges))).status).toBe(416);
    expect(text(await store().get('a', { offset: 10 }))).toBe('');
    const silent = await serve((_, response) => response.writeHead(416).end());
    expect((await failureOf(silent.store().get('a', { offset: 10 }))).status).toBe(416);
  });

  test('without a readable Content-Range are judged by their length', async () => {
    const { store } = await serve((_, response) => response.writeHead(206).end('234'));
    expect(text(await store().get('a', ranges))).toBe('234');
  });
});

describe('parts from the end', () => {
  test('cost one request where the server has them', async () => {
    const { store, requests } = await serve((request, response) => answer(request, response, DIGITS));
    expect(text(await store().get('a', { suffixLength: 3 }))).toBe('789');
    expect(requests.map(({ method, headers }) => [method, headers.range])).toEqual([['GET', 'bytes=-3']]);
  });

  test.each([400, 416, 501, 206])('take the length first where the server answers %d', async (status) => {
    const { store, requests } = await serve((request, response) => {
      // 206: it takes the last three bytes for the first four.
      if (!request.headers.range?.startsWith('bytes=-')) answer(request, response, DIGITS);
      else if (status === 206) response.writeHead(206, { 'content-range': 'bytes 0-3/10' }).end('0123');
      else response.writeHead(status).end();
    });
    const one = store();
    expect(text(await one.get('a', { suffixLength: 3 }))).toBe('789');
    requests.length = 0;
    expect(text(await one.get('a', { suffixLength: 20 }))).toBe('0123456789');
    expect(requests.map(({ method, headers }) => [method, headers.range])).toEqual([
      ['HEAD', undefined],
      ['GET', 'bytes=0-'],
    ]);
  });

  test('are refused when the length was not true', async () => {
    const { store } = await serve((request, response) => {
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': 5 }).end();
      else if (request.headers.range?.startsWith('bytes=-')) response.writeHead(501).end();
      else answer(request, response, DIGITS);
    });
    await failureOf(store().get('a', { suffixLength: 3 }));
  });

  test('work where a browser forbids them', async () => {
    const { url } = await serve((request, response) => answer(request, response, DIGITS));
    const likeBrowser = (target: string, init: RequestInit): Promise<Response> => {
      const range = new Headers(init.headers).get('range');
      return range?.startsWith('bytes=-') ? Promise.reject(new TypeError('Failed to fetch')) : fetch(target, init);
    };
    const store = new HttpStore(url, { fetch: likeBrowser, pauseMs: 1 });
    expect(text(await store.get('a', { suffixLength: 3 }))).toBe('789');
  });
});

describe('head', () => {
  test.each([405, 501])('asks for the first byte where HEAD is answered with %d', async (status) => {
    const { store } = await serve((request, response) => {
      if (request.method === 'HEAD') response.writeHead(status).end();
      else answer(request, response, DIGITS);
    });
    expect(await store().head('a')).toEqual({ size: 10, etag: '"10"' });
  });

  test('does not believe the length of compressed bytes', async () => {
    const { store } = await serve((request, response) => {
      if (request.method === 'HEAD') {
        response.writeHead(200, { 'content-length': 4, 'content-encoding': 'gzip' }).end();
      } else answer(request, response, DIGITS);
    });
    expect((await store().head('a'))?.size).toBe(10);
  });

  test('reads the value where nothing else tells its length', async () => {
    const { store } = await serve((request, response) => {
      if (request.method === 'HEAD') response.writeHead(405).end();
      else response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(DIGITS);
    });
    expect((await store().head('a'))?.size).toBe(10);
  });
});

describe('whole values', () => {
  test('may be compressed on the way', async () => {
    const { store } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(DIGITS)),
    );
    expect(text(await store().get('a'))).toBe('0123456789');
  });

  test('are refused when they are a page', async () => {
    const { store, requests } = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>'),
    );
    const failure = await failureOf(store().get('zarr.json'));
    expect(failure.message).toContain('content-type: text/html; charset=utf-8');
    expect(requests.length).toBe(1);
  });

  test('that never end are cut off at the limit', async () => {
    const { store } = await serve((_, response) => {
      response.writeHead(200);
      const more = (): boolean | undefined =>
        response.destroyed ? undefined : response.write(Buffer.alloc(10_000), () => setImmediate(more));
      more();
    });
    await expect(store().get('a', undefined, { maxBytes: 100_000 })).rejects.toThrow(LimitError);
  });

  test('with two lengths are an error', async () => {
    const { store } = await serve((request) => {
      request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde');
    });
    await failureOf(store({ retries: 0 }).get('a'));
  });
});

describe('silence', () => {
  test('before the answer or within it is an error', async () => {
    const { store } = await serve((request, response) => {
      if (request.url !== '/body') return;
      response.writeHead(200, { 'content-length': 10 });
      response.write('01234');
    });
    for (const key of ['answer', 'body']) {
      const failure = await failureOf(store({ timeoutMs: 50, retries: 1 }).get(key));
      expect(failure.message).toContain('ETIMEDOUT: no answer for 50 ms (after 2 tries)');
    }
  });

  test('is not a slow answer', async () => {
    const { store } = await serve((_, response) => {
      response.writeHead(200);
      let sent = 0;
      const timer = setInterval(() => {
        response.write(DIGITS.subarray(sent, ++sent));
        if (sent < 10) return;
        clearInterval(timer);
        response.end();
      }, 30);
    });
    expect(text(await store({ timeoutMs: 200, retries: 0 }).get('a'))).toBe('0123456789');
  });
});

describe('an abort', () => {
  const stop = new Error('stop');

  test('before the start asks nothing', async () => {
    const { store, requests } = await serve((request, response) => answer(request, response, DIGITS));
    await expect(store().get('a', undefined, { signal: AbortSignal.abort(stop) })).rejects.toBe(stop);
    expect(requests.length).toBe(0);
  });

  test('rejects with its reason while the server is silent, sends, or is tried again', async () => {
    const { store } = await serve((request, response) => {
      if (request.url === '/busy') response.writeHead(503, { 'retry-after': '20' }).end();
      if (request.url !== '/body') return;
      response.writeHead(200, { 'content-length': 10 });
      response.write('01234');
    });
    for (const key of ['silent', 'body', 'busy']) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(stop), 30);
      await expect(store().get(key, undefined, { signal: controller.signal })).rejects.toBe(stop);
      await expect(store().get(key, { suffixLength: 2 }, { signal: controller.signal })).rejects.toBe(stop);
    }
  });

  test('is heeded though fetch does not', async () => {
    const controller = new AbortController();
    const store = new HttpStore('http://example.test', { fetch: () => new Promise(() => {}) });
    setTimeout(() => controller.abort(stop), 10);
    await expect(store.get('a', undefined, { signal: controller.signal })).rejects.toBe(stop);
  });
});

describe('redirects', () => {
  test('are followed, at most five', async () => {
    const { store, requests } = await serve((request, response) => {
      const hops = Number(/^\/hop(\d+)/.exec(request.url!)?.[1] ?? 0);
      if (hops === 0) answer(request, response, DIGITS);
      else response.writeHead(302, { location: `/hop${hops - 1}` }).end();
    });
    expect(text(await store().get('hop5', { offset: 1, length: 2 }))).toBe('12');
    expect(requests.at(-1)!.headers.range).toBe('bytes=1-2');
    requests.length = 0;
    expect((await failureOf(store().get('hop6'))).message).toContain('a redirect that is not followed');
    expect(requests.length).toBe(6);
    await failureOf(store({ redirect: 'error' }).get('hop1'));
  });

  test.each(['file:///etc/passwd', 'data:,0123', ''])('to %j are refused', async (location) => {
    const { store, requests } = await serve((_, response) => response.writeHead(302, { location }).end());
    await failureOf(store().get('a'));
    expect(requests.length).toBe(location === '' ? 6 : 1);
  });

  test('to another origin go without the headers of the user', async () => {
    const other = await serve((request, response) => answer(request, response, DIGITS));
    const { store } = await serve((_, response) => response.writeHead(307, { location: `${other.url}/b` }).end());
    const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret' };
    expect(text(await store({ headers }).get('a', { offset: 1, length: 2 }))).toBe('12');
    expect(other.requests[0]!.headers.authorization).toBe(undefined);
    expect(other.requests[0]!.headers['x-api-key']).toBe(undefined);
    expect(other.requests[0]!.headers.range).toBe('bytes=1-2');
  });
});

describe('URLs', () => {
  test('keep their query, and encode each name of a key', async () => {
    const { url, requests } = await serve((request, response) => answer(request, response, DIGITS));
    const store = new HttpStore(`${url}/base%20path/?token=a%2Fb#part`);
    await store.get('a b/c?d/%2e%2e/é');
    expect(requests[0]!.url).toBe('/base%20path/a%20b/c%3Fd/%252e%252e/%C3%A9?token=a%2Fb');
    await expect(store.get('../secret')).rejects.toThrow(InvalidKeyError);
  });

  test('with a user are asked with it, and headers are sent', async () => {
    const { url, requests } = await serve((request, response) => answer(request, response, DIGITS));
    const withUser = url.replace('//', '//me:p%40ss@');
    await new HttpStore(withUser, { headers: { 'x-one': '1' } }).get('a');
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(requests[0]!.headers).toMatchObject({ authorization, 'x-one': '1' });
  });

  test('never show what may be secret', async () => {
    const secret = 'hunter2';
    const { url } = await serve((_, response) => response.writeHead(403).end());
    const place = `${url.replace('//', `//${secret}:${secret}@`)}/data?sig=${secret}#${secret}`;
    const headers = { authorization: secret, 'x-api-key': secret };
    const store = new HttpStore(place, { headers });
    const refused = await failureOf(store.get('a'));
    const failing = (target: string) => Promise.reject(new TypeError(`cannot fetch ${target} with ${place}`));
    const broken = await failureOf(new HttpStore(place, { fetch: failing, retries: 0 }).get('a'));
    const wrongUrl = await failureOf(Promise.reject(refused));
    for (const shown of [store, refused, broken, wrongUrl]) {
      expect(inspect(shown, { depth: 10, showHidden: true })).not.toContain(secret);
      expect(JSON.stringify(shown)).not.toContain(secret);
      expect(String(shown)).not.toContain(secret);
    }
    expect(broken.message).toContain(`${url}/data/a: `);
    expect(`${store}`).toBe(`${url}/data`);
    for (const make of [
      () => new HttpStore(`http://${secret}:${secret}@[`),
      () => new HttpStore(url, { headers: { 'x-api-key': `${secret}\n` + '\u0100' } }),
      () => new HttpStore(`ftp://${secret}@example.test`),
    ]) {
      try {
        make();
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(ArgumentError);
        expect(inspect(error, { depth: 10 }).split('\n    at ')[0]).not.toContain(secret);
      }
    }
  });
});

test('a value that changes between two reads is a conflict', async () => {
  let value = DIGITS;
  const { store } = await serve((request, response) => answer(request, response, value));
  const one = store();
  const etag = (await one.head('a'))!.etag!;
  expect(text(await one.get('a', { offset: 0, length: 2 }, { ifMatch: etag }))).toBe('01');
  value = Buffer.from('changed');
  await expect(one.get('a', { offset: 0, length: 2 }, { ifMatch: etag })).rejects.toThrow(ConflictError);
  await expect(one.get('a', { suffixLength: 2 }, { ifMatch: etag })).rejects.toThrow(ConflictError);
});

test('connections are kept for the next request, after absence too', async () => {
  const { store, requests } = await serve((request, response) => {
    if (request.url === '/there') answer(request, response, DIGITS);
    else response.writeHead(404, { 'content-length': 9 }).end('not found');
  });
  const one = store();
  for (let i = 0; i < 5; i++) {
    await one.get('absent');
    await one.get('there');
  }
  // Not always one: the next request may start before the connection is known to be free.
  expect(new Set(requests.map(({ socket }) => socket.remotePort)).size).toBeLessThan(4);
});

describe('the index of a shard behind a server whose tags are the second of a change and the length, as nginx has them', () => {
  /** Two shards of one length, whose chunks lie in another order. */
  const [before, after] = (['lexicographic', 'colexicographic'] as const).map((subchunkWriteOrder) => {
    const files = new Map<string, Uint8Array>();
    const serializer = new ShardingCodec({ chunkShape: [1, 1], subchunkWriteOrder });
    zarr
      .createArray(files, { shape: [2, 2], chunks: [2, 2], serializer, compressors: null, dtype: 'int8' })
      .set('...', [
        [1, 2],
        [3, 4],
      ]);
    return files;
  }) as [Map<string, Uint8Array>, Map<string, Uint8Array>]; // One for each order.

  /** An array on such a server, and the requests for its shard; `age` is how long ago files were changed. */
  async function served(age: number, hasDate = true) {
    const now = Date.now();
    const modified = new Date(now - age);
    const files = new Map(before);
    const { requests, store } = await serve((request, response) => {
      const value = Buffer.from(files.get(request.url!.slice(1)) ?? []);
      const etag = `"${Math.floor(modified.getTime() / 1000).toString(16)}-${value.length.toString(16)}"`;
      response.sendDate = false;
      if (hasDate) response.setHeader('date', new Date(now).toUTCString());
      response.setHeader('last-modified', modified.toUTCString());
      if (value.length === 0) response.writeHead(404).end();
      else answer(request, response, value, etag);
    });
    const array = await promises.openArray(store());
    const asked = () => requests.splice(0).filter(({ url }) => url === '/c/0/0').length;
    return { files, array, asked };
  }

  test.each([true, false])('is not kept where it was replaced a moment ago (with the time: %s)', async (hasDate) => {
    const { files, array } = await served(0, hasDate);
    expect(await array.get([0, 1])).toBe(2);
    files.set('c/0/0', after.get('c/0/0')!);
    expect(await array.get([0, 1])).toBe(2);
    expect(await array.get([1, 0])).toBe(3);
  });

  test.each([true, false])('is kept where that is longer ago (with the time: %s)', async (hasDate) => {
    const { array, asked } = await served(4000, hasDate);
    await array.get([0, 1]);
    asked();
    expect(await array.get([1, 0])).toBe(3);
    expect(asked()).toBe(1);
  });
});

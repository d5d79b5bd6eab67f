/**
 * Values behind HTTP, for reading.
 *
 * Read-only, and without lists. A status among `missingStatus` (404) is absence; 200 and 206 are values once their
 * lengths fit; everything else is an error, never absence. What tells one value from the next is its `ETag`, or where
 * there is none the time in `Last-Modified`; both come with the bytes, so that comparing them costs no request. Parts of a value are asked for as ranges. A server that
 * sends the whole value instead is tolerated up to `maxWholeBytes`; one that has no ranges from the end is asked for
 * the length first. The query of the URL is part of every request, so that signed URLs work, and never of a message.
 */
import { described } from '../described.js';
import { ArgumentError, ConflictError, LimitError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import { checkOptions } from '../options.js';
import { checkChoice } from './choice.js';
import { type Answer, type Fetch, HttpError, type RequestSettings, send, shownUrl } from './http/request.js';
import { validateKey } from './key.js';
import {
  type ByteRange,
  type GetOptions,
  inspectedStore,
  locateRange,
  type Store,
  type ValueInfo,
  validateRange,
} from './store.js';

export type { Fetch };

/** What `HttpStore` takes. */
export interface HttpStoreOptions {
  /** Sent with every request, and not to another origin that the server redirects to. */
  readonly headers?: HeadersInit | undefined;
  /** Used instead of the platform's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** The statuses that mean absence: by default 404 alone. Buckets that may not be listed answer 403. */
  readonly missingStatus?: readonly number[] | undefined;
  /** As of `fetch`: whether cookies are sent. */
  readonly credentials?: RequestCredentials | undefined;
  /** Whether redirects are followed; they are unless told otherwise. */
  readonly redirect?: 'follow' | 'error' | undefined;
  /** The longest silence, before the answer and between its parts. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is tried again after 429, 5xx or a broken connection. */
  readonly retries?: number | undefined;
  /** The bound of the random pause before the first new try; it doubles with each. */
  readonly pauseMs?: number | undefined;
  /** The time for all tries of a request. */
  readonly budgetMs?: number | undefined;
  /** How long a value may be that is sent whole though a part was asked for. */
  readonly maxWholeBytes?: number | undefined;
}

/** A store whose values are at the URLs below `url`. */
export class HttpStore implements Store {
  readonly readOnly = true;
  /** The URL without user, query and fragment. */
  readonly url: string;
  readonly #base: string;
  readonly #query: string;
  readonly #settings: RequestSettings;
  readonly #missing: ReadonlySet<number>;
  readonly #maxWholeBytes: number;
  /** Whether the server knows ranges from the end: `undefined` until it was asked. */
  #hasSuffixes: boolean | undefined;
  #ignoresRanges = false;

  constructor(url: string | URL, options: HttpStoreOptions = {}) {
    checkOptions(options, OPTION_NAMES, 'HttpStore');
    options ??= {};
    const parsed = parseUrl(url);
    this.url = shownUrl(parsed).replace(/\/+$/, '');
    this.#base = this.url;
    this.#query = parsed.search;
    this.#missing = new Set(checkStatuses(options.missingStatus ?? [404]));
    this.#maxWholeBytes = checkCount(options.maxWholeBytes ?? 2 ** 28, 'maxWholeBytes');
    this.#settings = {
      fetch: options.fetch ?? ((target, init) => fetch(target, init)),
      headers: headersOf(parsed, options.headers),
      credentials: options.credentials,
      redirect: checkChoice(options.redirect ?? 'follow', ['follow', 'error'], 'HttpStore: redirect'),
      timeoutMs: checkCount(options.timeoutMs ?? 30_000, 'timeoutMs'),
      retries: checkCount(options.retries ?? 4, 'retries'),
      pauseMs: checkCount(options.pauseMs ?? 100, 'pauseMs'),
      budgetMs: checkCount(options.budgetMs ?? 60_000, 'budgetMs'),
    };
  }

  /** Whether the server was seen to send whole values though parts were asked for. */
  get ignoresRanges(): boolean {
    return this.#ignoresRanges;
  }

  async get(key: string, range?: ByteRange, options?: GetOptions): Promise<Uint8Array | undefined> {
    validateKey(key);
    if (range === undefined) return await this.#getWhole(key, options);
    validateRange(range);
    const count = 'suffixLength' in range ? range.suffixLength : range.length;
    // HTTP has no range without bytes.
    if (count === 0) return absentOr(new Uint8Array(0), await this.#info(key, options), key, options);
    if (count !== undefined && options?.maxBytes !== undefined) checkLimit(key, count, options.maxBytes);
    return await ('suffixLength' in range
      ? this.#getSuffix(key, range.suffixLength, options)
      : this.#getRange(key, range, options));
  }

  async head(key: string): Promise<ValueInfo | undefined> {
    validateKey(key);
    return await this.#info(key, undefined);
  }

  /** Whether `other` is a store of the same URL. */
  equals(other: unknown): boolean {
    if (!(other instanceof HttpStore)) return false;
    return other.#base === this.#base && other.#query === this.#query && sameHeaders(other.#settings, this.#settings);
  }

  toString(): string {
    return this.url;
  }

  [INSPECT](): string {
    return inspectedStore('HttpStore', this);
  }

  #urlOf(key: string): string {
    // Names are encoded and never decoded: each reaches its own URL.
    return `${this.#base}/${key.split('/').map(encodeURIComponent).join('/')}${this.#query}`;
  }

  async #getWhole(key: string, options: GetOptions | undefined): Promise<Uint8Array | undefined> {
    const cache = options?.fresh ? 'no-store' : undefined;
    const request = { method: 'GET', url: this.#urlOf(key), key, signal: options?.signal, cache } as const;
    return await send(this.#settings, request, async (answer) => {
      if (this.#isAbsent(answer, key, options)) return undefined;
      if (answer.status !== 200) throw unexpected(answer, request);
      checkContent(answer, request);
      checkTag(answer, key, options);
      const maxBytes = options?.maxBytes ?? Number.POSITIVE_INFINITY;
      checkLimit(key, contentLength(answer) ?? 0, maxBytes);
      const value = await answer.read(maxBytes);
      options?.onInfo?.({ size: value.length, etag: tagOf(answer), isWeak: isWeakly(answer) });
      return value;
    });
  }

  async #getSuffix(key: string, count: number, options: GetOptions | undefined): Promise<Uint8Array | undefined> {
    if (this.#hasSuffixes !== false) {
      try {
        const value = await this.#getRange(key, { suffixLength: count }, options);
        if (value !== undefined) this.#hasSuffixes = true;
        return value;
      } catch (error) {
        if (options?.signal?.aborted || this.#hasSuffixes || !isRefusal(error)) throw error;
      }
    }
    const info = await this.#info(key, options);
    if (info === undefined) return absentOr(undefined, info, key, options);
    const offset = Math.max(0, info.size - count);
    const length = info.size - offset;
    if (length === 0) return absentOr(new Uint8Array(0), info, key, options);
    // Open at its end: if the length was not true, the number of bytes shows it.
    const value = await this.#getRange(key, { offset }, options, length);
    this.#hasSuffixes = false;
    return value;
  }

  async #getRange(
    key: string,
    range: ByteRange,
    options: GetOptions | undefined,
    expectedLength?: number,
  ): Promise<Uint8Array | undefined> {
    const request = {
      method: 'GET',
      url: this.#urlOf(key),
      key,
      // `fetch` itself asks for no compression then: a range would be one of the compressed bytes.
      headers: { range: rangeHeader(range) },
      signal: options?.signal,
    } as const;
    let cache: RequestCache | undefined = options?.fresh ? 'no-store' : undefined;
    const once = (): Promise<Uint8Array | undefined> =>
      send(this.#settings, { ...request, cache }, async (answer) => {
        if (this.#isAbsent(answer, key, options)) return undefined;
        if (answer.status === 416) return beyondEnd(answer, request, range, options);
        checkContent(answer, request);
        checkTag(answer, key, options);
        const { value, size } =
          answer.status === 206
            ? await readPart(answer, request, range, options?.maxBytes)
            : await this.#readWhole(answer, request, range, options);
        options?.onInfo?.({ size, etag: tagOf(answer), isWeak: isWeakly(answer) });
        if (expectedLength === undefined || value.length === expectedLength) return value;
        throw new MismatchError(`${shownUrl(request.url)}: ${value.length} bytes, expected ${expectedLength}`, { key });
      });
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof MismatchError)) throw error;
      // A cache may have put together parts of two versions.
      cache = 'no-store';
      return await once();
    }
  }

  /** The part of a value that was sent whole. */
  async #readWhole(answer: Answer, request: Asked, range: ByteRange, options: GetOptions | undefined): Promise<Part> {
    if (answer.status !== 200) throw unexpected(answer, request);
    const announced = contentLength(answer);
    if (announced !== undefined && announced > this.#maxWholeBytes) {
      this.#ignoresRanges = true;
      const limit = `maxWholeBytes (${this.#maxWholeBytes})`;
      throw new LimitError(`${shownUrl(request.url)}: ${announced} bytes for a range, more than ${limit} allows`, {
        key: request.key,
      });
    }
    const whole = await answer.read(this.#maxWholeBytes);
    const { start, end } = locateRange(range, whole.length);
    // Some servers send all with 200 where all was asked for.
    if (end - start < whole.length) this.#ignoresRanges = true;
    if (options?.maxBytes !== undefined) checkLimit(request.key, end - start, options.maxBytes);
    return { value: whole.slice(start, end), size: whole.length };
  }

  /** Size and tag: from a HEAD request, or, where the server does not tell, from one for the first byte. */
  async #info(key: string, options: GetOptions | undefined): Promise<ValueInfo | undefined> {
    const url = this.#urlOf(key);
    const { signal } = options ?? {};
    const headers = { 'accept-encoding': 'identity' };
    const fromHead = await send(this.#settings, { method: 'HEAD', url, key, headers, signal }, async (answer) => {
      if (this.#missing.has(answer.status)) return 'absent';
      if (answer.status === 405 || answer.status === 501) return 'unknown';
      if (answer.status !== 200) throw unexpected(answer, { url, key });
      checkContent(answer, { url, key });
      const size = contentLength(answer);
      return size === undefined ? 'unknown' : { size, etag: tagOf(answer) };
    });
    if (fromHead === 'absent') return undefined;
    if (fromHead !== 'unknown') return fromHead;
    const request = { method: 'GET', url, key, headers: { range: 'bytes=0-0' }, signal } as const;
    return await send(this.#settings, request, async (answer) => {
      if (this.#missing.has(answer.status)) return undefined;
      checkContent(answer, request);
      const etag = tagOf(answer);
      const total = contentRange(answer)?.total;
      if ((answer.status === 206 || answer.status === 416) && total !== undefined) return { size: total, etag };
      if (answer.status !== 200) throw unexpected(answer, request, 'the length of the value');
      const size = contentLength(answer) ?? (await answer.read(this.#maxWholeBytes)).length;
      return { size, etag };
    });
  }

  #isAbsent(answer: Answer, key: string, options: GetOptions | undefined): boolean {
    if (!this.#missing.has(answer.status)) return false;
    if (options?.ifMatch !== undefined) throw new ConflictError(`"${key}" of ${this} is gone`, { key });
    return true;
  }
}

const OPTION_NAMES = [
  'headers',
  'fetch',
  'missingStatus',
  'credentials',
  'redirect',
  'timeoutMs',
  'retries',
  'pauseMs',
  'budgetMs',
  'maxWholeBytes',
];

/** Bytes of a value, and how many it has in all where that is known. */
type Part = { readonly value: Uint8Array; readonly size: number | undefined };

type Asked = { readonly url: string; readonly key: string };

/** A part of a value that is not the part asked for. */
class MismatchError extends HttpError {}

// What is asked.

function parseUrl(url: string | URL): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // Without the cause and the text: both may hold secrets.
    throw new ArgumentError('HttpStore: expected an absolute http(s) URL');
  }
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  throw new ArgumentError(`HttpStore: expected an http(s) URL, got one that begins with "${parsed.protocol}"`);
}

function headersOf({ username, password }: URL, given: HeadersInit | undefined): Headers {
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch {
    // Without the cause: its message has the value, which may be a secret.
    throw new ArgumentError('HttpStore: headers: expected names and values that HTTP allows');
  }
  if ((username || password) && !headers.has('authorization')) {
    const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.set('authorization', `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}`);
  }
  return headers;
}

function sameHeaders(left: RequestSettings, right: RequestSettings): boolean {
  return JSON.stringify([...left.headers]) === JSON.stringify([...right.headers]);
}

function checkStatuses(statuses: readonly number[]): readonly number[] {
  const wrong = statuses.find((status) => !Number.isInteger(status) || status < 400 || status > 499);
  if (wrong === undefined) return statuses;
  throw new ArgumentError(`HttpStore: missingStatus: expected numbers from 400 to 499, got ${wrong}`);
}

function checkCount(value: number, name: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new ArgumentError(`HttpStore: ${name}: expected a number of at least 0, got ${described(value)}`);
}

function rangeHeader(range: ByteRange): string {
  if ('suffixLength' in range) return `bytes=-${range.suffixLength}`;
  return `bytes=${range.offset}-${range.length === undefined ? '' : range.offset + range.length - 1}`;
}

// What is answered.

/** The bytes of an answer with a part, which must be the one that `range` names, cut off only by the value's end. */
async function readPart(
  answer: Answer,
  request: Asked,
  range: ByteRange,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Part> {
  const where = shownUrl(request.url);
  const { key } = request;
  const encoding = answer.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new HttpError(`${where}: a part of bytes compressed by "${encoding}"`, { key, status: answer.status });
  }
  const found = contentRange(answer);
  const asked = 'suffixLength' in range ? range.suffixLength : range.length;
  const expected = found?.total === undefined ? undefined : locateRange(range, found.total);
  if (found && (expected ? found.start !== expected.start || found.end !== expected.end : !isStart(range, found))) {
    const text = answer.headers.get('content-range');
    throw new MismatchError(`${where}: got the part "${text}", asked for "${rangeHeader(range)}"`, { key });
  }
  const length = found ? found.end - found.start : asked;
  if (length !== undefined && length > maxBytes) checkLimit(key, length, maxBytes);
  let body: Uint8Array;
  try {
    body = await answer.read(length ?? maxBytes);
  } catch (error) {
    if (!(error instanceof LimitError) || length === undefined) throw error;
    throw new MismatchError(`${where}: a part of more than the ${length} bytes expected`, { key });
  }
  if (length === undefined || body.length === length) return { value: body, size: found?.total };
  throw new MismatchError(`${where}: a part of ${body.length} bytes, expected ${length}`, { key });
}

/** Whether a part of a value of unknown size can be what `range` names. */
function isStart(range: ByteRange, { start, end }: { start: number; end: number }): boolean {
  if ('suffixLength' in range) return end - start === range.suffixLength;
  return start === range.offset && (range.length === undefined || end - start === range.length);
}

/** No bytes, if the part asked for lies past the end of the value. */
function beyondEnd(answer: Answer, request: Asked, range: ByteRange, options: GetOptions | undefined): Uint8Array {
  const total = contentRange(answer)?.total;
  const isBeyond = total !== undefined && ('suffixLength' in range ? total === 0 : range.offset >= total);
  if (isBeyond) {
    const tag = answer.headers.get('etag') ?? undefined; // Many servers tell none here.
    if (tag !== undefined) checkTagIs(tag, request.key, options);
    options?.onInfo?.({ size: total, etag: tag, isWeak: isWeakly(answer) });
    return new Uint8Array(0);
  }
  throw unexpected(answer, request, `the part "${rangeHeader(range)}"`);
}

/** `start` up to, not including, `end`; both 0 when the answer has no part. */
function contentRange(answer: Answer): { start: number; end: number; total: number | undefined } | undefined {
  const match = /^\s*bytes\s+(?:(\d+)-(\d+)|\*)\/(\d+|\*)\s*$/i.exec(answer.headers.get('content-range') ?? '');
  if (!match) return undefined;
  const [, first, last, total] = match;
  const end = last === undefined ? 0 : Number(last) + 1;
  return { start: Number(first ?? 0), end, total: total === '*' ? undefined : Number(total) };
}

/** The size of the value that the headers tell; `undefined` when they do not, or tell that of compressed bytes. */
function contentLength(answer: Answer): number | undefined {
  const encoding = answer.headers.get('content-encoding');
  const text = answer.headers.get('content-length');
  if (text === null || !/^\d+$/.test(text) || (encoding !== null && encoding !== 'identity')) return undefined;
  return Number(text);
}

/** Refuses pages: hosts of single-page applications answer 200 with their start page for what they do not have. */
function checkContent(answer: Answer, { url, key }: Asked): void {
  if (answer.status !== 200 && answer.status !== 206) return;
  const type = answer.headers.get('content-type') ?? '';
  if (!/^\s*(?:text\/html|application\/xhtml\+xml|multipart\/byteranges)\b/i.test(type)) return;
  const kind = /^\s*multipart/i.test(type) ? 'several parts' : 'a page';
  const message = `${shownUrl(url)}: ${kind} instead of a value (content-type: ${type})`;
  throw new HttpError(message, { key, status: answer.status });
}

/** What tells the value of an answer from what is there before and after it. */
function tagOf({ headers }: Answer): string | undefined {
  return headers.get('etag') ?? headers.get('last-modified') ?? undefined;
}

/**
 * Whether the tag is a time, or one that the server itself calls weak; or of a value that was stored just now: the tags of
 * many servers are made of the second of that and the length, so that one stored within the same second may have it too
 * (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2.2). Where the server's time is not told, as to pages of other origins,
 * ours has to do.
 */
function isWeakly({ headers }: Answer): boolean {
  if ((headers.get('etag') ?? 'W/').startsWith('W/')) return true;
  const storedAt = Date.parse(headers.get('last-modified') ?? '');
  if (Number.isNaN(storedAt)) return false;
  const answeredAt = Date.parse(headers.get('date') ?? '');
  return (Number.isNaN(answeredAt) ? Date.now() : answeredAt) - storedAt < SETTLED_MS;
}

/** Twice what the times of HTTP can tell apart: those of a file and of an answer may come from two clocks. */
const SETTLED_MS = 2000;

function checkTag(answer: Answer, key: string, options: GetOptions | undefined): void {
  if (answer.status <= 206) checkTagIs(tagOf(answer), key, options);
}

function checkTagIs(tag: string | undefined, key: string, options: GetOptions | undefined): void {
  if (options?.ifMatch === undefined || tag === options.ifMatch) return;
  throw new ConflictError(`"${key}" was changed by another writer`, { key });
}

function checkLimit(key: string, count: number, maxBytes: number): void {
  if (count <= maxBytes) return;
  throw new LimitError(`"${key}": ${count} bytes are more than the ${maxBytes} allowed`, { key });
}

function absentOr(
  value: Uint8Array | undefined,
  info: ValueInfo | undefined,
  key: string,
  options: GetOptions | undefined,
): Uint8Array | undefined {
  if (options?.ifMatch !== undefined && info?.etag !== options.ifMatch) {
    throw new ConflictError(`"${key}" is not what it was`, { key });
  }
  return info === undefined ? undefined : value;
}

function unexpected({ status }: Answer, { url, key }: Asked, wanted = 'a value'): HttpError {
  const hint =
    status === 401 || status === 403 ? '; if that means "not there", give missingStatus: [403, 404] (or 401)' : '';
  return new HttpError(`${shownUrl(url)}: status ${status} instead of ${wanted}${hint}`, { key, status });
}

/** Whether a request for a range from the end may have failed because the server, or a browser, does not let us. */
function isRefusal(error: unknown): boolean {
  if (error instanceof MismatchError) return true;
  if (!(error instanceof HttpError)) return false;
  if (error.status !== undefined) return [400, 405, 416, 501].includes(error.status);
  // What a browser forbids has no reason, unlike a connection that failed.
  return error.cause instanceof Error && !('code' in error.cause);
}

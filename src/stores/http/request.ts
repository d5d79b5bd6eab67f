/**
 * One request that is tried again while the trouble may pass, and given up when it cannot.
 *
 * Tried again are answers 429 and 5xx, broken connections and silence, up to a number of tries and a time for all of
 * them; the pause before each is random below a doubling bound, or what `Retry-After` asks for. Redirects are followed
 * here, not by `fetch`, which would carry headers like `X-Api-Key` to another origin. Messages name the URL without
 * user, query and fragment, where secrets are kept.
 */
import { type ErrorDetails, LimitError, StoreError } from '../../errors.js';

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface RequestSettings {
  readonly fetch: Fetch;
  readonly headers: Headers;
  readonly credentials: RequestCredentials | undefined;
  readonly redirect: 'follow' | 'error';
  /** The longest silence: before the answer, and between its parts. */
  readonly timeoutMs: number;
  /** How often a request is tried again. */
  readonly retries: number;
  /** The bound of the first pause. */
  readonly pauseMs: number;
  /** The time for all tries. */
  readonly budgetMs: number;
}

export interface StoreRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cache?: RequestCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body has not been read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body; an error when it has more than `maxBytes`. */
  read(maxBytes: number): Promise<Uint8Array>;
}

/** A store answered with something that is neither a value nor its absence, or not at all. */
export class HttpError extends StoreError {
  static override readonly errorName: string = 'StoreError';
  /** The status of the answer; `undefined` when there was none. */
  readonly status: number | undefined;
  /** Whether another try may succeed. */
  readonly passing: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: HttpErrorDetails = {}) {
    super(message, details);
    this.status = details.status;
    this.passing = details.passing ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export interface HttpErrorDetails extends ErrorDetails {
  readonly status?: number | undefined;
  readonly passing?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** What `use` makes of the answer to `request`. A passing error of `use`, too, leads to another try. */
export async function send<T>(
  settings: RequestSettings,
  request: StoreRequest,
  use: (answer: Answer, tries: number) => Promise<T>,
): Promise<T> {
  const endMs = performance.now() + settings.budgetMs;
  for (let tries = 1; ; tries++) {
    request.signal?.throwIfAborted();
    try {
      return await attempt(settings, request, (answer) => use(answer, tries));
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      if (!(error instanceof HttpError) || !error.passing) throw error;
      const pauseMs = error.retryAfterMs ?? Math.random() * Math.min(settings.pauseMs * 2 ** (tries - 1), 8000);
      if (tries > settings.retries || performance.now() + pauseMs > endMs) throw givenUp(error, tries);
      await pause(pauseMs, request.signal);
    }
  }
}

/** `url` as it may be shown. */
export function shownUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

const MAX_REDIRECTS = 5;
const DRAINED_BYTES = 65_536;
const MAX_RETRY_AFTER_MS = 30_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** The server will not do better next time: not implemented, version not supported. */
const LASTING: ReadonlySet<number> = new Set([501, 505]);

function givenUp(error: HttpError, tries: number): HttpError {
  if (tries === 1) return error;
  const { key, status, cause } = error;
  return new HttpError(`${error.message} (after ${tries} tries)`, { key, status, cause });
}

async function attempt<T>(
  settings: RequestSettings,
  request: StoreRequest,
  use: (answer: Answer) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const silence = new Silence(settings.timeoutMs, controller);
  const stop = (): void => controller.abort(request.signal?.reason);
  request.signal?.addEventListener('abort', stop, { once: true });
  try {
    // A `fetch` of the user's may not heed its signal, so each step is raced with it.
    const response = await silence.bounds(follow(settings, request, controller.signal));
    const read = (maxBytes: number): Promise<Uint8Array> => readBody(response, maxBytes, request, silence);
    try {
      checkPassing(response, request);
      return await use({ status: response.status, headers: response.headers, read });
    } finally {
      await drain(response, silence);
    }
  } catch (error) {
    if (error instanceof StoreError || error instanceof LimitError || request.signal?.aborted) throw error;
    throw broken(error, request, silence);
  } finally {
    request.signal?.removeEventListener('abort', stop);
    silence.end();
    controller.abort(); // What is left of the body is not wanted.
  }
}

/** The answer behind all redirects. */
async function follow(settings: RequestSettings, request: StoreRequest, signal: AbortSignal): Promise<Response> {
  let { url } = request;
  let headers = new Headers(settings.headers);
  for (let redirects = 0; ; redirects++) {
    const init: RequestInit = { method: request.method, redirect: 'manual', signal };
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
    init.headers = headers;
    if (request.cache) init.cache = request.cache;
    if (settings.credentials) init.credentials = settings.credentials;
    let response = await settings.fetch(url, init);
    if (response.type === 'opaqueredirect') {
      // A browser does not say where to: it may follow by itself if there is no header to be kept from others.
      checkRedirect(settings, request, [...settings.headers].length === 0);
      response = await settings.fetch(url, { ...init, redirect: 'follow' });
    }
    if (!REDIRECTS.has(response.status)) return response;
    const target = redirectTarget(response, url);
    checkRedirect(settings, request, redirects < MAX_REDIRECTS && target !== undefined);
    await response.body?.cancel();
    if (target!.origin !== new URL(url).origin) headers = new Headers();
    url = target!.href;
  }
}

function redirectTarget(response: Response, url: string): URL | undefined {
  try {
    const target = new URL(response.headers.get('location') ?? '', url);
    return response.headers.has('location') && /^https?:$/.test(target.protocol) ? target : undefined;
  } catch {
    return undefined;
  }
}

function checkRedirect(settings: RequestSettings, { url, key }: StoreRequest, allowed: boolean): void {
  if (allowed && settings.redirect === 'follow') return;
  const expected = `expected a value, or at most ${MAX_REDIRECTS} redirects to http(s) URLs that need no headers of yours`;
  throw new HttpError(`${shownUrl(url)}: a redirect that is not followed: ${expected}`, { key });
}

function checkPassing(response: Response, { url, key }: StoreRequest): void {
  const { status } = response;
  if (status !== 429 && (status < 500 || LASTING.has(status))) return;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
  throw new HttpError(`${shownUrl(url)}: status ${status}`, { key, status, passing: true, retryAfterMs });
}

function parseRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const waitMs = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}

async function readBody(
  response: Response,
  maxBytes: number,
  request: StoreRequest,
  silence: Silence,
): Promise<Uint8Array> {
  if (!response.body)
    return checkedSize(new Uint8Array(await silence.bounds(response.arrayBuffer())), maxBytes, request);
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  for (;;) {
    const { done, value } = await silence.bounds(reader.read());
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      reader.cancel().catch(() => {}); // The error that matters is thrown next.
      throw tooLong(maxBytes, request);
    }
    pieces.push(value);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const piece of pieces) {
    body.set(piece, offset);
    offset += piece.length;
  }
  return body;
}

/** Takes in what is left of a short answer: its connection can then serve the next request. */
async function drain(response: Response, silence: Silence): Promise<void> {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (response.bodyUsed || !response.body || !(length <= DRAINED_BYTES)) return;
  try {
    await silence.bounds(response.arrayBuffer());
  } catch {
    // The answer itself was good; only the connection is lost.
  }
}

function checkedSize(body: Uint8Array, maxBytes: number, request: StoreRequest): Uint8Array {
  if (body.length > maxBytes) throw tooLong(maxBytes, request);
  return body;
}

function tooLong(maxBytes: number, { url, key }: StoreRequest): LimitError {
  return new LimitError(`${shownUrl(url)}: the answer has more than the ${maxBytes} bytes allowed`, { key });
}

function broken(error: unknown, { url, key }: StoreRequest, silence: Silence): HttpError {
  if (silence.passed) {
    const message = `${shownUrl(url)}: ETIMEDOUT: no answer for ${silence.limitMs} ms`;
    return new HttpError(message, {
      key,
      passing: true,
      cause: Object.assign(new Error(message), { code: 'ETIMEDOUT' }),
    });
  }
  const cause = safeCause(error, url);
  const hint = cause.code === undefined ? '; a browser says no more when the server does not allow it (CORS)' : '';
  return new HttpError(`${shownUrl(url)}: ${cause.message}${hint}`, { key, passing: true, cause });
}

/** What is known of a failed connection, as an error of our own: the original may hold the URL or the headers. */
function safeCause(error: unknown, url: string): Error & { code?: string } {
  let text = '';
  let code: string | undefined;
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth++) {
    text += `${text === '' ? '' : ': '}${inner.message}`;
    if ('code' in inner && typeof inner.code === 'string') code = inner.code;
  }
  const { search } = new URL(url);
  if (search !== '') text = text.replaceAll(search, '');
  text = text.replace(/\/\/[^\s/@]*@/g, '//').replace(/(https?:[^\s?#]*)[?#]\S*/g, '$1');
  const cause = new Error(code && !text.includes(code) ? `${code}: ${text}` : text || 'the connection failed');
  return code === undefined ? cause : Object.assign(cause, { code });
}

/** Ends the connection when nothing has come for too long. */
class Silence {
  passed = false;
  readonly #failed: Promise<never>;
  #fail: (reason: unknown) => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly limitMs: number,
    readonly controller: AbortController,
  ) {
    this.#failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {}); // Heard only by those who wait.
    controller.signal.addEventListener('abort', () => this.#fail(controller.signal.reason), { once: true });
  }

  /** `step`, or the reason why the connection was ended before it. */
  async bounds<T>(step: Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.passed = true;
      this.controller.abort();
    }, this.limitMs);
    step.catch(() => {}); // It may fail later, when nobody waits for it any more.
    try {
      return await Promise.race([step, this.#failed]);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Resolves after `milliseconds`; rejects with the signal's reason when it aborts. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

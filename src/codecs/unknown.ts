/**
 * Codecs that cannot be run, but whose documents can be read, shown and written back. An array with one of them opens;
 * asking for its data throws.
 */
import { PickleCodecDisabledError, UnknownCodecError, type ZarrError } from '../errors.js';
import { toPlain } from '../json/convert.js';
import { isJsonObject, type JsonObject } from '../json/model.js';
import type { BoundCodec } from './codec.js';
import { NamedCodec } from './named-codec.js';
import { argumentsText } from './python-text.js';

/** A codec that is not registered. */
export class UnknownCodec extends NamedCodec {
  /** Not known: whoever looks at the order of a chain has to look for this class first. */
  readonly kind: BoundCodec['kind'] = 'compressor';
  readonly name: string;
  readonly configuration: Readonly<Record<string, unknown>> | undefined;
  /** As stored: `{ name, configuration }`, or `{ id, … }` in format 2. */
  readonly document: JsonObject;
  /** Whether data cannot be read without the codec: format 3 can say that one does not matter. */
  readonly mustUnderstand: boolean;

  constructor(name: string, document: JsonObject) {
    super();
    this.name = name;
    this.document = document;
    this.mustUnderstand = document.get('must_understand') !== false;
    const isV2 = !document.has('name');
    const configuration = isV2 ? new Map([...document].filter(([key]) => key !== 'id')) : document.get('configuration');
    // The plain form of a JSON object is an object.
    this.configuration = isJsonObject(configuration) ? (toPlain(configuration) as Record<string, unknown>) : undefined;
    Object.freeze(this);
  }

  /** What `resolve` and `bind` throw. */
  error(): ZarrError {
    return new UnknownCodecError(`unknown codec "${this.name}": the data cannot be read or written`, {
      codec: this.name,
    });
  }

  override toJSON(): { name: string; configuration?: Readonly<Record<string, unknown>> } {
    const json = super.toJSON();
    return this.mustUnderstand ? json : { ...json, ...{ must_understand: false } };
  }

  toString(): string {
    const { name, configuration } = this;
    return `UnknownCodec(${argumentsText(configuration === undefined ? { name } : { name, configuration })})`;
  }

  override resolve(): never {
    throw this.error();
  }

  bind(): never {
    throw this.error();
  }
}

/** Python's pickle, which could run anything: it is never decoded. */
export class PickleCodec extends UnknownCodec {
  override error(): ZarrError {
    return new PickleCodecDisabledError('"pickle": pickles run code when they are decoded, so they never are', {
      codec: this.name,
    });
  }
}

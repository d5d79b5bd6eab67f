/** What the objects of format 2, `|O`, are: one of the codecs says it. */
import { isJsonObject, type Json } from '../json/model.js';

/** The codecs without which objects (`|O`) are not bytes. */
const OBJECT_CODEC_IDS: readonly string[] = Object.freeze([
  'vlen-utf8',
  'vlen-bytes',
  'vlen-array',
  'pickle',
  'json2',
  'json',
  'msgpack2',
  'msgpack',
  'categorize',
]);

/** The id of the codec among `documents` that says what the objects of `|O` are. */
export function objectCodecId(documents: readonly Json[]): string | undefined {
  for (const document of documents) {
    const id = isJsonObject(document) ? document.get('id') : undefined;
    if (typeof id === 'string' && OBJECT_CODEC_IDS.includes(id)) return id;
  }
  return undefined;
}

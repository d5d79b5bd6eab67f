// Where this library writes something else than zarr-python 3.4.2 on purpose, and why. Each entry changes what is
// expected of one document and nothing else, so that the rest of it is still compared byte for byte.

/**
 * Entries are `{ name, reason, adjust }`; `adjust(key, text)` gives the text that is expected instead of zarr-python's,
 * or the same text where the entry does not apply. There is none: the documents are the same.
 */
export const knownDifferences = [];

/** The document that is expected of us where zarr-python wrote `bytes`; differences that matter are reported. */
export function expectedDocument(key, bytes, report) {
  let text = bytes.toString('utf8');
  for (const difference of knownDifferences) {
    const adjusted = difference.adjust(key, text);
    if (adjusted !== text) report.met(difference);
    text = adjusted;
  }
  return Buffer.from(text);
}

// Where this library writes something else than zarr-python 3.4.2 on purpose, and why. Each entry changes what is
// expected of one document and nothing else, so that the rest of it is still compared byte for byte.

/**
 * Entries are `{ name, reason, adjust }`; `adjust(key, text, kind)` gives the text that is expected instead of zarr-python's,
 * or the same text where the entry does not apply; `kind` is the folder: `arrays`, `hierarchies` or `updated`.
 */
export const knownDifferences = [
  {
    name: 'copies of format 2 groups in .zmetadata',
    reason: 'zarr-python adds a member "consolidated_metadata", which format 2 does not have; an update keeps it',
    adjust: (key, text, kind) =>
      key.endsWith('.zmetadata') && kind === 'hierarchies'
        ? text.replaceAll(', "consolidated_metadata": {"metadata": {}, "must_understand": false, "kind": "inline"}', '')
        : text,
  },
];

/** The document that is expected of us where zarr-python wrote `bytes`; differences that matter are reported. */
export function expectedDocument(key, bytes, { report, kind }) {
  let text = bytes.toString('utf8');
  for (const difference of knownDifferences) {
    const adjusted = difference.adjust(key, text, kind);
    if (adjusted !== text) report.met(difference);
    text = adjusted;
  }
  return Buffer.from(text);
}

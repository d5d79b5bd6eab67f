// Attribute sets: `text` is the JSON that zarr-python is given, `value` what a JavaScript user writes for the same
// document. A set without `value` holds tokens that no fresh JavaScript value stands for (`1.0`); it is only read
// and updated.

export const attributeSets = {
  empty: { text: '{}', value: {} },
  nested: {
    text: '{"a": {"b": [1, 2, {"c": null}], "empty": {}}, "list": [], "yes": true, "no": false}',
    value: { a: { b: [1, 2, { c: null }], empty: {} }, list: [], yes: true, no: false },
  },
  unicode: {
    text: JSON.stringify({ größe: 'é日本😀', text: 'a"b\\c\n\t\u0001\u007f/', '': 'empty key', __doc__: 'x' }),
    value: { größe: 'é日本😀', text: 'a"b\\c\n\t\u0001\u007f/', '': 'empty key', __doc__: 'x' },
  },
  numbers: {
    text: '{"tenth": 0.1, "tiny": 1e-07, "huge": 1.5e+300, "integer": -12, "half": 0.5}',
    value: { tenth: 0.1, tiny: 1e-7, huge: 1.5e300, integer: -12, half: 0.5 },
  },
  special: {
    text: '{"nan": NaN, "limits": [Infinity, -Infinity]}',
    value: { nan: Number.NaN, limits: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] },
  },
  bigIntegers: {
    text: '{"beyond": 9007199254740993, "far": -123456789012345678901234567890}',
    value: { beyond: 9007199254740993n, far: -123456789012345678901234567890n },
  },
  integerKeys: {
    text: '{"10": "ten", "2": "two", "b": 1, "a": 2}',
    value: new Map([
      ['10', 'ten'],
      ['2', 'two'],
      ['b', 1],
      ['a', 2],
    ]),
  },
  integralFloats: { text: '{"one": 1.0, "large": 1e+16, "minus": -0.0, "list": [2.0, 2]}' },
};

export const writableSets = Object.keys(attributeSets).filter((name) => attributeSets[name].value !== undefined);

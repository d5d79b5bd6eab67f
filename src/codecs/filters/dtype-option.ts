/** Data types among the options of codecs: NumPy's strings and names, or a `DType`. */
import { DType } from '../../dtypes/dtype.js';
import { parseDtype } from '../../dtypes/registry.js';
import type { DTypeSpec } from '../../dtypes/types.js';
import { ZarrError } from '../../errors.js';
import type { Options } from '../options.js';

/** The data type that the option `name` is; undefined if it is not given. */
export function dtypeOption(given: Options, name: string): DType | undefined {
  const value = given.get(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && !(value instanceof DType)) throw given.expected(name, 'a data type', value);
  try {
    return parseDtype(value as DTypeSpec);
  } catch (error) {
    if (!(error instanceof ZarrError)) throw error;
    throw given.wrong(name, error.message.replace(/^dtype: /, ''));
  }
}

/** The same of an option that has to be given. */
export function requiredDtype(given: Options, name: string): DType {
  const dtype = dtypeOption(given, name);
  if (dtype === undefined) throw given.missing(name);
  return dtype;
}

/** A data type as NumPy's string of it, `<f4`. */
export const numpyText = (dtype: DType): string => String(dtype.toMetadata(2));

/** `<i4` as NumPy prints the type's name, `int32`: what zarr-python fills in. */
export const numpyName = (dtype: DType): string => dtype.name;

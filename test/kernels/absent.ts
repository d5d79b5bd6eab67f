/** The platform of a run on the twins: there are no kernels, and none can be made. */

import { CodecError } from '../../src/errors.js';

export const loadKernels = (): undefined => undefined;

export function compileKernels(): never {
  throw new CodecError('this run has no kernels');
}

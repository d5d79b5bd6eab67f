/** Says which sources the module was built from. */
import { KERNELS_VERSION } from '../version';

export function kernelsVersion(): i32 {
  return KERNELS_VERSION;
}

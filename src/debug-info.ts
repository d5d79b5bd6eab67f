/** What a report of a fault should say about where it happened. */
import { platformInfo } from '#platform/environment';
import { version } from './version.js';

/** Versions and platform, one a line. */
export function debugInfo(): string {
  const lines = [['zarr-ts', version], ...platformInfo()];
  return lines.map(([name, value]) => `${name}: ${value}`).join('\n');
}

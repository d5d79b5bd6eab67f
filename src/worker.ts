/**
 * What a worker runs: started by this library, imported by nobody. It has every codec from the start: bundlers that make
 * classic scripts of workers (Vite 7 and older, unless told otherwise) can only make one file of each.
 */
import { starter } from '#platform/worker';
import { builtInCodecs } from './codecs/built-in.js';
import { provideCodecs } from './codecs/registry.js';
import { serve } from './core/parallel/worker.js';

provideCodecs(builtInCodecs());
serve(starter());

/** What a worker runs: started by this library, imported by nobody. */
import { starter } from '#platform/worker';
import { serve } from './core/parallel-worker.js';

serve(starter());

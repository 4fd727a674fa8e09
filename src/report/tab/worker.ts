/** The worker of the page that needs no server: matches what it is given and says how far it is. It is ended to cancel. */
import { CopresenceError } from '../../core/errors.js';
import { RefusedRows, matchInTab } from './tab-match.js';
import type { FromTab, ToTab } from './messages.js';

/** Set by the build. */
declare const COPRESENCE_VERSION: string;

/** What of a worker's world is used: the types of a page have no name for it. */
const here = globalThis as unknown as { onmessage: ((event: { readonly data: ToTab }) => void) | null; postMessage(message: FromTab): void };
/** Shortest time between two words on how far it is. */
const QUIET_MS = 60;

here.onmessage = ({ data: { files, options } }) => {
  let told = 0;
  matchInTab(files, options, COPRESENCE_VERSION, (progress) => {
    if (performance.now() - told < QUIET_MS && progress.rows > 0) return;
    told = performance.now();
    here.postMessage({ progress });
  }).then(
    (answer) => here.postMessage({ answer }),
    (error: unknown) => {
      const isOurs = error instanceof CopresenceError;
      const message = isOurs ? error.message : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      here.postMessage({ fault: { message, isBug: !isOurs, rejects: error instanceof RefusedRows ? error.rejects : null } });
    },
  );
};

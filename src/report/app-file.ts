/** The page that needs no server, as a file of the user's. */
import { readFileSync } from 'node:fs';
import { StateError } from '../core/errors.js';
import { SingleFile } from '../output/single-file.js';

const BUILT = new URL(import.meta.url.endsWith('.ts') ? '../../dist/report/app.html' : './app.html', import.meta.url);
/** How the page begins, whatever its version: what `--force` may replace. */
const APP_HEAD = '<!doctype html>\n<!-- copresence app ';

export interface AppFileOptions {
  /** File for the page. */
  readonly out: string;
  readonly force?: boolean;
}

/** @throws OptionError `E_EXISTS`, `E_OUT`; StateError `E_PAGE` if the page was not built, `E_WRITE`. */
export async function appFile({ out, force = false }: AppFileOptions): Promise<{ readonly out: string; readonly bytes: number }> {
  const file = new SingleFile(out, { option: 'out', force, inputs: [], isOurs: (head) => head.startsWith(APP_HEAD) });
  let html: Uint8Array;
  try {
    html = readFileSync(BUILT);
  } catch (cause) {
    throw new StateError('E_PAGE', 'expected the built page, found none: run npm run build once', { cause });
  }
  const { bytes } = await file.write([html]);
  return { out, bytes };
}

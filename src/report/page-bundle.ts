/** The page's script and style, as `npm run build` bundled them from `page/`. */
import { existsSync } from 'node:fs';
import { StateError } from '../core/errors.js';

const BUNDLE = new URL(import.meta.url.endsWith('.ts') ? '../../dist/report/page-bundle-built.js' : './page-bundle-built.js', import.meta.url);

export interface PageBundle {
  readonly PAGE_SCRIPT: string;
  readonly PAGE_STYLE: string;
}

/** @throws StateError `E_PAGE` if there is none. */
export async function pageBundle(): Promise<PageBundle> {
  if (!existsSync(BUNDLE)) throw new StateError('E_PAGE', 'expected the built page of the report, found none: run npm run build once');
  return (await import(BUNDLE.href)) as PageBundle;
}

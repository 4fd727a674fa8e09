// Bundles src/report/page into dist/report/page-bundle-built.js: the script and the style of the report's page as two texts. Part of `npm run build`.
import { writeFileSync } from 'node:fs';
import { PAGE_NOTICE, at, fail, inScript, scriptOf, styleOf } from './bundle.mjs';

/** Of script and style together: the promise of the report before its data. */
const MOST_BYTES = 300_000;

const script = inScript(`${PAGE_NOTICE}\n${await scriptOf('src/report/page/main.ts')}`);
const style = styleOf('src/report/page/style.css');
const bytes = Buffer.byteLength(script) + Buffer.byteLength(style);
if (bytes > MOST_BYTES) fail(`script and style have ${bytes} bytes, allowed are ${MOST_BYTES}`);
writeFileSync(
  at('dist/report/page-bundle-built.js'),
  `export const PAGE_SCRIPT = ${JSON.stringify(script)};\nexport const PAGE_STYLE = ${JSON.stringify(style)};\n`,
);

// Bundles src/report/page into dist/report/page-bundle-built.js: the script and the style of the report's page as two texts. Part of `npm run build`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
/** Of script and style together: the promise of the report before its data. */
const MOST_BYTES = 300_000;
const NOTICE = `/*! copresence, MIT. Holds modules of d3 (d3-array, d3-color, d3-dispatch, d3-force, d3-format, d3-geo, d3-interpolate, d3-path, d3-quadtree, d3-scale, d3-shape, d3-time, d3-timer): ISC, Copyright 2010-2023 Mike Bostock; internmap: ISC, Copyright 2021 Mike Bostock. */`;

const bundle = await rolldown({ input: at('src/report/page/main.ts'), platform: 'browser', logLevel: 'warn' });
const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
await bundle.close();
const [chunk, ...others] = output;
if (others.length > 0) fail(`expected one chunk, got ${output.map(({ fileName }) => fileName).join(', ')}`);

// Inside <script> and <style> these would end the element, or begin a comment in it.
const script = `${NOTICE}\n${chunk.code.trim()}`.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
const style = readFileSync(at('src/report/page/style.css'), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\n\s*/g, '');
if (/<\/style/i.test(style)) fail('the style may not hold </style');
const bytes = Buffer.byteLength(script) + Buffer.byteLength(style);
if (bytes > MOST_BYTES) fail(`script and style have ${bytes} bytes, allowed are ${MOST_BYTES}`);
writeFileSync(
  at('dist/report/page-bundle-built.js'),
  `export const PAGE_SCRIPT = ${JSON.stringify(script)};\nexport const PAGE_STYLE = ${JSON.stringify(style)};\n`,
);

function fail(message) {
  console.error(`build-page: ${message}`);
  process.exit(1);
}

// Bundles code of a page: one script, one style, each to stand between tags.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const D3 = `modules of d3 (d3-array, d3-color, d3-dispatch, d3-force, d3-format, d3-geo, d3-interpolate, d3-path, d3-quadtree, d3-scale, d3-shape, d3-time, d3-timer): ISC, Copyright 2010-2023 Mike Bostock; internmap: ISC, Copyright 2021 Mike Bostock`;
/** What bundles hold of others. */
export const PAGE_NOTICE = `/*! copresence, MIT. Holds ${D3}. */`;
export const APP_NOTICE = `/*! copresence, MIT. Holds ${D3}; date-fns and @date-fns/tz: MIT, Copyright 2021-2024 Sasha Koss; rbush: MIT, Copyright 2024 Vladimir Agafonkin; quickselect: ISC, Copyright 2018 Vladimir Agafonkin. */`;

/** The code of an entry in one piece. */
export async function scriptOf(entry, define = {}) {
  const bundle = await rolldown({ input: at(entry), platform: 'browser', logLevel: 'warn', transform: { define } });
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
  await bundle.close();
  const [chunk, ...others] = output;
  if (others.length > 0) fail(`expected one chunk, got ${output.map(({ fileName }) => fileName).join(', ')}`);
  if (chunk.imports.length > 0) fail(`${entry} imports ${chunk.imports.join(', ')}, which no browser has`);
  return chunk.code.trim();
}

/** As it may stand in <script>: these would end the element, or begin a comment in it. */
export const inScript = (code) => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

export function styleOf(...files) {
  const style = files.map((file) => readFileSync(at(file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\n\s*/g, '')).join('');
  if (/<\/style/i.test(style)) fail('the style may not hold </style');
  return style;
}

export function fail(message) {
  console.error(`build: ${message}`);
  process.exit(1);
}

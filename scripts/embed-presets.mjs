/**
 * Writes src/rules/presets.ts from src/rules/presets/*.json, sorted by id bytewise. With `--check`: writes nothing, exits 1 if the file differs.
 * Why embedded: a JSON import warns on Node 20, and a browser has no files.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../src/rules/presets/', import.meta.url);
const TARGET = new URL('../src/rules/presets.ts', import.meta.url);
const NAME = 'src/rules/presets.ts';

const flags = process.argv.slice(2);
if (flags.some((flag) => flag !== '--check')) fail(2, `expected nothing or --check, got '${flags.join(' ')}'`);

const wanted = moduleText(readPresets());
if (!flags.includes('--check')) {
  writeFileSync(TARGET, wanted);
} else if (readTarget() !== wanted) {
  fail(1, `${NAME} differs from presets/*.json; run node scripts/embed-presets.mjs`);
}

function readPresets() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  const presets = names.map((name) => {
    const preset = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
    if (`${preset.id}.json` !== name) fail(1, `presets/${name}: expected the id to be the file's name, got '${preset.id}'; rename one of them`);
    return preset;
  });
  return presets.sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
}

function moduleText(presets) {
  return [
    '// Made by scripts/embed-presets.mjs from presets/*.json; do not edit.',
    "import type { RuleJson } from '../model/rule.js';",
    '',
    `export const PRESETS: readonly RuleJson[] = ${JSON.stringify(presets, null, 2)};`,
    '',
  ].join('\n');
}

/** The file as it stands; empty if there is none. */
function readTarget() {
  try {
    return readFileSync(TARGET, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function fail(code, message) {
  console.error(`embed-presets: ${message}`);
  process.exit(code);
}

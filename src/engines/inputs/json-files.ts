/** Rules and dwell times from JSON files. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { OptionError } from '../../core/errors.js';
import type { RuleJson } from '../../model/rule.js';
import { findRule } from '../../rules/find-rule.js';
import type { DwellMinutes } from '../../stays/dwell.js';

const MOST_BYTES = 1 << 20;

/** A built-in rule by id, or a rule from a JSON file. @throws OptionError `E_RULE`, `E_JSON`. */
export function loadRule(idOrFile: string): RuleJson {
  const isFile = /[./\\]/.test(idOrFile) || existsSync(idOrFile);
  return isFile ? (readJson(idOrFile, 'rule') as RuleJson) : findRule(idOrFile);
}

/** Dwell minutes by category from a JSON file. @throws OptionError `E_JSON`. */
export function loadDwell(file: string): Record<string, DwellMinutes> {
  return readJson(file, 'dwell') as Record<string, DwellMinutes>;
}

function readJson(file: string, what: string): object {
  try {
    if (statSync(file).size > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
    const value: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
    return value;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new OptionError(
      'E_JSON',
      `${what} ${basename(file)}: expected a JSON file with one object, got ${code === 'ENOENT' ? 'no such file' : (code ?? (cause as Error).message)}`,
      { cause },
    );
  }
}

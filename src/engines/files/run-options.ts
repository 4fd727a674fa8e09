/** The output folder of an earlier match → the options to ask the same files the same question again. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError, OptionError } from '../../core/errors.js';
import type { RuleJson } from '../../model/rule.js';
import { TABLE_NAMES, type TableName } from '../../model/tables.js';
import type { DwellMinutes } from '../../stays/dwell.js';
import type { MatchFilesOptions } from './match-files.js';

/** What of a manifest says how its lists were made. */
interface RunManifest {
  readonly tool: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly rules: readonly RuleJson[];
  readonly inputs: readonly { readonly name: string; readonly sha256: string; readonly table: string }[];
}

/** Options of an earlier run, and the digests that its inputs had, by name. */
export interface EarlierRun {
  readonly options: Omit<MatchFilesOptions, 'out'>;
  readonly digests: ReadonlyMap<string, string>;
  /** Generations that it followed. */
  readonly depth: number;
}

/**
 * Reads the manifest in the folder of a run. Its inputs are looked for by name in `inputsFolder`; an index and timetables where the run had them.
 * @throws OptionError `E_RUN` without a manifest of ours, or without one of the inputs.
 */
export function optionsOfRun(folder: string, inputsFolder: string): EarlierRun {
  const manifest = readManifest(folder);
  const { options, rules, inputs } = manifest;
  const index = textOf(options['index']);
  const feeds = listOf(options['gtfs']);
  const own = inputs.filter(({ table }) => isOwn(table, index !== undefined));
  const files: Partial<Record<TableName, string[]>> = {};
  for (const { name, table } of own) {
    const path = join(inputsFolder, basename(name));
    if (!existsSync(path)) {
      throw new OptionError('E_RUN', `run: expected the input ${basename(name)} in ${inputsFolder}, got no such file; name its folder with --inputs`);
    }
    (files[table as TableName] ??= []).push(path);
  }
  const unlessOfRule = (value: unknown): string | undefined => (value === "the rule's" ? undefined : textOf(value));
  const scope = unlessOfRule(options['scope']);
  const lag = unlessOfRule(options['lag']);
  const tz = textOf(options['tz']);
  return {
    digests: new Map(inputs.map(({ name, sha256 }) => [name, sha256])),
    depth: Number(options['depth'] ?? 1),
    options: {
      files,
      rules,
      ...(index !== undefined && { index }),
      ...(scope !== undefined && { scope }),
      ...(lag !== undefined && { lag }),
      bounds: textOf(options['bounds']) as 'half-open' | 'closed',
      minOverlap: textOf(options['min_overlap'])!,
      window: textOf(options['window']) as 'dated' | 'all',
      excludeConflicts: options['exclude_conflicts'] === true,
      ...(tz !== undefined && { tz }),
      timeFormats: listOf(options['time_formats']),
      encoding: textOf(options['encoding'])!,
      mappings: listOf(options['map']),
      skew: textOf(options['skew'])!,
      maxRejects: options['max_rejects'] as string | number,
      ...(index === undefined && { runGap: textOf(options['run_gap'])!, dwell: options['dwell'] as Record<string, DwellMinutes> }),
      ...(options['rides'] === true && { rides: true, walkM: Number(options['walk_m']), walkTime: textOf(options['walk_time'])! }),
      ...(feeds.length > 0 && { gtfs: feeds }),
    },
  };
}

/** @throws InputError `E_RUN_CHANGED` for an input that is not what the lists of a run were made from. */
export function checkDigests(inputs: readonly { readonly name: string; readonly sha256: string }[], { digests }: EarlierRun): void {
  for (const { name, sha256 } of inputs) {
    const wanted = digests.get(name);
    if (wanted === undefined) throw new InputError('E_RUN_CHANGED', `${name} E_RUN_CHANGED expected the inputs of the lists alone, got one that came later`);
    if (wanted !== sha256) {
      throw new InputError(
        'E_RUN_CHANGED',
        `${name} E_RUN_CHANGED expected the bytes that the lists were made from (sha256 ${wanted}), got others (${sha256})`,
      );
    }
  }
}

/** An index brings check-ins, places and runs of its own; feeds are named by path. */
const isOwn = (table: string, hasIndex: boolean): boolean =>
  hasIndex ? table === 'cases' || table === 'visits' : (TABLE_NAMES as readonly string[]).includes(table);

function readManifest(folder: string): RunManifest {
  const path = join(folder, 'manifest.json');
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as RunManifest;
    const isWhole = manifest.tool === 'copresence' && typeof manifest.options === 'object' && Array.isArray(manifest.rules) && Array.isArray(manifest.inputs);
    if (!isWhole) throw new Error('not the manifest of a match');
    return manifest;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new OptionError(
      'E_RUN',
      `run: expected a folder with the manifest.json of a match, got ${code === 'ENOENT' ? 'none' : (code ?? 'another file of that name')} in ${folder}`,
      { cause },
    );
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Looks at CSV files before a match: what they were taken for, what is wrong with them, which flags would help. */
import { InputError, OptionError } from '../../core/errors.js';
import { runAsync } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import type { LedgerEntry } from '../../ingest/rows/ledger.js';
import type { FileReading } from '../../ingest/read-table.js';
import { profileCheckIns, type CheckInProfile } from '../../lists/profile.js';
import { Places } from '../../model/place.js';
import type { InputTables, TableName } from '../../model/tables.js';
import { Dwell } from '../../stays/dwell.js';
import { inferStays } from '../../stays/infer-stays.js';
import { Runs } from '../../stays/segment-runs.js';
import type { MatchFilesOptions } from './match-files.js';
import { readInputs, type RunHooks } from '../inputs/read-files.js';

export interface ValidateOptions extends Pick<MatchFilesOptions, 'tz' | 'timeFormats' | 'encoding' | 'mappings' | 'showValues' | 'threads'> {
  /** What the files hold. @defaultValue 'checkins' */
  readonly as?: TableName;
}

export interface ValidationReport {
  readonly table: TableName;
  readonly files: readonly (FileReading & LedgerEntry)[];
  /** The zone that local times were read in. */
  readonly tz: string | null;
  /** Rejected rows by reason, most frequent first, with the first place of each. */
  readonly faults: readonly { readonly code: string; readonly column: string; readonly rows: number; readonly first: string; readonly message: string }[];
  /** Only for check-ins. */
  readonly profile: CheckInProfile | null;
  /** Flags that a run on these files needs or would gain from, with the reason. */
  readonly suggestions: readonly { readonly flag: string; readonly why: string }[];
  /** Things to look at before trusting a list. */
  readonly warnings: readonly string[];
}

/** Share of 18-digit ids ending in 000 from which on a spreadsheet is suspected: by chance it is 0.1 %. */
const ROUNDED_SHARE = 0.2;
/** Share of the rows that may have the check-out before the check-in before the columns look swapped. */
const NEGATIVE_SHARE = 0.5;

/** @throws InputError for a file that no flag can help, OptionError for a header without the needed columns. */
export async function validateFiles(paths: readonly string[], options: ValidateOptions, hooks: RunHooks = {}): Promise<ValidationReport> {
  const table = options.as ?? 'checkins';
  const suggestions: { flag: string; why: string }[] = [];
  let tz = options.tz;
  let encoding = options.encoding;
  const canRetry = !paths.includes('-');
  for (;;) {
    const zone = new Zone(tz);
    try {
      const { reader } = await readInputs({ ...options, files: { [table]: paths }, ...(encoding !== undefined && { encoding }) }, zone, hooks);
      const profile = table === 'checkins' ? await profileOf(reader.tables, zone, hooks) : null;
      const faults = groupFaults(reader.rejects);
      const files = reader.readings.map(({ table: _, ...reading }) => ({ ...reading, ...reader.ledger.find(({ file }) => file === reading.file)! }));
      return { table, files, tz: tz ?? null, faults, profile, suggestions, warnings: warningsOf(files, faults, profile) };
    } catch (error) {
      if (canRetry && error instanceof OptionError && error.code === 'E_ZONE_MISSING') {
        suggestions.push({
          flag: '--tz ZONE',
          why: 'some times are local: name their zone, such as --tz Asia/Shanghai. Below they are shown as if they were UTC',
        });
        tz = 'UTC';
      } else if (canRetry && error instanceof InputError && error.code === 'E_ENCODING' && encoding === undefined && error.message.includes('gb18030')) {
        suggestions.push({ flag: '--encoding gb18030', why: 'the bytes are not UTF-8 but read as GB18030' });
        encoding = 'gb18030';
      } else throw error;
    }
  }
}

async function profileOf(inputs: InputTables, zone: Zone, hooks: RunHooks): Promise<CheckInProfile> {
  const dwell = new Dwell();
  const places = new Places(inputs);
  const { stays } = await runAsync(inferStays(inputs, places, Runs.of(inputs, places, dwell, 2700), dwell), { signal: hooks.signal });
  return profileCheckIns(inputs, stays, zone);
}

function groupFaults(rejects: readonly { file: string; line: number; column: string; code: string; message: string }[]): ValidationReport['faults'] {
  const groups = new Map<string, { code: string; column: string; rows: number; first: string; message: string }>();
  for (const { file, line, column, code, message } of rejects) {
    const key = `${code}:${column}`;
    const group = groups.get(key);
    if (group) group.rows++;
    else groups.set(key, { code, column, rows: 1, first: `${file}:${line}`, message });
  }
  return [...groups.values()].sort((a, b) => b.rows - a.rows);
}

function warningsOf(files: ValidationReport['files'], faults: ValidationReport['faults'], profile: CheckInProfile | null): string[] {
  const warnings = files.flatMap(({ file, notes }) => notes.map((note) => `${file}: ${note}`));
  const read = files.reduce((sum, file) => sum + file.read, 0);
  const rowsOf = (code: string): number => faults.reduce((sum, fault) => sum + (fault.code === code ? fault.rows : 0), 0);
  const rejected = files.reduce((sum, file) => sum + file.rejected, 0);
  if (rejected > read / 1000) warnings.push(`${rejected} of ${read} rows would be rejected: more than --max-rejects allows by default (0.1%)`);
  if (rowsOf('E_ID_SCIENTIFIC') > 0)
    warnings.push(`${rowsOf('E_ID_SCIENTIFIC')} ids were damaged by a spreadsheet (1.38E+10): different people would fall together; export the column as text`);
  if (rowsOf('E_CHECKOUT') > read * NEGATIVE_SHARE) warnings.push('most check-outs are before their check-ins: the two columns look swapped; see --map');
  if (profile) {
    const {
      ids_of_18_digits: long,
      ids_of_18_digits_ending_000: rounded,
      ids_alike,
      people_in_two_places,
      places,
      people,
      check_ins,
      most_check_ins_of_one_person: [most = 0],
    } = profile;
    if (rounded > long * ROUNDED_SHARE && rounded > 1)
      warnings.push(`${rounded} of ${long} 18-digit ids end in 000: a spreadsheet keeps 15 digits, and different people fall together`);
    if (ids_alike > 0)
      warnings.push(`${ids_alike} ids differ from another only in full-width forms, letter case, spaces or dashes: they count as different people`);
    if (people_in_two_places > 0)
      warnings.push(`${people_in_two_places} people were at two places at once (a lent or copied code, or a shop and its mall: give the places file)`);
    if (check_ins > 100 && people < places / 20) warnings.push(`${people} people at ${places} places: person and place columns look swapped; see --map`);
    if (most > 1000) warnings.push(`one person has ${most} check-ins: a placeholder that many share would link them all`);
  }
  return warnings;
}

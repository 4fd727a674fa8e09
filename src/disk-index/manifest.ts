/** `index.json`: which files make up an index, what was read for it, and how. Written last; an index is what this file says. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OptionError } from '../core/errors.js';
import type { InputDigest } from '../ingest/file-source.js';
import type { LedgerEntry } from '../ingest/rows/ledger.js';
import type { FileReading } from '../ingest/read-table.js';
import type { TableName } from '../model/tables.js';
import type { DwellMinutes } from '../stays/dwell.js';
import type { WrittenFile } from './files/block-format.js';
import { checkVersion, damaged, reading } from './files/reading.js';
import { writing } from './files/writing.js';

export const INDEX_MANIFEST = 'index.json';

/** Sums over the stays of a day. */
export interface StaySums {
  readonly stays: number;
  readonly checkIns: number;
  readonly capped: number;
  readonly conflicts: number;
  readonly zeroLength: number;
}

/** A file of an index: its size, and what tells it from any other. */
export interface NamedFile extends WrittenFile {
  readonly file: string;
}

/** One segment: the stays that begin on one local day and came with one update. */
export interface DayEntry extends StaySums, NamedFile {
  readonly day: string;
  /** Instants of its first and last second of presence. */
  readonly baseSec: number;
  readonly lastSec: number;
  /** Stays that later updates put elsewhere, and the file that says which. */
  readonly removed?: StaySums & NamedFile;
}

/** What an input was, for the manifests of matches. */
export interface IndexedInput extends InputDigest, Pick<FileReading, 'encoding' | 'delimiter' | 'columns' | 'notes'> {
  readonly table: TableName;
  readonly rows: number;
  /** Size, and time of the last change in ms, of the file as it lay there; absent for standard input. */
  readonly mtimeMs?: number;
  readonly path?: string;
}

export interface IndexManifest {
  readonly tool: 'copresence';
  readonly kind: 'index';
  readonly version: string;
  readonly format: number;
  /** Counts the updates; part of the names of new files. */
  readonly update: number;
  /** Of the hash that spreads people over the parts. */
  readonly seed: number;
  readonly tz: string | null;
  readonly runGapSec: number;
  readonly dwell: Readonly<Record<string, DwellMinutes>>;
  readonly days: readonly DayEntry[];
  readonly people: readonly (NamedFile & { readonly count: number })[];
  readonly reference: NamedFile;
  readonly unknownCategories: readonly string[];
  /** Base names by number: evidence names rows by them. */
  readonly fileNames: readonly string[];
  readonly inputs: readonly IndexedInput[];
  readonly ledger: readonly LedgerEntry[];
  /** Days before this one were deleted. */
  readonly purgedBefore?: string;
}

/** All stays that count. */
export function sumsOf({ days }: Pick<IndexManifest, 'days'>): StaySums {
  const sum = (name: keyof StaySums): number => days.reduce((all, day) => all + day[name] - (day.removed?.[name] ?? 0), 0);
  return { stays: sum('stays'), checkIns: sum('checkIns'), capped: sum('capped'), conflicts: sum('conflicts'), zeroLength: sum('zeroLength') };
}

/** All files of an index but the manifest. */
export function filesOf({ days, people, reference }: IndexManifest): NamedFile[] {
  return [...days.flatMap((day) => (day.removed ? [day, day.removed] : [day])), ...people, reference];
}

/** Reads the manifest of an index; null if the folder has none. @throws InputError `E_INDEX`, `E_INDEX_VERSION`. */
export function readManifest(folder: string): IndexManifest | null {
  const path = join(folder, INDEX_MANIFEST);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return reading(path, () => {
      throw cause;
    });
  }
  let signed: IndexManifest & { readonly digest?: string };
  try {
    signed = JSON.parse(text) as IndexManifest & { digest?: string };
  } catch {
    throw damaged(path, 'it is no JSON');
  }
  if (signed?.kind !== 'index' || signed.tool !== 'copresence') throw damaged(path, 'it does not describe an index');
  checkVersion(path, signed.format);
  const { digest, ...manifest } = signed;
  if (digest !== digestOf(manifest)) throw damaged(path, 'its digest does not fit');
  return manifest;
}

/** Like `readManifest` for a folder that must hold an index. @throws OptionError `E_NO_INDEX`. */
export function requireManifest(folder: string): IndexManifest {
  const manifest = readManifest(folder);
  if (manifest === null) throw new OptionError('E_NO_INDEX', `index: expected a folder that 'copresence index' made, got one without ${INDEX_MANIFEST}`);
  return manifest;
}

/** Writes the manifest beside its name, then gives it the name: from that instant on the index is the new one. */
export function writeManifest(folder: string, temporary: string, manifest: IndexManifest): void {
  const text = `${JSON.stringify({ ...manifest, digest: digestOf(manifest) }, null, 1)}\n`;
  writing(temporary, () => {
    const descriptor = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, join(folder, INDEX_MANIFEST));
  });
}

const digestOf = (manifest: object): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

/** The command line in this process: fast, with everything that it prints and writes at hand. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { runProgram } from '../../src/cli/program.js';
import type { LedgerEntry } from '../../src/ingest/rows/ledger.js';
import { csvRows } from './csv.js';
import { TempFolder } from './temp-folder.js';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line. `io` replaces parts of the world that it sees. */
export async function runCli(args: readonly string[], io: Partial<Io> = {}): Promise<CliRun> {
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    out: (text) => void (out += text),
    outBytes: async (block) => {
      out += new TextDecoder().decode(block);
      return true;
    },
    err: (text) => void (err += text),
    isTerminal: false,
    signal: new AbortController().signal,
    now: () => 0,
    ...io,
  });
  return { code, out, err };
}

/** What the manifest of a run says, as far as tests look at it. */
export interface Manifest {
  readonly tool: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly {
    name: string;
    bytes: number;
    sha256: string;
    rows: number;
    encoding: string;
    delimiter: string;
    columns: Record<string, string>;
  }[];
  readonly ledger: readonly LedgerEntry[];
  readonly counts: readonly { rule_id: string; cases: number; people: number; episodes: number; contacts: number; cases_without_visit: string[] }[];
  readonly stays: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly districts?: readonly { district: string; folder: string }[];
  readonly outputs: readonly { name: string; rows: number; sha256: string }[];
}

/** The folder that a `match` wrote, or was to write. */
export class Lists {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  /** Rows of a list, such as `episodes` or `rejects`. */
  rows(name: string): Record<string, string>[] {
    return csvRows(this.text(`${name}.csv`));
  }
  text(file: string): string {
    return readFileSync(join(this.path, file), 'utf8');
  }
  get manifest(): Manifest {
    return JSON.parse(this.text('manifest.json')) as Manifest;
  }
  /** All files and folders below, as paths with `/`. */
  get files(): string[] {
    return existsSync(this.path) ? (readdirSync(this.path, { recursive: true }) as string[]).sort() : [];
  }
  /** Every file's bytes by name, for comparing two runs. `manifest.json` is left out: it names options and inputs. */
  get bytes(): Record<string, string> {
    return Object.fromEntries(
      this.files.filter((name) => name !== 'manifest.json' && statSync(join(this.path, name)).isFile()).map((name) => [name, this.text(name)]),
    );
  }
}

export interface MatchRun extends CliRun {
  readonly folder: TempFolder;
  readonly lists: Lists;
}

/** Files of a match by name; the name begins with the option that takes it: `checkins.csv`, `checkins-b.csv`, `places.csv`, `cases.csv` … */
export type World = Readonly<Record<string, string | Uint8Array>>;

const TABLES = ['checkins', 'places', 'cases', 'visits', 'runs', 'run-stops'];

/** The arguments of a match on the files of a world, already written into a folder. Cases without dates count wholly. */
export function matchArgs(folder: TempFolder, world: World, flags: readonly string[] = []): string[] {
  const files = Object.keys(world).flatMap((name) => {
    const table = TABLES.filter((each) => name.startsWith(each)).at(-1);
    return table ? [`--${table}`, folder.at(name)] : [];
  });
  return ['match', ...files, '--window', 'all', '--out', folder.at('lists'), ...flags];
}

/** Writes the files of a world, runs a match on them and gives what came of it. */
export async function runMatch(
  world: World,
  flags: readonly string[] = ['--tz', 'UTC'],
  io: Partial<Io> = {},
  folder: TempFolder = new TempFolder(),
): Promise<MatchRun> {
  for (const [name, content] of Object.entries(world)) folder.write(name, content);
  const run = await runCli(matchArgs(folder, world, flags), io);
  return { ...run, folder, lists: new Lists(folder.at('lists')) };
}

/** Nothing was lost: every row read is accepted, rejected, a duplicate or blank, and every rejected one has its line in rejects.csv. */
export function expectBalanced({ lists }: Pick<MatchRun, 'lists'>): void {
  const rejects = lists.rows('rejects');
  for (const { file, read, accepted, rejected, duplicate, blank } of lists.manifest.ledger) {
    expect({ file, read }).toEqual({ file, read: accepted + rejected + duplicate + blank });
    expect({ file, rejected: rejects.filter((row) => row['file'] === file).length }).toEqual({ file, rejected });
  }
}

/** The ledger of one file as five numbers: read, accepted, rejected, duplicate, blank. */
export function ledgerOf({ lists }: Pick<MatchRun, 'lists'>, file = 'checkins.csv'): number[] {
  const entry = lists.manifest.ledger.find((each) => each.file === file)!;
  return [entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank];
}

/** Rejected rows as `file:line:column CODE`. */
export function rejectedAt({ lists }: Pick<MatchRun, 'lists'>): string[] {
  return lists.rows('rejects').map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
}

/** The run was refused and left nothing where the lists were to go. */
export function expectRefused(run: MatchRun, code: number, message: string): void {
  expect(run.err).toContain(message);
  expect({ code: run.code, out: run.out, files: run.lists.files }).toEqual({ code, out: '', files: [] });
}

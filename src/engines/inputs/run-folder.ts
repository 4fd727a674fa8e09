/** The folder that a match wrote, for reading: its manifest is checked when it is opened, and each list against its digest before a row of it is believed. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { parseDuration } from '../../core/duration.js';
import { InputError } from '../../core/errors.js';
import type { Steps } from '../../core/steps.js';
import { visible } from '../../core/visible.js';
import type { Cursor } from '../../lists/diff/cursor.js';
import type { RunFacts } from '../../lists/diff/facts.js';
import type { DiffList } from '../../lists/diff/rows.js';
import type { RunLists } from '../../lists/diff/run-diff.js';
import { MANIFEST } from '../../output/earlier-run.js';
import { openList, type ListFormat } from './list-file.js';

const MOST_MANIFEST_BYTES = 1 << 28;
const BLOCK_BYTES = 1 << 20;

/** Options that decide what is found. */
const OPTIONS = ['scope', 'lag', 'bounds', 'min_overlap', 'depth', 'window', 'exclude_conflicts', 'tz', 'rides', 'walk_m', 'dwell'] as const;
/** Those that are durations, however they are written. */
const DURATIONS = ['run_gap', 'skew', 'walk_time'] as const;
/** Those that say how files are read, and so nothing of an index. */
const OF_FILES = ['time_formats', 'encoding', 'map'] as const;

/** What of a manifest is used. */
interface ManifestText {
  readonly version: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly rules: readonly { readonly id: string }[];
  readonly inputs: readonly { readonly table: string; readonly name: string; readonly sha256: string }[];
  readonly counts: readonly { readonly rule_id: string; readonly cases: number; readonly cases_without_visit: readonly string[] }[];
  readonly outputs: readonly { readonly name: string; readonly sha256: string; readonly rows: number }[];
}

export class RunFolder implements RunLists {
  readonly path: string;
  readonly facts: RunFacts;
  /** Digest of the manifest. */
  readonly sha256: string;
  readonly #format: ListFormat;
  readonly #sort: string | undefined;
  readonly #outputs: ReadonlyMap<string, { readonly sha256: string; readonly rows: number }>;
  readonly #checked = new Map<string, Stats>();

  /** @throws InputError `E_RUN_FOLDER` if this is not what a finished match of ours wrote. */
  constructor(path: string) {
    this.path = path;
    const text = this.#read();
    this.sha256 = createHash('sha256').update(text).digest('hex');
    const manifest = this.#parse(text.toString('utf8'));
    const { format, raw, sort, lists, columns } = manifest.options;
    if (lists !== undefined || columns !== undefined) throw this.#foreign('one with some lists or columns alone; match again without --lists and --columns');
    this.#sort = typeof sort === 'string' ? sort : undefined;
    this.#format = { format: format === 'jsonl' ? 'jsonl' : 'csv', isRaw: raw === true };
    this.#outputs = new Map(manifest.outputs.map(({ name, sha256, rows }) => [name, { sha256, rows }]));
    for (const list of ['people', 'places', 'contacts'] as const)
      if (!this.#outputs.has(this.#fileOf(list))) throw this.#foreign(`no ${list} among its outputs`);
    try {
      this.facts = factsOf(manifest);
    } catch (cause) {
      throw this.#foreign('options that no match has', cause);
    }
  }

  /** Holds that the lists are in the order of their ids, as lists are that no option sorted. @throws InputError `E_LIST_ORDER`. */
  checkOrder(): void {
    if (this.#sort === undefined) return;
    throw new InputError(
      'E_LIST_ORDER',
      `${this.#nameOf(MANIFEST)} E_LIST_ORDER expected lists in the order of their ids, got them sorted by ${visible(this.#sort)}; match again without --sort to compare`,
    );
  }

  /** Paths of the files that are read. */
  get paths(): string[] {
    return [MANIFEST, ...this.#lists().map((list) => this.#fileOf(list))].map((name) => join(this.path, name));
  }

  /** Holds each list against its digest. @throws InputError `E_RUN_DAMAGED`. */
  *check(): Steps<void> {
    const lists = this.#lists();
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    for (const [i, list] of lists.entries()) {
      const name = this.#fileOf(list);
      const hash = createHash('sha256');
      let descriptor: number;
      try {
        descriptor = openSync(join(this.path, name), 'r');
      } catch (cause) {
        throw this.#damaged(name, `got ${(cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'one that cannot be read'}`, cause);
      }
      try {
        for (let size = readSync(descriptor, block); size > 0; size = readSync(descriptor, block)) {
          hash.update(block.subarray(0, size));
          yield { done: i, of: lists.length };
        }
        this.#checked.set(name, fstatSync(descriptor));
      } catch (cause) {
        if (cause instanceof Error && 'syscall' in cause) throw this.#damaged(name, 'got one that cannot be read', cause);
        throw cause;
      } finally {
        closeSync(descriptor);
      }
      if (hash.digest('hex') !== this.#outputs.get(name)!.sha256) throw this.#damaged(name, 'got other content');
    }
  }

  open(list: DiffList | 'episodes'): Cursor | undefined {
    const name = this.#fileOf(list);
    const checked = this.#checked.get(name);
    return checked && openList({ path: join(this.path, name), name: this.#nameOf(name), checked }, this.#format);
  }

  isSame(list: DiffList, other: RunFolder): boolean {
    const [own, others] = [this.#outputs.get(this.#fileOf(list)), other.#outputs.get(other.#fileOf(list))];
    const isOfOneForm = this.#format.format === other.#format.format && this.#format.isRaw === other.#format.isRaw;
    // A list that does not name the rule is of the only one.
    const rulesOf = ({ facts }: RunFolder): string => (list === 'places' ? [...facts.rules.keys()].join('\0') : '');
    return isOfOneForm && own!.sha256 === others!.sha256 && rulesOf(this) === rulesOf(other);
  }

  #lists(): (DiffList | 'episodes')[] {
    return (['people', 'places', 'contacts', 'episodes'] as const).filter((list) => this.#outputs.has(this.#fileOf(list)));
  }

  #fileOf(list: string): string {
    return `${list}.${this.#format.format}`;
  }

  #nameOf(file: string): string {
    return `${visible(basename(this.path))}/${file}`;
  }

  #read(): Buffer {
    const path = join(this.path, MANIFEST);
    try {
      if (statSync(path).size > MOST_MANIFEST_BYTES) throw new Error('too large');
      return readFileSync(path);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      throw this.#foreign(code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file' : (code ?? (cause as Error).message), cause);
    }
  }

  #parse(text: string): ManifestText {
    let manifest: Partial<ManifestText> & { tool?: unknown; command?: unknown };
    try {
      manifest = JSON.parse(text) as typeof manifest;
    } catch (cause) {
      throw this.#foreign('no JSON', cause);
    }
    if (typeof manifest !== 'object' || manifest === null || manifest.tool !== 'copresence') throw this.#foreign('one of another tool');
    if (manifest.command !== undefined) throw this.#foreign(`that of another command`);
    const { version, options, rules, inputs, counts, outputs } = manifest;
    const isWhole =
      typeof version === 'string' &&
      isObject(options) &&
      areRows(rules, { id: 'string' }) &&
      areRows(inputs, { table: 'string', name: 'string', sha256: 'string' }) &&
      areRows(counts, { rule_id: 'string', cases: 'number', cases_without_visit: 'object' }) &&
      areRows(outputs, { name: 'string', sha256: 'string', rows: 'number' });
    if (!isWhole) throw this.#foreign('one without version, options, rules, inputs, counts or outputs');
    return { version, options, rules, inputs, counts, outputs } as ManifestText;
  }

  #foreign(got: string, cause?: unknown): InputError {
    return new InputError(
      'E_RUN_FOLDER',
      `${this.#nameOf(MANIFEST)} E_RUN_FOLDER expected the manifest of a finished match, got ${got}; name the folder that 'copresence match --out' wrote`,
      { cause },
    );
  }

  #damaged(file: string, got: string, cause?: unknown): InputError {
    return new InputError('E_RUN_DAMAGED', `${this.#nameOf(file)} E_RUN_DAMAGED expected the file that the manifest tells, ${got}; match again`, { cause });
  }
}

function factsOf({ version, options, rules, inputs, counts }: ManifestText): RunFacts {
  const text = (name: string): [string, string] => [name, JSON.stringify(options[name])];
  const isOfFiles = options['index'] === null || options['index'] === undefined;
  return {
    version,
    rules: new Map(rules.map((rule) => [rule.id, JSON.stringify(rule)])),
    options: new Map([
      ...OPTIONS.filter((name) => options[name] !== undefined).map(text),
      ...DURATIONS.filter((name) => options[name] !== undefined).map((name): [string, string] => [name, `${parseDuration(options[name] as string, name)}s`]),
    ]),
    reading: isOfFiles ? new Map(OF_FILES.filter((name) => options[name] !== undefined).map(text)) : undefined,
    inputs,
    cases: new Map(counts.map(({ rule_id: id, cases, cases_without_visit: silent }) => [id, { count: cases, silent }])),
  };
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const areRows = (value: unknown, kinds: Readonly<Record<string, string>>): boolean =>
  Array.isArray(value) &&
  value.every((row) => isObject(row) && Object.entries(kinds).every(([name, kind]) => typeof (row as Record<string, unknown>)[name] === kind));

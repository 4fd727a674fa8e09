/** Files in a browser → the lists that `copresence match` writes for them, byte for byte, and the data of the page that shows them. */
import { alone } from '../../core/crew.js';
import { InputError, OptionError } from '../../core/errors.js';
import { visible } from '../../core/visible.js';
import { Zone } from '../../core/zone.js';
import { matchManifest } from '../../engines/files/match-manifest.js';
import { findGathered } from '../../engines/in-memory/find-gathered.js';
import type { Gathered } from '../../engines/in-memory/gathered.js';
import { CopresenceIndex } from '../../engines/in-memory/memory.js';
import type { ReadInput } from '../../engines/inputs/read-files.js';
import type { CaseInput, PlaceInput } from '../../engines/inputs/row-inputs.js';
import { InputReader, checkFileNames } from '../../ingest/read-inputs.js';
import { parseMapping } from '../../ingest/rows/header.js';
import { checkRejects, parseRejectLimit } from '../../ingest/rows/ledger.js';
import { tableRows } from '../../ingest/table-rows.js';
import { makePlan } from '../../model/plan.js';
import { compileRule } from '../../model/rule.js';
import { TABLE_NAMES } from '../../model/tables.js';
import { findRule } from '../../rules/find-rule.js';
import { Dwell } from '../../stays/dwell.js';
import { buildPage } from '../build-page.js';
import { datesOf, pointsOf } from '../page-rows.js';
import type { RunManifest } from '../run-lists.js';
import type { TabAnswer, TabFile, TabList, TabOptions, TabProgress } from './messages.js';
import { csvList, manifestFile, rejectList, runLists } from './tab-lists.js';
import { TabSource, digestOf } from './tab-source.js';

/** The lists lie in the tab's memory: an episode has about 350 bytes. */
export const MOST_EPISODES = 1_000_000;

/** Too many rows were rejected; `rejects` holds them. */
export class RefusedRows extends InputError {
  readonly rejects: TabList;
  constructor(error: InputError, rejects: TabList) {
    super(error.code, error.message, { cause: error });
    this.rejects = rejects;
  }
}

/** @throws OptionError, InputError, StateError; RefusedRows for too many rejected rows. */
export async function matchInTab(
  files: readonly TabFile[],
  options: TabOptions,
  version: string,
  onProgress: (progress: TabProgress) => void = () => {},
): Promise<TabAnswer> {
  if (!files.some(({ table }) => table === 'checkins')) throw new OptionError('E_NO_CHECKINS', 'expected at least one file of check-ins');
  if (!files.some(({ table }) => table === 'cases' || table === 'visits'))
    throw new OptionError('E_NO_CASES', 'expected a file of cases, or of visits from interviews: whose co-presence is wanted');
  const plan = makePlan([compileRule(findRule(options.rule))], { ...options, maxEpisodes: MOST_EPISODES });
  const zone = new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const reader = new InputReader(zone, options.timeFormats);
  const inputs = await readAll(reader, files, onProgress);
  const { ledger, rejects, tables } = reader;
  const points = pointsOf([...tableRows<PlaceInput>(tables.places, tables.ids)]);
  const caseDates = datesOf([...tableRows<CaseInput>(tables.cases, tables.ids)]);
  try {
    checkRejects(ledger, limit, rejects);
  } catch (error) {
    throw error instanceof InputError ? new RefusedRows(error, rejectList(rejects)) : error;
  }
  const gathered: Gathered = {
    tables,
    ledger,
    rejects,
    inputs,
    warnings: [],
    unjudged: ledger,
    settings: { tz: zone.name ?? null, run_gap: '45m', dwell: new Dwell().toJSON() },
    source: () => CopresenceIndex.build(reader, zone, {}),
    close: () => {},
  };
  const found = await findGathered(gathered, plan, { ...alone, close: async () => {} }, { onProgress });
  const lists: TabList[] = [];
  for (const name of found.result.names) {
    onProgress({ phase: 'write', name, rows: 0, share: lists.length / found.result.names.length });
    lists.push(csvList(found.result, name, (rows) => onProgress({ phase: 'write', name, rows, share: Number.NaN })));
  }
  lists.push(rejectList(rejects));
  const outputs = await Promise.all(lists.map(async ({ name, rows, blob }) => ({ name, rows, sha256: await digestOf(blob) })));
  const told = { ...options, encoding: [...new Set(files.map(({ encoding }) => encoding))].join(), mappings: files.flatMap(({ mappings }) => mappings) };
  const manifest = matchManifest({ version, options: told, plan, gathered, found, outputs });
  const run = runLists(JSON.parse(JSON.stringify(manifest)) as RunManifest, lists, (name, share) => onProgress({ phase: 'show', name, rows: 0, share }));
  // As text and back: the page reads what a report reads.
  const page = await buildPage(run, { points, caseDates: caseDates ?? [] });
  return { page, lists: [...lists, manifestFile(manifest)] };
}

async function readAll(reader: InputReader, files: readonly TabFile[], onProgress: (progress: TabProgress) => void): Promise<ReadInput[]> {
  const inputs: ReadInput[] = [];
  checkFileNames(files.map(({ name }) => visible(name)));
  const total = files.reduce((sum, { blob }) => sum + blob.size, 0);
  let bytesBefore = 0;
  for (const table of TABLE_NAMES) {
    for (const file of files) {
      if (file.table !== table) continue;
      const source = new TabSource(visible(file.name), file.blob);
      const digest = source.digest().catch(() => ''); // beside the reading, in a thread of the browser's
      const shareOf = (own: number): number => (bytesBefore + own * file.blob.size) / Math.max(1, total);
      onProgress({ phase: 'read', name: source.name, rows: 0, share: shareOf(0) });
      await reader.readFile(table, source, {
        encoding: file.encoding,
        mappings: file.mappings.map(parseMapping),
        onChunk: (rows) => onProgress({ phase: 'read', name: source.name, rows, share: shareOf(source.readShare()) }),
      });
      bytesBefore += file.blob.size;
      const entry = reader.ledger.find(({ file: name }) => name === source.name)!;
      const { encoding, delimiter, columns, notes } = reader.readings.find(({ file: name }) => name === source.name)!;
      inputs.push({
        name: source.name,
        bytes: file.blob.size,
        sha256: await digest,
        table,
        rows: entry.read,
        encoding,
        delimiter,
        columns,
        notes,
      });
    }
  }
  return inputs;
}

/** The folder of a run → what its page holds. Rows beyond the limit are counted, never dropped in silence. */
import { compareBytewise } from '../core/bytewise.js';
import { exposureCurve } from './curve.js';
import { Chosen, orderOf } from './keep-rows.js';
import { PAGE_COLUMNS, PAGE_LISTS, type PageData, type PageList, type PagePoint, type PageReject, type PageRun, type PageTable } from './page-data.js';
import { PageEncoder } from './page-encoder.js';
import type { InputTables } from '../model/tables.js';
import type { Redaction } from './redact.js';
import { ridesOf } from './rides.js';
import type { Row, RunLists } from './run-lists.js';

export interface PageOptions {
  /** @defaultValue 'en' */
  readonly lang?: 'en' | 'zh';
  /** Rows of a list that the page holds at most. @defaultValue 100,000 */
  readonly maxRows?: number;
  readonly points?: readonly PagePoint[] | null;
  /** Tables with the stops of runs. */
  readonly stops?: Pick<InputTables, 'ids' | 'runStops'> | null;
  /** First known date of each case, `yyyy-MM-dd`; null without a file of cases. */
  readonly caseDates?: readonly string[] | null;
  readonly basemap?: unknown;
  readonly redaction?: Redaction;
  readonly signal?: AbortSignal;
}

export const MAX_ROWS = 100_000;
const MOST_REJECTS = 1000;
const OPTIONS_TOLD = ['scope', 'lag', 'bounds', 'min_overlap', 'depth', 'window', 'run_gap', 'skew', 'exclude_conflicts', 'rides', 'walk_m', 'walk_time'];

/** @throws InputError, StateError `E_PAGE`; the signal's reason if it is aborted. */
export async function buildPage(run: RunLists, options: PageOptions = {}): Promise<PageData> {
  const { lang = 'en', maxRows = MAX_ROWS, redaction, signal } = options;
  const encoder = new PageEncoder();
  const tables: Partial<Record<PageList, PageTable>> = {};
  for (const list of PAGE_LISTS) tables[list] = await pageTable(run, list, encoder, maxRows, redaction, signal);
  const curve = await exposureCurve(run, options.caseDates ?? null, redaction !== undefined, signal);
  const { rejects, total } = await readRejects(run, redaction !== undefined, signal);
  const lists = tables as Record<PageList, PageTable>;
  const textsOf = (column: string): Set<string> => new Set((lists.places.columns[column] ?? []).flatMap((text) => (text < 0 ? [] : [encoder.texts[text]!])));
  const shown = textsOf('place_id');
  return {
    lang,
    isRedacted: redaction !== undefined,
    keyId: redaction?.keyId ?? null,
    texts: encoder.texts,
    offsets: encoder.offsets,
    run: runOf(run, redaction !== undefined),
    lists,
    rejects,
    rejectTotal: total,
    points: options.points?.filter(({ place_id }) => shown.has(place_id)) ?? null,
    rides: options.stops ? ridesOf(options.stops, textsOf('run_id')) : null,
    curve,
    basemap: options.basemap ?? null,
  };
}

async function pageTable(
  run: RunLists,
  list: PageList,
  encoder: PageEncoder,
  maxRows: number,
  redaction: Redaction | undefined,
  signal: AbortSignal | undefined,
): Promise<PageTable> {
  const names = Object.keys(PAGE_COLUMNS[list]);
  const total = run.total(list);
  const chosen = new Chosen(maxRows);
  let withheld = 0;
  if (total > maxRows) for await (const row of run.rows(list, signal)) if (!redaction?.withholds(list, row)) chosen.add(orderOf(list, row));
  chosen.finish();
  const kept: { order: number; cells: string[] }[] = [];
  for await (const row of run.rows(list, signal)) {
    if (redaction?.withholds(list, row)) {
      withheld++;
      continue;
    }
    const order = orderOf(list, row);
    if (chosen.takes(order)) kept.push({ order, cells: redaction ? redaction.cells(list, names, row) : names.map(row) });
  }
  // The lists go by id: in that order a pseudonym would tell where its id stands among the others.
  if (redaction) kept.sort((a, b) => a.order - b.order || compareBytewise(a.cells.join('\0'), b.cells.join('\0')));
  return encoder.table(
    list,
    kept.map(({ cells }) => cells),
    total,
    withheld,
  );
}

async function readRejects(run: RunLists, isRedacted: boolean, signal?: AbortSignal): Promise<{ rejects: PageReject[]; total: number }> {
  const rejects: PageReject[] = [];
  let total = 0;
  for await (const row of run.rows('rejects', signal)) {
    total++;
    if (rejects.length < MOST_REJECTS) rejects.push(rejectOf(row, isRedacted));
  }
  return { rejects, total };
}

/** Without the raw row: it names people. */
function rejectOf(row: Row, isRedacted: boolean): PageReject {
  if (isRedacted) return { at: '', code: row('code'), message: '' };
  return { at: [row('file'), row('line'), row('column')].filter((part) => part !== '').join(':'), code: row('code'), message: row('message') };
}

function runOf({ manifest, changed }: RunLists, isRedacted: boolean): PageRun {
  const { version, options, rules = [], inputs = [], ledger = [], counts = [], stays = {}, warnings = [] } = manifest;
  const nameOf = (name: string, i: number): string => (isRedacted ? `file ${i + 1}` : name);
  const silent = (each: Readonly<Record<string, unknown>>): unknown[] => (Array.isArray(each['cases_without_visit']) ? each['cases_without_visit'] : []);
  return {
    version,
    tz: typeof options['tz'] === 'string' ? options['tz'] : null,
    options: Object.fromEntries(OPTIONS_TOLD.filter((name) => name in options).map((name) => [name, options[name]])),
    rules,
    // A digest of a small file can be found by trying what it may hold.
    inputs: inputs.map(({ name, table, rows, bytes, sha256 }, i) => ({ name: nameOf(name, i), table, rows, bytes, sha256: isRedacted ? null : sha256 })),
    ledger: ledger.map((entry, i) => ({ ...entry, file: nameOf(entry.file, i) })),
    counts: counts.map((each) => ({ ...each, cases_without_visit: isRedacted ? silent(each).length : silent(each).slice(0, 200) })),
    stays,
    warnings: isRedacted ? [] : warnings,
    changed: [...changed].sort(compareBytewise),
  };
}

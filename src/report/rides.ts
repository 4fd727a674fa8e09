/** Where the vehicles of a page's runs went: the stops of each with their coordinates. Runs with the same stops share one way. */
import { compareBytewise } from '../core/bytewise.js';
import type { InputTables } from '../model/tables.js';
import type { PageRides } from './page-data.js';

/** About a metre. */
const DIGITS = 5;

/** The ways of the wanted runs; null if no stop of them has coordinates. */
export function ridesOf({ ids, runStops }: Pick<InputTables, 'ids' | 'runStops'>, wanted: ReadonlySet<string>): PageRides | null {
  const [runId, sequence, stopId, lat, lon] = (['run_id', 'stop_sequence', 'stop_id', 'lat', 'lon'] as const).map((name) => runStops.column(name));
  const rowsOf = new Map<number, number[] | null>();
  for (let row = 0; row < runStops.rowCount; row++) {
    const run = runId![row]!;
    let rows = rowsOf.get(run);
    if (rows === undefined) rowsOf.set(run, (rows = wanted.has(ids.run.text(run)) ? [] : null));
    if (rows && !Number.isNaN(lat![row]!)) rows.push(row);
  }
  const rounded = (degrees: number): number => Number(degrees.toFixed(DIGITS));
  const ways: PageRides['ways'][number][] = [];
  const known = new Map<string, number>();
  const runs: [string, number][] = [];
  for (const [run, rows] of rowsOf) {
    if (!rows || rows.length < 2) continue;
    rows.sort((a, b) => sequence![a]! - sequence![b]!);
    const way = { stops: rows.map((row) => ids.text.text(stopId![row]!)), path: rows.map((row) => [rounded(lon![row]!), rounded(lat![row]!)] as const) };
    const key = JSON.stringify(way);
    let at = known.get(key);
    if (at === undefined) known.set(key, (at = ways.push(way) - 1));
    runs.push([ids.run.text(run), at]);
  }
  return runs.length > 0 ? { ways, runs: runs.sort(([a], [b]) => compareBytewise(a, b)) } : null;
}

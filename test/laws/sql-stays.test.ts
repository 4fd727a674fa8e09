/** Stays of a SQL engine are those of `inferStays`, in dense worlds where every bound is met. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectDuckDb } from '../../src/engines/drivers/duckdb.js';
import { EngineStays } from '../../src/engines/sql/engine-stays.js';
import { CAPPED, CONFLICT, METHODS } from '../../src/model/stay.js';
import { Places } from '../../src/model/place.js';
import { Dwell } from '../../src/stays/dwell.js';
import { inferStays } from '../../src/stays/infer-stays.js';
import { Runs } from '../../src/stays/segment-runs.js';
import { runSync } from '../../src/core/steps.js';
import type { InputTables } from '../../src/model/tables.js';
import { tablesOf } from '../../src/testing/tables.js';
import { DWELL, RUN_GAP_SEC, worlds } from '../../src/testing/worlds.js';

type StayText = readonly (string | number)[];

/** Every stay of the engine in this process, as texts. */
function staysInMemory(inputs: InputTables, places: Places, dwell: Dwell, skewSec: number): StayText[] {
  const { ids } = inputs;
  const runs = Runs.of(inputs, places, dwell, RUN_GAP_SEC);
  const { stays } = runSync(inferStays(inputs, places, runs, dwell, { skewSec }));
  return Array.from({ length: stays.count }, (_, s) => [
    ids.person.text(stays.person[s]!),
    ids.place.text(stays.place[s]!),
    ids.run.text(stays.run[s]!),
    ...[stays.start, stays.certain, stays.likely, stays.possible].map((column) => column[s]!),
    METHODS[stays.method[s]!]!,
    stays.flags[s]! & CAPPED ? 1 : 0,
    stays.flags[s]! & CONFLICT ? 1 : 0,
    ids.text.text(stays.carriage[s]!),
    ids.text.text(stays.seat[s]!),
    Array.from(stays.rows.subarray(stays.firstRow[s]!, stays.firstRow[s + 1]!)).join(' '),
  ]);
}

const SEATED = fc.array(fc.tuple(fc.constantFrom('', '', '1', '2'), fc.constantFrom('', '', '3A', '7B')), { minLength: 30, maxLength: 30 });

describe('stays of DuckDB', () => {
  test('are those inferred in memory, with their check-ins in order', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(), SEATED, fc.constantFrom(0, 0, 30), async ({ checkIns, places: listed, runs }, seats, skewSec) => {
        const inputs = tablesOf({ checkIns: checkIns.map((scan, i) => ({ ...scan, carriage: seats[i]![0], seat: seats[i]![1] })), places: listed, runs });
        const places = new Places(inputs);
        const dwell = new Dwell(DWELL);
        const connection = await connectDuckDb(1);
        try {
          const engine = new EngineStays(connection, inputs, places, { dwell, runGapSec: RUN_GAP_SEC, skewSec }, {});
          await engine.infer();
          const found = await connection.rows(
            `select s.person_id, s.place_id, s.run_id, s.start_sec, s.certain_sec, s.likely_sec, s.possible_sec, s.end_method, s.is_capped, s.is_conflict, s.carriage, s.seat,
  string_agg(r.row_id, ' ' order by r.nth)
from copresence_stays s join copresence_rows r on r.person_id = s.person_id and r.place_id = s.place_id and r.run_id = s.run_id and r.stay_sec = s.stay_sec
group by all`,
            ['text', 'text', 'text', 'int', 'int', 'int', 'int', 'text', 'int', 'int', 'text', 'text', 'text'],
          );
          const inOrder = (stays: readonly StayText[]): string[] => stays.map((stay) => JSON.stringify(stay)).sort();
          expect(inOrder(found)).toEqual(inOrder(staysInMemory(inputs, places, dwell, skewSec)));
        } finally {
          await connection.close();
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
  }, 300_000);
});

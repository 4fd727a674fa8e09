/** What was read of check-ins, places and runs, as tables of an engine. */
import { EngineError } from '../../core/errors.js';
import type { Places } from '../../model/place.js';
import { KINDS, type InputTables } from '../../model/tables.js';
import { loadTable, type SqlConnection } from './connection.js';
import type { SourceTable, StaySettings } from './source.js';

/** Parents above each other: each level is a join. */
const MOST_LEVELS = 16;
const NAMES = { checkins: 'check_ins', places: 'places_given', runs: 'runs_given' } as const;

/** Sends the tables; says where they are. `row_id` is the row here. @throws EngineError `E_ENGINE_SUPPORT` for parents beyond measure. */
export async function sendTables(
  connection: SqlConnection,
  inputs: Pick<InputTables, 'ids' | 'checkIns' | 'places' | 'runs'>,
  listed: Places,
): Promise<Pick<StaySettings, 'checkins' | 'places' | 'runs' | 'times' | 'parentLevels'>> {
  const { ids, checkIns, places, runs } = inputs;
  const numbers = (name: string, column: ArrayLike<number>) => ({ name, numbers: column });
  const texts = (name: string, column: ArrayLike<number>, dictionary: keyof typeof ids) => ({ name, ids: column, dictionary: ids[dictionary] });
  const same = (table: string, names: readonly string[]): SourceTable => ({ table, columns: Object.fromEntries(names.map((name) => [name, name])) });
  const c = checkIns.column.bind(checkIns);
  await loadTable(
    connection,
    NAMES.checkins,
    [
      texts('person_id', c('person_id'), 'person'),
      texts('place_id', c('place_id'), 'place'),
      numbers('time', c('time')),
      numbers('check_out', c('check_out')),
      texts('run_id', c('run_id'), 'run'),
      texts('carriage', c('carriage'), 'text'),
      texts('seat', c('seat'), 'text'),
      numbers(
        'row_id',
        Uint32Array.from({ length: checkIns.rowCount }, (_, row) => row),
      ),
    ],
    checkIns.rowCount,
  );
  const kind = places.column('kind');
  const p = places.column.bind(places);
  await loadTable(
    connection,
    NAMES.places,
    [
      texts('place_id', p('place_id'), 'place'),
      { name: 'kind', textOf: (row) => KINDS[kind[row]! - 1] ?? '' },
      texts('category', p('category'), 'text'),
      texts('parent_id', p('parent_id'), 'place'),
    ],
    places.rowCount,
  );
  const r = runs.column.bind(runs);
  await loadTable(
    connection,
    NAMES.runs,
    [
      texts('vehicle_id', r('vehicle_id'), 'place'),
      texts('run_id', r('run_id'), 'run'),
      numbers('start', r('start')),
      numbers('end', r('end')),
      texts('line_id', r('line_id'), 'text'),
    ],
    runs.rowCount,
  );
  let parentLevels = 0;
  for (const id of listed.listedIds()) {
    let levels = 0;
    for (let up = listed.parentOf(id); up !== 0; up = listed.parentOf(up)) levels++;
    parentLevels = Math.max(parentLevels, levels);
  }
  if (parentLevels > MOST_LEVELS)
    throw new EngineError(
      'E_ENGINE_SUPPORT',
      `places: E_ENGINE_SUPPORT expected at most ${MOST_LEVELS} parents above each other, got ${parentLevels}; match without --engine`,
    );
  return {
    checkins: same(NAMES.checkins, ['person_id', 'place_id', 'time', 'check_out', 'run_id', 'carriage', 'seat', 'row_id']),
    places: same(NAMES.places, ['place_id', 'kind', 'category', ...(parentLevels > 0 ? ['parent_id'] : [])]),
    runs: same(NAMES.runs, ['vehicle_id', 'run_id', 'start', 'end', 'line_id']),
    times: 'epoch',
    parentLevels,
  };
}

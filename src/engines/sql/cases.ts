/** Cases, itineraries and neighbouring places as they stand in statements. */
import { gridCell } from '../../core/geo.js';
import type { Case } from '../../model/case.js';
import type { Places } from '../../model/place.js';
import type { Scope } from '../../model/scope.js';
import type { Dictionaries, InputTables } from '../../model/tables.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import type { PlaceTables } from './compile.js';
import type { QuestionSettings, SqlCase } from './question.js';

/** Cases with their windows worked out, and the rows of their itineraries. */
export function sqlCases(cases: readonly Case[], { ids, visits }: Pick<InputTables, 'ids' | 'visits'>): SqlCase[] {
  const column = visits.column.bind(visits);
  return cases.map(({ caseId, person, fromSec, toSec, hasStays, itinerary }) => ({
    caseId: ids.case.text(caseId),
    personId: ids.person.text(person),
    fromSec,
    toSec,
    hasStays,
    told: itinerary.map((row) => ({
      placeId: ids.place.text(column('place_id')[row]!),
      runId: ids.run.text(column('run_id')[row]!),
      startSec: column('start')[row]!,
      endSec: column('end')[row]!,
    })),
  }));
}

/** How the statements are told which places meet. */
export function sqlScope({ name }: Scope): QuestionSettings['scope'] {
  return name === 'grid' ? 'keys' : name === 'near' ? 'meets' : name;
}

/** Who meets where coordinates decide: the places that meet some, by our own arithmetic. */
export function placeTables(around: Iterable<number>, scope: Scope, neighbours: PlaceNeighbours, places: Places, ids: Dictionaries): PlaceTables {
  const pairs: (readonly [number, number])[] = [];
  for (const place of around) for (const other of neighbours.of(place)) pairs.push([place, other.place]);
  if (scope.name === 'near') return { meets: pairs.map(([a, b]) => [ids.place.text(a), ids.place.text(b)] as const) };
  const keys = new Map<number, string>();
  for (const [, place] of pairs) {
    const { lat, lon } = places.get(place);
    if (places.isLocated(place)) keys.set(place, String(gridCell(lat, lon, scope.metres)));
  }
  return { keys: Array.from(keys, ([place, key]) => [ids.place.text(place), key] as const) };
}

/** Several codes of one place, such as those at the front and the rear door of a bus: rows of an alias speak of the place that it stands for. */
import { InputError } from '../core/errors.js';
import type { InputTables } from './tables.js';

/**
 * Puts the place that is meant into the check-ins and itineraries, wherever they name an alias; an alias of an alias counts as well.
 * Returns by how many rows. @throws InputError `E_PLACE_CYCLE` for an alias that stands for itself.
 */
export function resolveAliases({ places, checkIns, visits, fileNames }: InputTables): number {
  const meant = meantPlaces({ places, fileNames });
  if (meant.size === 0) return 0;
  let changed = 0;
  for (const table of [checkIns, visits]) {
    const data = table.columns[table.spec.columns.findIndex(({ name }) => name === 'place_id')]!.data as Uint32Array;
    for (let row = 0; row < table.rowCount; row++) {
      const to = meant.get(data[row]!);
      if (to === undefined) continue;
      data[row] = to;
      changed++;
    }
  }
  return changed;
}

/** By alias the place that it stands for in the end. @throws InputError `E_PLACE_CYCLE` for an alias that stands for itself. */
export function meantPlaces({ places, fileNames }: Pick<InputTables, 'places' | 'fileNames'>): Map<number, number> {
  const place = places.column('place_id');
  const aliasOf = places.column('alias_of');
  const next = new Map<number, number>();
  for (let row = 0; row < places.rowCount; row++) if (aliasOf[row] !== 0) next.set(place[row]!, aliasOf[row]!);
  const meant = new Map<number, number>();
  if (next.size === 0) return meant;
  for (let row = 0; row < places.rowCount; row++) {
    let end = place[row]!;
    for (let steps = 0; next.has(end); steps++) {
      if (steps > next.size)
        throw new InputError(
          'E_PLACE_CYCLE',
          `${fileNames[places.file.data[row]!]}:${places.line.data[row]}:alias_of E_PLACE_CYCLE expected an alias of another place, got one that stands for itself; mend alias_of`,
        );
      end = next.get(end)!;
    }
    if (end !== place[row]) meant.set(place[row]!, end);
  }
  return meant;
}

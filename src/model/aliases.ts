/** Several codes of one place, such as those at the front and the rear door of a bus: rows of an alias speak of the place that it stands for. */
import { InputError } from '../core/errors.js';
import type { InputTables } from './tables.js';

/**
 * Puts the place that is meant into the check-ins and itineraries, wherever they name an alias; an alias of an alias counts as well.
 * Returns by how many rows. @throws InputError `E_PLACE_CYCLE` for an alias that stands for itself.
 */
export function resolveAliases({ places, checkIns, visits, fileNames }: InputTables): number {
  const place = places.column('place_id');
  const aliasOf = places.column('alias_of');
  const meant = new Map<number, number>();
  for (let row = 0; row < places.rowCount; row++) if (aliasOf[row] !== 0) meant.set(place[row]!, aliasOf[row]!);
  if (meant.size === 0) return 0;
  for (let row = 0; row < places.rowCount; row++) {
    let end = place[row]!;
    for (let steps = 0; meant.has(end); steps++) {
      if (steps > meant.size)
        throw new InputError(
          'E_PLACE_CYCLE',
          `${fileNames[places.file.data[row]!]}:${places.line.data[row]}:alias_of E_PLACE_CYCLE expected an alias of another place, got one that stands for itself; mend alias_of`,
        );
      end = meant.get(end)!;
    }
  }
  let changed = 0;
  for (const table of [checkIns, visits]) {
    const data = table.columns[table.spec.columns.findIndex(({ name }) => name === 'place_id')]!.data as Uint32Array;
    for (let row = 0; row < table.rowCount; row++) {
      let to = meant.get(data[row]!);
      if (to === undefined) continue;
      for (let next = meant.get(to); next !== undefined; next = meant.get(to)) to = next;
      data[row] = to;
      changed++;
    }
  }
  return changed;
}

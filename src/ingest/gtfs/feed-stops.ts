/** stops.txt and routes.txt: where vehicles call, and on which lines. */
import type { FeedRoutes, FeedStops } from '../../model/feed.js';
import { ROUTES, STOPS, standsOnce } from './feed-tables.js';
import { rowsById, type FeedBooks } from './feed-books.js';

/** Stops in the order of the file; `numberOf` by the id of the place, -1 for none. A stop without coordinates takes those of the station it belongs to. */
export async function readStops(files: FeedBooks): Promise<{ stops: FeedStops; numberOf: Int32Array }> {
  const { ids, notes } = files;
  const table = await files.read(STOPS, (rows) => [standsOnce(['stop_id'], () => rows)]);
  const [id, name, parent] = [table.column('stop_id'), table.column('stop_name'), table.column('parent_station')];
  const lat = Float64Array.from(table.column('stop_lat')).slice(0, table.rowCount);
  const lon = Float64Array.from(table.column('stop_lon')).slice(0, table.rowCount);
  const numberOf = rowsById(id, table.rowCount, ids.place.size);
  let halves = 0;
  for (let stop = 0; stop < table.rowCount; stop++) {
    if (Number.isNaN(lat[stop]!) === Number.isNaN(lon[stop]!)) continue;
    lat[stop] = lon[stop] = Number.NaN;
    halves++;
  }
  let [taken, unknown, orphans] = [0, 0, 0];
  for (let stop = 0; stop < table.rowCount; stop++) {
    if (parent[stop] !== 0 && !(numberOf[parent[stop]!]! >= 0)) orphans++;
    if (!Number.isNaN(lat[stop]!)) continue;
    let station = stop;
    for (let step = 0; step < MOST_PARENTS && station >= 0 && Number.isNaN(lat[station]!); step++) {
      station = parent[station] === 0 ? -1 : numberOf[parent[station]!]!;
    }
    if (station >= 0 && !Number.isNaN(lat[station]!)) {
      lat[stop] = lat[station]!;
      lon[stop] = lon[station]!;
      taken++;
    } else unknown++;
  }
  notes.add(halves, '# stops with only one of stop_lat and stop_lon: it was left out');
  notes.add(taken, '# stops without coordinates: they take those of their parent station');
  notes.add(unknown, '# stops without coordinates, of their own or of a parent station');
  notes.add(orphans, '# stops whose parent_station is no stop of the feed');
  const text = (column: ArrayLike<number>, dictionary: 'place' | 'text'): string[] =>
    Array.from({ length: table.rowCount }, (_, stop) => ids[dictionary].text(column[stop]!));
  return { stops: { ids: text(id, 'place'), names: text(name, 'text'), lat, lon }, numberOf };
}

/** A boarding area belongs to a platform, that to a station; more is a circle. */
const MOST_PARENTS = 4;

/** Routes in the order of the file; `numberOf` by the id of the text. */
export async function readRoutes(files: FeedBooks): Promise<{ routes: FeedRoutes; numberOf: Map<number, number> }> {
  const { text } = files.ids;
  const table = await files.read(ROUTES, (rows) => [standsOnce(['route_id'], () => rows)]);
  const numberOf = new Map<number, number>();
  const [ids, names]: [string[], string[]] = [[], []];
  for (let row = 0; row < table.rowCount; row++) {
    const value = (name: Parameters<typeof table.column>[0]): number => table.column(name)[row]!;
    numberOf.set(value('route_id'), row);
    ids.push(text.text(value('route_id')));
    names.push(text.text(value('route_short_name') || value('route_long_name') || value('route_id')));
  }
  const types = Uint16Array.from({ length: table.rowCount }, (_, row) => table.column('route_type')[row]! - 1);
  return { routes: { ids, names, types }, numberOf };
}

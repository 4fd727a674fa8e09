/** The place list: every place and run that a case of generation 1 visited, with how many people were there with them. */
import { putCrowd, putPlace, putVehicle, type Found } from './found.js';
import type { RowBlock, RowSource } from './row-block.js';

/** Rows by place_id and run_id. */
export function* placeRows(found: Found, block: RowBlock): RowSource {
  const first = found.generations[0];
  if (!first) return;
  const { visits } = first;
  const { groups } = found.tally.rooms(first);
  for (let room = 0; room < groups.length; room++) {
    const group = groups[room]!;
    const place = visits.place[group[0]!]!;
    putPlace(found, block, place, visits.run[group[0]!]!);
    block.put(new Set(group.map((v) => visits.case[v]!)).size);
    block.put(group.length);
    block.put(group.reduce((least, v) => Math.min(least, visits.start[v]!), Number.POSITIVE_INFINITY));
    block.put(group.reduce((most, v) => Math.max(most, visits.possible[v]!), 0));
    for (let rank = 0; rank < 3; rank++) block.put(found.tally.peopleOfRoom(room, rank));
    putVehicle(found, block, place, visits.run[group[0]!]!);
    putCrowd(found, block, (crowds) => crowds.ofAll(visits, group));
    block.endRowAt(place);
    if (block.isFull) yield block;
  }
}

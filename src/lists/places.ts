/** The place list: every place and run that a case of generation 1 visited, with how many people were there with them. */
import { placeColumns, visitsByRoom, type Found } from './found.js';
import type { PlaceRow } from './rows.js';

/** Rows by place_id and run_id. */
export function* placeRows(found: Found): Generator<PlaceRow> {
  const first = found.generations[0];
  if (!first) return;
  const { visits, cases } = first;
  const people = peopleByRoom(found);
  for (const group of visitsByRoom(found, visits)) {
    const v = group[0]!;
    const here = people.get(`${visits.place[v]}|${visits.run[v]}`) ?? [];
    yield {
      ...placeColumns(found, visits.place[v]!, visits.run[v]!),
      cases: new Set(group.map((each) => cases[visits.case[each]!]!.caseId)).size,
      visits: group.length,
      first_case_start: found.zone.text(group.reduce((least, each) => Math.min(least, visits.start[each]!), Number.POSITIVE_INFINITY)),
      last_case_end: found.zone.text(group.reduce((most, each) => Math.max(most, visits.possible[each]!), 0)),
      people_certain: here[0]?.size ?? 0,
      people_likely: here[1]?.size ?? 0,
      people_possible: here[2]?.size ?? 0,
    };
  }
}

/** Distinct contacts with a counting episode in a room, by grade rank: those at the rank or surer. */
function peopleByRoom({ generations, tables: { stays } }: Found): Map<string, Set<number>[]> {
  const people = new Map<string, Set<number>[]>();
  const { visits, episodes, contacts } = generations[0]!;
  for (const { lo, hi } of contacts) {
    for (let row = lo; row < hi; row++) {
      if (episodes.counts.data[row] === 0) continue;
      const v = episodes.visit.data[row]!;
      const key = `${visits.place[v]}|${visits.run[v]}`;
      let sets = people.get(key);
      if (!sets) people.set(key, (sets = [new Set(), new Set(), new Set()]));
      for (let rank = episodes.own.data[row]!; rank < 3; rank++) sets[rank]!.add(stays.person[episodes.stay.data[row]!]!);
    }
  }
  return people;
}

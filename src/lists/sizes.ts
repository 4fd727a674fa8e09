/** How large the lists are, and which places make them so: what to look at before they are written. */
import { isContact } from '../match/pairs.js';
import { BELOW } from '../model/stay.js';
import type { Found } from './found.js';
import { listBlocks } from './lists.js';
import { LIST_NAMES, type ListName } from './rows.js';

/** Rows of one list. */
export interface ListSize {
  readonly list: ListName;
  readonly rows: number;
  /** By grade, for lists whose rows have one; null for the others. */
  readonly certain: number | null;
  readonly likely: number | null;
  readonly possible: number | null;
  /** Episodes that are listed and make no contact. */
  readonly below: number | null;
}

/** A place or run, and the people of generation 1 that it brings. */
export interface BusyPlace {
  readonly place_id: string;
  readonly place_name: string;
  readonly run_id: string;
  readonly cases: number;
  readonly visits: number;
  readonly people_certain: number;
  readonly people_likely: number;
  readonly people_possible: number;
  /** Those who would not be listed but for this place. */
  readonly people_alone: number;
}

/** The places of one rule that bring most people. */
export interface BusyPlaces {
  readonly rule_id: string;
  /** All people of generation 1. */
  readonly people: number;
  /** Those who are listed because of one of these places alone. */
  readonly people_alone: number;
  readonly places: readonly BusyPlace[];
}

/** Every list of one rule, in the order of the files. Goes through all episodes, and makes none of the rows of episodes, contacts and people. */
export function listSizes(found: Found, names: readonly ListName[] = LIST_NAMES): ListSize[] {
  const { episodes, contacts } = byGrade(found);
  const people = [...found.tally.people, 0];
  const graded: Partial<Record<ListName, readonly number[]>> = { episodes, contacts, people };
  return names.map((list) => {
    const counts = graded[list];
    if (!counts) return { list, rows: countRows(list, found), certain: null, likely: null, possible: null, below: null };
    const [certain, likely, possible, below] = counts as [number, number, number, number];
    return { list, rows: certain + likely + possible + below, certain, likely, possible, below: list === 'episodes' ? below : null };
  });
}

/** The places with most people at `possible` or surer, at most `count` of them; ties in the order of the place list. */
export function busyPlaces({ rule, generations, tally, tables }: Found, count: number): BusyPlaces {
  const first = generations[0]!;
  const { visits } = first;
  const { groups } = tally.rooms(first);
  const { ids } = tables.inputs;
  const busiest = [...groups.keys()]
    .filter((room) => tally.peopleOfRoom(room, BELOW - 1) > 0)
    .sort((a, b) => tally.peopleOfRoom(b, BELOW - 1) - tally.peopleOfRoom(a, BELOW - 1) || a - b)
    .slice(0, count);
  const places = busiest.map((room) => {
    const group = groups[room]!;
    const place = visits.place[group[0]!]!;
    return {
      place_id: ids.place.text(place),
      place_name: tables.places.get(place).name,
      run_id: ids.run.text(visits.run[group[0]!]!),
      cases: new Set(group.map((v) => visits.case[v]!)).size,
      visits: group.length,
      people_certain: tally.peopleOfRoom(room, 0),
      people_likely: tally.peopleOfRoom(room, 1),
      people_possible: tally.peopleOfRoom(room, 2),
      people_alone: tally.aloneOfRoom(room),
    };
  });
  return { rule_id: rule.id, people: tally.firstPeople, people_alone: places.reduce((sum, { people_alone }) => sum + people_alone, 0), places };
}

/** Episodes and contacts by the rank of their grade; the last number is that of `below`. */
function byGrade({ generations, tables }: Found): { readonly episodes: number[]; readonly contacts: number[] } {
  const episodes = [0, 0, 0, 0];
  const contacts = [0, 0, 0, 0];
  const people = tables.inputs.ids.person.size;
  for (const { pairs: source } of generations) {
    for (let person = 0; person < people; person++) {
      const { pairs, positions, lo, hi } = source.ofPerson(person);
      for (let i = lo; i < hi; i++) {
        const position = positions[i]!;
        if (isContact(pairs, position)) contacts[pairs.grade.data[position]!]!++;
        for (let row = pairs.first.data[position]!; row < pairs.first.data[position + 1]!; row++) episodes[pairs.episodes.grade.data[row]!]!++;
      }
    }
  }
  return { episodes, contacts };
}

function countRows(name: ListName, found: Found): number {
  let rows = 0;
  for (const { count } of listBlocks(name, { ...found, hasCrowd: false, crowds: undefined, sort: undefined })) rows += count;
  return rows;
}

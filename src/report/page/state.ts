/** What the reader chose; every view draws itself anew when it changes. */
import { Clock } from './clock.js';
import { GRADES, Lists, gradeRank, pairKey, roomKey } from './lists.js';

export interface Choice {
  readonly rule: string;
  readonly grades: ReadonlySet<string>;
  /** A case that the lists are cut to. */
  readonly caseId: string | null;
  /** A room that the lists are cut to. */
  readonly room: string | null;
  /** The person whose reasons are shown. */
  readonly person: string | null;
  readonly query: string;
}

export class State {
  readonly lists: Lists;
  readonly clock: Clock;
  choice: Choice;
  readonly #views: ((changed: ReadonlySet<keyof Choice>) => void)[] = [];

  constructor(lists: Lists) {
    this.lists = lists;
    this.clock = new Clock(lists.data.offsets);
    const rule = lists.data.run.rules[0]?.id ?? lists.people.text('rule_id', 0);
    this.choice = { rule, grades: new Set(GRADES), caseId: null, room: null, person: null, query: '' };
  }

  onChange(view: (changed: ReadonlySet<keyof Choice>) => void): void {
    this.#views.push(view);
  }

  forget(): void {
    this.#views.length = 0;
  }

  set(next: Partial<Choice>): void {
    const changed = new Set((Object.keys(next) as (keyof Choice)[]).filter((key) => next[key] !== this.choice[key]));
    this.choice = { ...this.choice, ...next };
    for (const view of this.#views) view(changed);
  }

  /** Rows of people that the filters leave, in the order to call. */
  people(): number[] {
    const { people, contactsOfCase, contacts, episodesOfRoom, episodes } = this.lists;
    const { rule, grades, caseId, room, query } = this.choice;
    const ofCase = caseId === null ? null : new Set((contactsOfCase.get(pairKey(rule, caseId)) ?? []).map((row) => contacts.text('contact_id', row)));
    const ofRoom = room === null ? null : new Set((episodesOfRoom.get(pairKey(rule, room)) ?? []).map((row) => episodes.text('contact_id', row)));
    const rows: number[] = [];
    const wanted = query.trim().toLowerCase();
    const byPlace = wanted === '' ? null : this.#peopleMatching(wanted);
    for (let row = 0; row < people.count; row++) {
      if (people.text('rule_id', row) !== rule || !grades.has(people.text('grade', row))) continue;
      const id = people.text('contact_id', row);
      if ((ofCase && !ofCase.has(id)) || (ofRoom && !ofRoom.has(id))) continue;
      if (byPlace && !id.toLowerCase().includes(wanted) && !byPlace.has(id)) continue;
      rows.push(row);
    }
    const rank = (row: number): number => gradeRank(people.text('grade', row));
    return rows.sort(
      (a, b) =>
        rank(a) - rank(b) ||
        people.num('total_likely_s', b) - people.num('total_likely_s', a) ||
        people.num('last_end', b) - people.num('last_end', a) ||
        a - b,
    );
  }

  /** People with a meeting at a place, or with a case, that holds the text. */
  #peopleMatching(wanted: string): Set<string> {
    const { episodes, contacts } = this.lists;
    const known = new Map<string, boolean>();
    const holds = (text: string): boolean => {
      let is = known.get(text);
      if (is === undefined) known.set(text, (is = text.toLowerCase().includes(wanted)));
      return is;
    };
    const found = new Set<string>();
    for (let row = 0; row < episodes.count; row++)
      if (holds(episodes.text('place_id', row)) || holds(episodes.text('place_name', row))) found.add(episodes.text('contact_id', row));
    for (let row = 0; row < contacts.count; row++) if (holds(contacts.text('case_id', row))) found.add(contacts.text('contact_id', row));
    return found;
  }

  /** Rows of places or windows that the filters leave. */
  rooms(name: 'places' | 'disinfection'): number[] {
    const { [name]: list, episodesOfCase, episodes } = this.lists;
    const { rule, caseId, room, query } = this.choice;
    const wanted = query.trim().toLowerCase();
    const ofCase =
      caseId === null
        ? null
        : new Set((episodesOfCase.get(pairKey(rule, caseId)) ?? []).map((row) => roomKey(episodes.text('place_id', row), episodes.text('run_id', row))));
    const rows: number[] = [];
    for (let row = 0; row < list.count; row++) {
      const own = list.text('rule_id', row);
      if (own !== '' && own !== rule) continue;
      const key = roomKey(list.text('place_id', row), list.text('run_id', row));
      if ((room !== null && key !== room) || (ofCase && !ofCase.has(key))) continue;
      if (wanted !== '' && !`${list.text('place_id', row)} ${list.text('place_name', row)} ${list.text('district', row)}`.toLowerCase().includes(wanted))
        continue;
      rows.push(row);
    }
    return rows;
  }

  /** Name of a room for people to read. */
  roomName(place: string, name: string, run: string): string {
    return `${name === '' || name === place ? place : `${name} (${place})`}${run === '' ? '' : ` · ${run}`}`;
  }
}

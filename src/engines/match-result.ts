/** What a match found, as rows: in memory for a program, one at a time for a file. */
import { contactRows, countContacts } from '../lists/contacts.js';
import { disinfectionRows } from '../lists/disinfection.js';
import { DistrictsOfRows } from '../lists/by-district.js';
import { countEpisodes, episodeRows } from '../lists/episodes.js';
import type { Found } from '../lists/found.js';
import { linkRows } from '../lists/links.js';
import { countPeople, personRows } from '../lists/people.js';
import { placeRows } from '../lists/places.js';
import {
  columnsOf,
  type ContactRow,
  type DisinfectionRow,
  type EpisodeRow,
  type LinkRow,
  type ListName,
  type ListRows,
  type PersonRow,
  type PlaceRow,
} from '../lists/rows.js';

/** Sizes of the lists of one rule. */
export interface RuleCounts {
  readonly rule_id: string;
  readonly cases: number;
  readonly visits: number;
  readonly episodes: number;
  readonly contacts: number;
  readonly people: number;
  readonly people_certain: number;
  readonly people_likely: number;
  readonly people_possible: number;
  /** Cases of generation 1 without a visit in their window, by case_id: they can have no contact. */
  readonly cases_without_visit: readonly string[];
}

const ROWS: { readonly [Name in ListName]: (found: Found) => Iterable<ListRows[Name]> } = {
  episodes: episodeRows,
  contacts: contactRows,
  people: personRows,
  places: placeRows,
  disinfection: disinfectionRows,
  links: linkRows,
};

/** Rows of all rules, in the order of the SPEC. Each list is made when it is first asked for. */
export class MatchResult {
  readonly #found: readonly Found[];
  readonly #made = new Map<ListName, readonly unknown[]>();

  /** @internal */
  constructor(found: readonly Found[]) {
    this.#found = found;
  }

  get episodes(): readonly EpisodeRow[] {
    return this.#list('episodes');
  }
  get contacts(): readonly ContactRow[] {
    return this.#list('contacts');
  }
  get people(): readonly PersonRow[] {
    return this.#list('people');
  }
  get places(): readonly PlaceRow[] {
    return this.#list('places');
  }
  get disinfection(): readonly DisinfectionRow[] {
    return this.#list('disinfection');
  }
  get links(): readonly LinkRow[] {
    return this.#list('links');
  }

  /** The rows of a list one at a time, without keeping them. */
  *rows<Name extends ListName>(name: Name): Generator<ListRows[Name]> {
    for (const found of this.#found) yield* ROWS[name](found);
  }

  /** The columns of a list, in order. */
  columns(name: ListName): readonly string[] {
    return columnsOf(name, this.#found.length > 1);
  }

  /** All lists, for `JSON.stringify`. */
  toJSON(): { readonly [Name in ListName]: readonly ListRows[Name][] } {
    const { episodes, contacts, people, places, disinfection, links } = this;
    return { episodes, contacts, people, places, disinfection, links };
  }

  /** Sizes by rule, without making the lists. */
  get counts(): readonly RuleCounts[] {
    return this.#found.map((found) => {
      const first = found.generations[0]!;
      const [certain, likely, possible] = countPeople(found);
      const { ids } = found.tables.inputs;
      const silent = first.cases.filter((_, c) => first.visits.ofCase[c] === first.visits.ofCase[c + 1]).map(({ caseId }) => caseId);
      return {
        rule_id: found.rule.id,
        cases: first.cases.length,
        visits: first.visits.count,
        episodes: countEpisodes(found),
        contacts: countContacts(found),
        people: certain + likely + possible,
        people_certain: certain,
        people_likely: likely,
        people_possible: possible,
        cases_without_visit: silent.sort((a, b) => ids.case.compare(a, b)).map((id) => ids.case.text(id)),
      };
    });
  }

  /** Tells the districts of rows: those of all places where a contact counts. */
  districtsOf(): <Name extends ListName>(name: Name, row: ListRows[Name]) => Iterable<string> {
    const districts = new DistrictsOfRows(this.#found);
    return (name, row) => districts.of(name, row);
  }

  #list<Name extends ListName>(name: Name): readonly ListRows[Name][] {
    let list = this.#made.get(name);
    if (!list) this.#made.set(name, (list = [...this.rows(name)]));
    return list as readonly ListRows[Name][];
  }
}

/** The page's data, unpacked: tables whose cells are read by column and row, and the rows of a person, a case, a place. */
import type { PageData, PageList, PageTable } from '../page-data.js';

/** Unpacks what the page carries. */
export async function unpack(base64: string): Promise<PageData> {
  return JSON.parse(await unpackText(base64)) as PageData;
}

export async function unpackText(base64: string): Promise<string> {
  const binary = atob(base64.trim());
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).text();
}

export class List {
  readonly count: number;
  readonly total: number;
  readonly withheld: number;
  readonly names: readonly string[];
  readonly #columns: PageTable['columns'];
  readonly #texts: readonly string[];

  constructor(table: PageTable, texts: readonly string[]) {
    this.count = table.count;
    this.total = table.total;
    this.withheld = table.withheld;
    this.names = Object.keys(table.columns);
    this.#columns = table.columns;
    this.#texts = texts;
  }

  /** Seconds, a count, 0 or 1, or the number of a text; -1 where empty, -2 where held back. */
  num(name: string, row: number): number {
    return this.#columns[name]?.[row] ?? -1;
  }

  text(name: string, row: number): string {
    const at = this.num(name, row);
    return at < 0 ? '' : (this.#texts[at] ?? '');
  }

  /** Rows by the value of a column, or by what is made of a row. */
  by(key: (row: number) => string): Map<string, number[]> {
    const rows = new Map<string, number[]>();
    for (let row = 0; row < this.count; row++) {
      const value = key(row);
      const there = rows.get(value);
      if (there) there.push(row);
      else rows.set(value, [row]);
    }
    return rows;
  }
}

export const GRADES = ['certain', 'likely', 'possible'] as const;
export type GradeName = (typeof GRADES)[number];
export const gradeRank = (grade: string): number => {
  const at = GRADES.indexOf(grade as GradeName);
  return at < 0 ? 3 : at;
};

/** A room: a place, and the run of it if it is a vehicle. */
export const roomKey = (place: string, run: string): string => `${place}\0${run}`;

export class Lists {
  readonly data: PageData;
  readonly people: List;
  readonly contacts: List;
  readonly episodes: List;
  readonly places: List;
  readonly disinfection: List;
  readonly contactsOfPerson: Map<string, number[]>;
  readonly contactsOfCase: Map<string, number[]>;
  readonly episodesOfPerson: Map<string, number[]>;
  readonly episodesOfCase: Map<string, number[]>;
  readonly episodesOfRoom: Map<string, number[]>;
  readonly episodesOfPair: Map<string, number[]>;
  readonly peopleRow: Map<string, number>;

  constructor(data: PageData) {
    this.data = data;
    const list = (name: PageList): List => new List(data.lists[name], data.texts);
    this.people = list('people');
    this.contacts = list('contacts');
    this.episodes = list('episodes');
    this.places = list('places');
    this.disinfection = list('disinfection');
    const { contacts, episodes, people } = this;
    const ruled = (from: List, column: string) => (row: number) => pairKey(from.text('rule_id', row), from.text(column, row));
    this.contactsOfPerson = contacts.by(ruled(contacts, 'contact_id'));
    this.contactsOfCase = contacts.by(ruled(contacts, 'case_id'));
    this.episodesOfPerson = episodes.by(ruled(episodes, 'contact_id'));
    this.episodesOfCase = episodes.by(ruled(episodes, 'case_id'));
    this.episodesOfRoom = episodes.by((row) => pairKey(episodes.text('rule_id', row), roomKey(episodes.text('place_id', row), episodes.text('run_id', row))));
    this.episodesOfPair = episodes.by((row) =>
      pairKey(episodes.text('rule_id', row), pairKey(episodes.text('case_id', row), episodes.text('contact_id', row))),
    );
    this.peopleRow = new Map(Array.from({ length: people.count }, (_, row) => [ruled(people, 'contact_id')(row), row]));
  }
}

/** One key for two ids. */
export const pairKey = (a: string, b: string): string => `${a.length}:${a}${b}`;

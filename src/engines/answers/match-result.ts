/** What a match found, as rows: in memory for a program, one at a time for a file. */
import { OptionError, StateError } from '../../core/errors.js';
import { caseNames, isIdOf, withCaseCodes, type CaseName } from '../../lists/case-codes.js';
import { Cells } from '../../lists/cells.js';
import { RuleComparison } from '../../lists/compare-rules.js';
import type { Found } from '../../lists/found.js';
import { listBlocks, listRows } from '../../lists/lists.js';
import { busyPlaces, listSizes, type BusyPlaces, type ListSize } from '../../lists/sizes.js';
import type { RowBlock } from '../../lists/row-block.js';
import {
  LIST_NAMES,
  columnsOf,
  type Column,
  type ContactRow,
  type DisinfectionRow,
  type EpisodeRow,
  type LinkRow,
  type ListName,
  type ListRows,
  type PersonRow,
  type PlaceRow,
} from '../../lists/rows.js';

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

/** Rows of all rules, in the order of the SPEC. Each list is made when it is first asked for. */
export class MatchResult {
  readonly #found: readonly Found[];
  readonly #hasEpisodes: boolean;
  readonly #made = new Map<ListName, readonly unknown[]>();

  /** @internal */
  constructor(found: readonly Found[], hasEpisodes: boolean) {
    this.#found = found;
    this.#hasEpisodes = hasEpisodes;
  }

  /** The lists that were asked for: all, or all but `episodes`. */
  get names(): readonly ListName[] {
    return this.#hasEpisodes ? LIST_NAMES : LIST_NAMES.filter((name) => name !== 'episodes');
  }

  /** @throws StateError `E_NO_EPISODES` if the match was asked for lists without episodes; so do `rows('episodes')` and `rowsWithDistricts('episodes')`. */
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

  /**
   * The rows of a list one at a time, without keeping them.
   * @param columns - the fields of a row that are wanted: a row of all is slower to make by as much as it is wider.
   * @throws OptionError `E_COLUMNS` for a column that the list does not have here.
   */
  rows<Name extends ListName>(name: Name): Generator<ListRows[Name]>;
  rows<Name extends ListName, Key extends keyof ListRows[Name] & string>(name: Name, columns: readonly Key[]): Generator<Pick<ListRows[Name], Key>>;
  *rows<Name extends ListName>(name: Name, columns?: readonly string[]): Generator<ListRows[Name]> {
    this.#check(name);
    yield* listRows(name, this.#found, columns);
  }

  /** The same, each row with its districts: a contact belongs to those of all places where it counts, '' stands for a place without one. */
  *rowsWithDistricts<Name extends ListName>(name: Name): Generator<readonly [row: ListRows[Name], districts: readonly string[]]> {
    for (const { cells, blocks } of this.parts(name)) {
      const columns = columnsOf(name, cells.found);
      for (const block of blocks) for (let row = 0; row < block.count; row++) yield [cells.row<Name>(columns, block, row), cells.districts(block, row)];
    }
  }

  /** @internal The same rows as numbers, rule by rule: what files are made of. */
  *parts(name: ListName): Generator<{ readonly cells: Cells; readonly blocks: Iterable<RowBlock> }> {
    this.#check(name);
    for (const found of this.#found) yield { cells: new Cells(found), blocks: listBlocks(name, found) };
  }

  /** The cases of all rules and generations, by case_id. */
  get cases(): readonly CaseName[] {
    return caseNames(this.#found);
  }

  /**
   * The same lists with every index person named by a code: case_ids, and contacts who are cases themselves. Rows are sorted by the codes.
   * @param codes - codes by case_id, one for each of `cases`.
   * @throws OptionError `E_CASE_CODES` if a case has none, or a code is used twice or is an id itself.
   */
  withCaseCodes(codes: ReadonlyMap<string, string>): MatchResult {
    return new MatchResult(withCaseCodes(this.#found, codes), this.#hasEpisodes);
  }

  /**
   * The rules side by side: which of them list a pair of case and contact, and why the others do not. Speaks of generation 1.
   * @throws OptionError `E_COMPARE_RULES` if there is only one rule.
   */
  compareRules(): RuleComparison {
    if (this.#found.length < 2) throw new OptionError('E_COMPARE_RULES', 'compare-rules: expected at least two rules, got one');
    return new RuleComparison(this.#found);
  }

  /** @internal Whether a text is the id of a person or of a case. */
  isId(text: string): boolean {
    return isIdOf(this.#found, text);
  }

  /** The names of the columns of a list, in order. */
  columns(name: ListName): readonly string[] {
    return this.typedColumns(name).map((column) => column.name);
  }

  /** @internal */
  typedColumns(name: ListName): readonly Column[] {
    return columnsOf(name, this.#found[0]!);
  }

  /** All lists that were asked for, for `JSON.stringify`. */
  toJSON(): { readonly [Name in Exclude<ListName, 'episodes'>]: readonly ListRows[Name][] } & { readonly episodes?: readonly EpisodeRow[] } {
    const { contacts, people, places, disinfection, links } = this;
    return { ...(this.#hasEpisodes && { episodes: this.episodes }), contacts, people, places, disinfection, links };
  }

  /** Sizes by rule, without making the lists. */
  get counts(): readonly RuleCounts[] {
    return this.#found.map((found) => {
      const first = found.generations[0]!;
      const { people, contacts } = found.tally;
      const [certain, likely, possible] = people;
      const { ids } = found.tables.inputs;
      const silent = first.cases.filter((_, c) => first.visits.ofCase[c] === first.visits.ofCase[c + 1]).map(({ caseId }) => caseId);
      return {
        rule_id: found.rule.id,
        cases: first.cases.length,
        visits: first.visits.count,
        episodes: found.generations.reduce((sum, { episodeCount }) => sum + episodeCount, 0),
        contacts,
        people: certain + likely + possible,
        people_certain: certain,
        people_likely: likely,
        people_possible: possible,
        cases_without_visit: silent.sort((a, b) => ids.case.compare(a, b)).map((id) => ids.case.text(id)),
      };
    });
  }

  /** How many rows each list has by grade, rule by rule, without making the long ones. */
  get sizes(): readonly { readonly rule_id: string; readonly lists: readonly ListSize[] }[] {
    return this.#found.map((found) => ({ rule_id: found.rule.id, lists: listSizes(found, this.names) }));
  }

  /** The places of generation 1 that bring most people, rule by rule, with those that they alone bring. */
  busiest(count = 10): readonly BusyPlaces[] {
    return this.#found.map((found) => busyPlaces(found, count));
  }

  #list<Name extends ListName>(name: Name): readonly ListRows[Name][] {
    let list = this.#made.get(name);
    if (!list) this.#made.set(name, (list = [...this.rows(name)]));
    return list as readonly ListRows[Name][];
  }

  #check(name: ListName): void {
    if (name === 'episodes' && !this.#hasEpisodes) {
      throw new StateError('E_NO_EPISODES', 'episodes: expected a match that lists them, got one without; match again without episodes: false');
    }
  }
}

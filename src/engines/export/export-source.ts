/** What every export draws on: the lists of a run under one rule, who its cases are and where its places lie. */
import { compareBytewise } from '../../core/bytewise.js';
import { InputError, OptionError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import { parseRejectLimit } from '../../ingest/rows/ledger.js';
import { tableRows } from '../../ingest/table-rows.js';
import { instantSec } from '../../lists/formats/instant.js';
import { CasePeople, type KnownCase, type LineRow } from '../../lists/formats/line-list.js';
import type { Cell } from '../../lists/formats/table.js';
import type { ContactRow, EpisodeRow, ListName } from '../../lists/rows.js';
import type { GraphEdge, Spell } from '../../output/formats/graph.js';
import { readInputs, type ReadOptions, type RunHooks } from '../inputs/read-files.js';
import type { ListFolder } from './list-folder.js';

/** Which of the three ends of a stay bounds a time together. */
export type Bound = 'certain' | 'likely' | 'possible';
export const BOUNDS: readonly Bound[] = ['certain', 'likely', 'possible'];

export interface SourceOptions extends Omit<ReadOptions, 'files' | 'threads'> {
  /** The file of the cases: which case is which person, and its dates. */
  readonly cases?: readonly string[];
  /** The file of the places: where they are. */
  readonly places?: readonly string[];
  /** @defaultValue that of the run */
  readonly tz?: string;
  /** @defaultValue '0.1%' */
  readonly maxRejects?: string | number;
  /** The rule whose lists are taken, of several. */
  readonly rule?: string;
  /** @defaultValue 'likely' */
  readonly bound?: Bound;
}

/** A place as its file has it. */
export interface KnownPlace {
  readonly place_id: string;
  readonly category?: string;
  readonly lat?: number;
  readonly lon?: number;
}

export class ExportSource {
  readonly folder: ListFolder;
  readonly cases: CasePeople;
  readonly places: ReadonlyMap<string, KnownPlace>;
  readonly bound: Bound;
  /** Undefined: all rules. */
  readonly rule: string | undefined;
  /** Episodes that are in no time together of the output, by why. */
  readonly leftOut: Record<'short' | 'after' | 'below', number> = { short: 0, after: 0, below: 0 };
  readonly notes: string[];
  readonly #zone: Zone;

  private constructor(folder: ListFolder, options: SourceOptions, cases: CasePeople, places: ReadonlyMap<string, KnownPlace>, notes: string[]) {
    this.folder = folder;
    this.cases = cases;
    this.places = places;
    this.bound = options.bound ?? 'likely';
    this.rule = options.rule;
    this.notes = notes;
    this.#zone = new Zone(folder.tz);
  }

  /** @throws OptionError `E_RULE`, `E_BOUND`; InputError. */
  static async open(folder: ListFolder, options: SourceOptions, needsOneRule: boolean, hooks: RunHooks): Promise<ExportSource> {
    const { ruleIds } = folder;
    const rule = options.rule ?? (ruleIds.length === 1 ? ruleIds[0] : undefined);
    if (rule === undefined && needsOneRule)
      throw new OptionError('E_RULE', `rule: expected one of the rules of the run, as this format holds one; give --rule ${ruleIds.join(' or ')}`);
    if (rule !== undefined && !ruleIds.includes(rule))
      throw new OptionError('E_RULE', `rule: expected a rule of the run (${ruleIds.join(', ')}), got '${rule}'`);
    if (options.bound !== undefined && !BOUNDS.includes(options.bound))
      throw new OptionError('E_BOUND', `bound: expected ${BOUNDS.join(', ')}, got '${options.bound}'`);
    const { cases = [], places = [], maxRejects = '0.1%' } = options;
    const zone = new Zone(options.tz ?? folder.tz);
    const { reader, inputs } = await readInputs({ ...options, files: { cases, places } }, zone, hooks);
    reader.checkRejects(parseRejectLimit(maxRejects));
    const { tables } = reader;
    const known = [...tableRows<KnownCase>(tables.cases, tables.ids)];
    const located = new Map([...tableRows<KnownPlace>(tables.places, tables.ids)].map((place) => [place.place_id, place]));
    const notes = inputs
      .filter(({ sha256 }) => !folder.hasInput(sha256))
      .map(({ name }) => `${name} is not a file that the run read: check that it is the right one`);
    return new ExportSource(folder, { ...options, ...(rule !== undefined && { rule }) }, new CasePeople(folder.hasOwnCaseIds, known), located, notes);
  }

  /** Takes in the cases that the contacts name. Before `lines`. */
  async findCases(): Promise<void> {
    let last = '';
    for await (const { case_id, generation } of this.contacts()) {
      if (generation === 1 && case_id !== last) this.cases.add((last = case_id));
    }
    const asked = this.rule === undefined ? undefined : this.folder.casesOf(this.rule);
    const found = this.cases.caseCount;
    if (asked !== undefined && asked > found)
      this.notes.push(`${asked - found} of ${asked} cases have no contact, so that the lists do not name them: --cases adds them`);
  }

  lines(): AsyncGenerator<LineRow> {
    return this.cases.lines(this.#byId(this.folder.list('people').rows(this.rule), (a, b) => compareBytewise(a.contact_id, b.contact_id)));
  }

  contacts(): AsyncGenerator<ContactRow> {
    return this.folder.list('contacts').rows(this.rule);
  }

  /** The cells of a list, of the rule if one was asked for. */
  async *cells(name: ListName): AsyncGenerator<readonly Cell[]> {
    const list = this.folder.list(name);
    const ruleAt = (await list.columns()).findIndex((column) => column.name === 'rule_id');
    for await (const cells of list.cells()) if (this.rule === undefined || ruleAt < 0 || cells[ruleAt] === this.rule) yield cells;
  }

  /** Times together that count for a contact and are not empty under the bound, as the list has them. */
  async *meetings(): AsyncGenerator<EpisodeRow & Spell> {
    Object.assign(this.leftOut, { short: 0, after: 0, below: 0 });
    const length = `overlap_${this.bound}_s` as const;
    for await (const row of this.folder.list('episodes').rows(this.rule)) {
      if (row.kind === 'after') this.leftOut.after++;
      else if (row.grade === 'below') this.leftOut.below++;
      else if (row[length] === 0) this.leftOut.short++;
      else yield { ...row, end: this.bound === 'possible' ? row.end : this.#zone.text(instantSec(row.start) + row[length]) };
    }
  }

  /** An edge for each case and contact; `isDynamic`: with the times together. Both lists go by case, contact and generation. */
  async *edges(isDynamic: boolean): AsyncGenerator<GraphEdge> {
    const meetings = isDynamic ? inOrder('episodes', this.meetings()) : undefined;
    let next = await meetings?.next();
    for await (const row of isDynamic ? inOrder('contacts', this.#byId(this.contacts(), order)) : this.contacts()) {
      const spells: Spell[] = [];
      for (; next && !next.done && order(next.value, row) <= 0; next = await meetings!.next()) if (order(next.value, row) === 0) spells.push(next.value);
      yield { source: this.cases.idOf(row.case_id, row.generation), target: row.contact_id, row, spells };
    }
    // Those behind the last edge are counted too.
    while (next && !next.done) next = await meetings!.next();
  }

  /** Rows of a list that goes by ids: as they come, or, where `--sort` put them into another order, from memory. */
  async *#byId<Row>(rows: AsyncIterable<Row>, compare: (a: Row, b: Row) => number): AsyncGenerator<Row> {
    if (!this.folder.isSorted) return yield* rows;
    const all: Row[] = [];
    for await (const row of rows) all.push(row);
    yield* all.sort(compare);
  }

  /** All that whoever uses the output should know; complete once it was written. */
  allNotes(neutralised: number): string[] {
    const { short, after, below } = this.leftOut;
    const count = (number: number, text: string): string[] => (number > 0 ? [`${number} ${text}`] : []);
    return [
      ...this.notes,
      ...this.folder.opened.filter(({ isChanged }) => isChanged).map(({ list }) => `${list} is not as its run wrote it: the export shows what it holds now`),
      ...this.folder.opened.flatMap(({ list, unescaped }) =>
        count(
          unescaped,
          `cells of ${list} begin with ' before a sign of a formula and were read without it, as match writes them: if ids begin so themselves, match with --raw`,
        ),
      ),
      ...count(this.cases.unmerged, 'contacts are cases themselves and stand twice, since the lists do not say which: --cases does'),
      ...count(short, `episodes left out: no ${this.bound} time together`),
      ...count(after, 'episodes left out: after the case had left, not together'),
      ...count(below, 'episodes left out: of people who are no contacts under the rule'),
      ...count(neutralised, "cells got a ' in front, as a spreadsheet would take them for formulas: for a program that imports them give --raw"),
    ];
  }
}

type Pair = Pick<ContactRow, 'case_id' | 'contact_id' | 'generation'>;
const order = (a: Pair, b: Pair): number => compareBytewise(a.case_id, b.case_id) || compareBytewise(a.contact_id, b.contact_id) || a.generation - b.generation;

/** @throws InputError `E_LIST_ORDER`: lists that are read side by side would lose rows in silence. */
async function* inOrder<Row extends Pair>(list: ListName, rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let last: Row | undefined;
  for await (const row of rows) {
    if (last !== undefined && order(last, row) > 0)
      throw new InputError(
        'E_LIST_ORDER',
        `${list} E_LIST_ORDER expected rows in the order of their ids, as match writes them, got one out of order; match again (with --raw if ids begin with '=)`,
      );
    yield (last = row);
  }
}

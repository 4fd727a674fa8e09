/**
 * What two runs list differently: rows of people, places and contacts that only one has, or in which a cell differs, each with its causes. The lists are
 * read side by side, a row at a time; what is kept is kept for the differences alone.
 */
import { compareBytewise } from '../../core/bytewise.js';
import { Causes, type Cause } from './causes.js';
import { ChangedPeople } from './changed-people.js';
import type { Cursor } from './cursor.js';
import { EpisodeFollower, type PairEpisodes } from './episodes.js';
import { RunChanges, type RunFacts } from './facts.js';
import { RowKey, changedColumns, mergeLists, type Side } from './merge.js';
import { ListedCases } from './named-cases.js';
import { KEYS, SHOWN, noChanges, type Change, type ChangeCounts, type ContactDiffRow, type DiffList, type PersonDiffRow, type PlaceDiffRow } from './rows.js';
import { whyPair } from './why.js';

/** The lists of a run. */
export interface RunLists {
  readonly facts: RunFacts;
  /** A cursor before the first row; undefined if the run has no such list. Each is read to its end before the next of the same list is asked for. */
  open(list: DiffList | 'episodes'): Cursor | undefined;
  /** Whether a list is the same as that of the other run, byte for byte. */
  isSame(list: DiffList, other: RunLists): boolean;
}

/** What differs in a district. */
export interface DistrictChanges {
  /** '' for places without a district, null for people whose places no list of episodes tells. */
  readonly district: string | null;
  readonly people: ChangeCounts;
  readonly places: ChangeCounts;
}

/** Rows, and `undefined` for work without one. */
export type DiffRows<Row> = Generator<Row | undefined, void, void>;

interface Difference {
  readonly side: Side;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Cells of the row where it stands: in the newer list if in both. */
  readonly cell: (column: string) => string;
  readonly old: (column: string) => string;
  readonly now: (column: string) => string;
}

/** Ask for `prepare`, `contacts`, `people` and `places` in this order, each to its end. */
export class RunDiff {
  readonly changes: RunChanges;
  readonly counts: Readonly<Record<DiffList, ChangeCounts>> = { people: noChanges(), places: noChanges(), contacts: noChanges() };
  readonly #before: RunLists;
  readonly #after: RunLists;
  readonly #people = new ChangedPeople();
  readonly #causesOfPlaces = new Map<string, Causes>();
  readonly #districts = new Map<string | null, DistrictChanges>();
  #namedBefore: ListedCases;
  #namedAfter: ListedCases;

  constructor(before: RunLists, after: RunLists) {
    this.#before = before;
    this.#after = after;
    this.changes = new RunChanges(before.facts, after.facts);
    this.#namedBefore = new ListedCases(before.facts);
    this.#namedAfter = new ListedCases(after.facts);
  }

  /** What must be known before the first row is made: whose rows differ, and which cases are named. */
  *prepare(): DiffRows<never> {
    for (const difference of this.#differences('people')) {
      if (difference) this.#people.add(difference.key[0]!, difference.key[1]!);
      else yield undefined;
    }
    if (this.#before.isSame('contacts', this.#after)) return;
    const both = [
      [this.#before, this.#namedBefore],
      [this.#after, this.#namedAfter],
    ] as const;
    for (const list of ['contacts', 'episodes'] as const) {
      for (const [run, named] of both) {
        const cursor = list === 'contacts' || !named.isComplete ? run.open(list) : undefined;
        if (cursor) yield* named.addList(cursor);
      }
      if (this.#namedBefore.isWithin(this.#namedAfter) && this.#namedAfter.isWithin(this.#namedBefore)) return;
    }
  }

  *contacts(): DiffRows<ContactDiffRow> {
    if (this.#before.isSame('contacts', this.#after) && this.#people.isEmpty) return;
    const onCounting = this.#people.isEmpty
      ? undefined
      : (ruleId: string, contactId: string, district: string): void => this.#people.addDistrict(ruleId, contactId, district);
    const follow = (run: RunLists): EpisodeFollower | undefined => {
      const cursor = run.open('episodes');
      return cursor && new EpisodeFollower(cursor, onCounting);
    };
    const [before, after] = [follow(this.#before), follow(this.#after)];
    for (const difference of this.#differences('contacts')) {
      if (!difference) {
        yield undefined;
        continue;
      }
      const { key, side, columns, cell } = difference;
      const [ruleId, caseId, contactId, generation] = key as [string, string, string, string];
      if (before && after) yield* EpisodeFollower.skipSame(before, after, key);
      const old = before && (yield* before.of(key));
      const now = after && (yield* after.of(key));
      const pair = { ruleId, caseId, generation: Number(generation), change: CHANGE_OF_SIDE[side], columns, before: old?.episodes, after: now?.episodes };
      const causes = whyPair(pair, this.changes, this.#namedBefore, this.#namedAfter);
      this.#people.addCauses(ruleId, contactId, causes);
      for (const place of placesOf(old, now)) this.#addPlaceCauses(`${ruleId}\0${place}`, causes);
      const change = changeOf(difference);
      this.counts.contacts[change]++;
      yield {
        change,
        rule_id: ruleId,
        case_id: caseId,
        contact_id: contactId,
        generation: cell('generation'),
        ...shownOf(difference, SHOWN.contacts),
        changed_columns: columns.join('|'),
        districts: districtText(new Set([...(old?.districts ?? []), ...(now?.districts ?? [])])),
        why: causes.text,
      };
    }
    if (!onCounting) return;
    if (before && after) yield* EpisodeFollower.skipSame(before, after);
    if (before) yield* before.finish();
    if (after) yield* after.finish();
  }

  *people(): DiffRows<PersonDiffRow> {
    for (const difference of this.#differences('people')) {
      if (!difference) {
        yield undefined;
        continue;
      }
      const [ruleId, contactId] = difference.key as [string, string];
      const change = changeOf(difference);
      const districts = this.#people.districts(ruleId, contactId);
      this.counts.people[change]++;
      for (const district of districts.length === 0 ? [null] : districts) this.#changesIn(district).people[change]++;
      const causes = this.#people.causes(ruleId, contactId);
      if (causes.isEmpty) causes.addOneOf(this.changes.causes(ruleId));
      yield {
        change,
        rule_id: ruleId,
        contact_id: contactId,
        ...shownOf(difference, SHOWN.people),
        changed_columns: difference.columns.join('|'),
        districts: districtText(new Set(districts)),
        why: causes.text,
      };
    }
  }

  *places(): DiffRows<PlaceDiffRow> {
    for (const difference of this.#differences('places')) {
      if (!difference) {
        yield undefined;
        continue;
      }
      const { key, cell, columns } = difference;
      const [ruleId, placeId, runId] = key as [string, string, string];
      const change = changeOf(difference);
      const district = cell('district');
      this.counts.places[change]++;
      this.#changesIn(district).places[change]++;
      yield {
        change,
        rule_id: ruleId,
        place_id: placeId,
        place_name: cell('place_name'),
        run_id: runId,
        district,
        ...shownOf(difference, SHOWN.places),
        changed_columns: columns.join('|'),
        why: this.#whyPlace(ruleId, `${ruleId}\0${placeId}\0${runId}`).text,
      };
    }
  }

  /** Whether nothing differs. Known once all rows were made. */
  get isEmpty(): boolean {
    return Object.values(this.counts).every((counts) => Object.values(counts).every((count) => count === 0));
  }

  /** What differs district by district, by name; known once all rows were made. */
  get districts(): readonly DistrictChanges[] {
    return [...this.#districts.values()].sort(
      (a, b) => Number(a.district === null) - Number(b.district === null) || compareBytewise(a.district ?? '', b.district ?? ''),
    );
  }

  *#differences(list: DiffList): Generator<Difference | undefined, void, void> {
    if (this.#before.isSame(list, this.#after)) return;
    const [before, after] = [this.#before.open(list)!, this.#after.open(list)!];
    const [keyBefore, keyAfter] = [
      new RowKey(before, KEYS[list], list, onlyRule(this.#before.facts)),
      new RowKey(after, KEYS[list], list, onlyRule(this.#after.facts)),
    ];
    const old = (column: string): string => before.text(before.at(column));
    const now = (column: string): string => after.text(after.at(column));
    for (const side of mergeLists(before, after, keyBefore, keyAfter)) {
      if (!side) yield undefined;
      else if (side === 'both') yield { side, key: keyAfter.texts, columns: changedColumns(before, after), cell: now, old, now };
      else if (side === 'before') yield { side, key: keyBefore.texts, columns: [], cell: old, old, now: nothing };
      else yield { side, key: keyAfter.texts, columns: [], cell: now, old: nothing, now };
    }
  }

  #whyPlace(ruleId: string, key: string): Causes {
    const causes = this.#causesOfPlaces.get(key);
    if (causes) return causes;
    const { before, after } = this.changes;
    if (!before.rules.has(ruleId)) return new Causes().add('rule-new');
    if (!after.rules.has(ruleId)) return new Causes().add('rule-gone');
    const available: Cause[] = [...this.changes.causes(ruleId)];
    return new Causes().addOneOf(available.map((cause) => (cause === 'case-window' ? 'cases-changed' : cause)));
  }

  #addPlaceCauses(key: string, causes: Causes): void {
    const known = this.#causesOfPlaces.get(key);
    if (known) known.unite(causes);
    else this.#causesOfPlaces.set(key, new Causes().unite(causes));
  }

  #changesIn(district: string | null): DistrictChanges {
    let changes = this.#districts.get(district);
    if (!changes) this.#districts.set(district, (changes = { district, people: noChanges(), places: noChanges() }));
    return changes;
  }
}

const CHANGE_OF_SIDE = { before: 'removed', after: 'added', both: 'both' } as const;
const nothing = (): string => '';

/** Lists that do not name the rule are of the only one. */
const onlyRule = ({ rules }: RunFacts): Record<string, string> => (rules.size === 1 ? { rule_id: [...rules.keys()][0]! } : {});

function changeOf({ side, columns }: Difference): Change {
  if (side !== 'both') return side === 'before' ? 'removed' : 'added';
  return columns.includes('grade') ? 'regraded' : 'changed';
}

function shownOf<Name extends string>({ old, now }: Difference, columns: readonly Name[]): Record<`${'old' | 'new'}_${Name}`, string> {
  const cells = columns.flatMap((column) => [
    [`old_${column}`, old(column)],
    [`new_${column}`, now(column)],
  ]);
  return Object.fromEntries(cells) as Record<`${'old' | 'new'}_${Name}`, string>;
}

const placesOf = (...sides: readonly (PairEpisodes | undefined)[]): Set<string> => new Set(sides.flatMap((side) => [...(side?.places ?? [])]));

const districtText = (districts: ReadonlySet<string>): string =>
  [...districts]
    .sort(compareBytewise)
    .map((district) => district || '_unknown')
    .join('|');

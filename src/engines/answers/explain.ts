/** A case and a person, as they are named → the pair that is meant, and why the person is, or is not, on the list of the case. */
import { OptionError } from '../../core/errors.js';
import { nearSpellings, type KnownTexts } from '../../core/near-spellings.js';
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import type { Dictionary } from '../../core/dictionary.js';
import { explainPair } from '../../lists/explain/explain-pair.js';
import type { Explanation } from '../../lists/explain/explanation.js';
import type { Inference } from '../../lists/explain/stay-teller.js';
import type { MatchTables } from '../../match/generations.js';
import type { Plan } from '../../model/plan.js';
import { CASES, Table, VISITS, type InputTables } from '../../model/tables.js';
import { findAll, type ScopeNeighbours } from './find-all.js';

export interface Pairing {
  /** A case_id, or the person_id of a case; where no cases are given, a person whose whole presence counts. */
  readonly caseKey: string;
  readonly contactKey: string;
  /** Looks for near misses at this place alone. */
  readonly placeKey?: string | undefined;
}

/** The pair that is meant, with the tables that have no other case. */
export interface WantedPair {
  readonly inputs: InputTables;
  readonly caseId: string;
  readonly casePerson: number;
  readonly contactId: string;
  readonly place: number | undefined;
}

/**
 * Finds the case, the person and the place. `people` are those with check-ins, wherever these are.
 * @throws OptionError `E_UNKNOWN_ID` with what is spelled nearly so, `E_CASE_AMBIGUOUS`.
 */
export function findPair({ caseKey, contactKey, placeKey }: Pairing, inputs: InputTables, people: KnownTexts): WantedPair {
  const { ids, cases, visits } = inputs;
  const caseIdAt = (row: number): string => (cases.column('case_id')[row] === 0 ? personAt(row) : ids.case.text(cases.column('case_id')[row]!));
  const personAt = (row: number): string => ids.person.text(cases.column('person_id')[row]!);
  const rows = Array.from({ length: cases.rowCount }, (_, row) => row);
  const told = Array.from({ length: visits.rowCount }, (_, row) => ids.case.text(visits.column('case_id')[row]!));
  let caseId = caseKey;
  if (!rows.some((row) => caseIdAt(row) === caseKey) && !told.includes(caseKey)) {
    const meant = [...new Set(rows.filter((row) => personAt(row) === caseKey).map(caseIdAt))];
    if (meant.length > 1) {
      throw new OptionError(
        'E_CASE_AMBIGUOUS',
        `case: expected a case_id, got a person with ${meant.length} cases (${meant.map(quoted).join(', ')}); name one`,
      );
    }
    const isPerson = people.has(caseKey);
    if (meant.length === 0 && (rows.length > 0 || !isPerson)) {
      const known = rows.length + told.length > 0 ? knownIn([...rows.flatMap((row) => [caseIdAt(row), personAt(row)]), ...told]) : people;
      const advice = isPerson ? '; this person has check-ins but is no case: without cases all their stays count' : suggest(caseKey, known);
      throw new OptionError(
        'E_UNKNOWN_ID',
        `case E_UNKNOWN_ID expected ${rows.length + told.length > 0 ? 'a case_id or the person_id of a case' : 'a person with check-ins'}, got an unknown one${advice}`,
      );
    }
    caseId = meant[0] ?? caseKey;
  }
  const wanted = new Table(CASES);
  const wantedVisits = new Table(VISITS);
  const copy = <Name extends string>(from: Table<Name>, to: Table<Name>, row: number): void =>
    to.push(
      from.columns.map(({ data }) => data[row]!),
      from.file.data[row]!,
      from.line.data[row]!,
    );
  for (const row of rows) if (caseIdAt(row) === caseId) copy(cases, wanted, row);
  for (const [row, id] of told.entries()) if (id === caseId) copy(visits, wantedVisits, row);
  if (wanted.rowCount + wantedVisits.rowCount === 0)
    wanted.push(
      CASES.columns.map(({ name }) => (name === 'person_id' ? ids.person.intern(caseKey) : 0)),
      0,
      0,
    );

  if (!people.has(contactKey) && ids.person.find(contactKey) < 0) {
    const advice = suggest(contactKey, people);
    throw new OptionError('E_UNKNOWN_ID', `person E_UNKNOWN_ID expected a person of the inputs, got one without any check-ins at all${advice}`);
  }
  const place = placeKey === undefined ? undefined : ids.place.find(placeKey);
  if (place !== undefined && place <= 0)
    throw new OptionError('E_UNKNOWN_ID', `place E_UNKNOWN_ID expected a place of the inputs, got an unknown one${suggest(placeKey!, textsOf(ids.place))}`);
  return {
    inputs: { ...inputs, cases: wanted, visits: wantedVisits },
    caseId,
    casePerson: wanted.rowCount > 0 ? wanted.column('person_id')[0]! : personTold(wantedVisits, caseId, ids.person),
    contactId: contactKey,
    place,
  };
}

/** Whom an itinerary without a case row speaks of: the person that it names, else one whose id is the case's. */
function personTold(visits: InputTables['visits'], caseId: string, people: Dictionary): number {
  const named = Array.from({ length: visits.rowCount }, (_, row) => visits.column('person_id')[row]!).find((person) => person !== 0);
  return named ?? people.intern(caseId);
}

/** Explains the pair under each rule of a plan, in the order of the rules. `tables` hold all stays of the two, and the pair's inputs. */
export function* explainUnder(
  tables: MatchTables,
  plan: Plan,
  pair: WantedPair,
  zone: Zone,
  neighbours: ScopeNeighbours,
  inference: Inference,
): Steps<Explanation[]> {
  const found = yield* findAll(tables, { ...plan, depth: 1, hasEpisodes: false }, zone, neighbours);
  return found.map((each) =>
    explainPair(each, {
      ...inference,
      plan,
      neighbours: neighbours.under(plan.scope ?? each.rule.scope),
      caseId: pair.caseId,
      contactId: pair.contactId,
      place: pair.place,
    }),
  );
}

/** The texts of a dictionary, the empty one aside. */
export const textsOf = (dictionary: Dictionary): KnownTexts => ({
  count: dictionary.size - 1,
  has: (text) => dictionary.find(text) > 0,
  *all() {
    for (let id = 1; id < dictionary.size; id++) yield dictionary.text(id);
  },
});

function knownIn(texts: readonly string[]): KnownTexts {
  const known = new Set(texts);
  return { count: known.size, has: (text) => known.has(text), all: () => known };
}

function suggest(text: string, known: KnownTexts): string {
  const near = nearSpellings(text, known);
  return near.length > 0 ? `; spelled nearly so: ${near.map(quoted).join(', ')}` : '; no id is spelled nearly so';
}

const quoted = (text: string): string => `'${text}'`;

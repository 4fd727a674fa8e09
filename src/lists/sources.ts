/** The rows of the search for sources: windows that cases shared, and the people who could have brought it there. */
import { DAY_SEC, type Zone } from '../core/zone.js';
import { GRADES } from '../model/stay.js';
import type { PlaceKind } from '../model/place.js';
import type { ListedWindow, SourcesFound, SourceTables } from '../match/sources/find-sources.js';
import { STATUSES, type SourceStatus } from '../match/sources/source-candidates.js';
import type { Traffic } from '../match/traffic/traffic.js';

/** A place and time that several cases shared in their incubation periods. */
export interface SourceRow {
  /** From 1 on, least p first. */
  readonly rank: number;
  readonly place_id: string;
  readonly place_name: string;
  readonly kind: PlaceKind;
  readonly run_id: string;
  readonly district: string;
  /** The window; of a run, from the first boarding until the last can have left. */
  readonly start: string;
  readonly end: string;
  /** Distinct cases who were there, by possible ends; how many would be there by chance; and the quotient. */
  readonly observed: number;
  readonly expected: number | null;
  readonly ratio: number | null;
  /** P(X >= observed), hypergeometric; at least 1e-300. Null where nobody scanned: there the traffic is not known. */
  readonly p_value: number | null;
  /** Benjamini-Hochberg over all windows of all places. */
  readonly q_value: number | null;
  /** What p is made of: of `population` people `visitors` were there; of them `cases_at_risk` are drawn. */
  readonly cases_at_risk: number;
  readonly visitors: number;
  readonly population: number;
  /** Of the observed, by likely and by certain ends. */
  readonly observed_likely: number;
  readonly observed_certain: number;
  readonly case_ids: string;
  /** When the first of the cases came, and the last can have left. */
  readonly first_case_start: string;
  readonly last_case_end: string;
  /** Of everyone, who had come first. */
  readonly first_comer: string;
  readonly first_comer_start: string;
  readonly first_comer_is_case: boolean;
  /** People who were there with one of its cases or before one; the first of them are listed. */
  readonly candidates: number;
}

/** Someone who could have brought it. */
export interface SourcePersonRow {
  /** Of the window. */
  readonly rank: number;
  readonly place_id: string;
  readonly run_id: string;
  readonly window_start: string;
  readonly person_id: string;
  /** A case who could pass it on then, someone who is no case, or a case who could not yet. */
  readonly status: SourceStatus;
  readonly case_ids: string;
  /** Of a case; empty if it is not known. */
  readonly onset_date: string;
  /** When they came, and how long they can have been there. */
  readonly start: string;
  readonly end: string;
  /** Other cases of the window who were there at the same time, and who came after them. */
  readonly together: number;
  readonly before: number;
  /** Listed windows in which they are a candidate. */
  readonly windows: number;
}

export const SOURCE_COLUMNS: readonly (keyof SourceRow)[] = [
  'rank',
  'place_id',
  'place_name',
  'kind',
  'run_id',
  'district',
  'start',
  'end',
  'observed',
  'expected',
  'ratio',
  'p_value',
  'q_value',
  'cases_at_risk',
  'visitors',
  'population',
  'observed_likely',
  'observed_certain',
  'case_ids',
  'first_case_start',
  'last_case_end',
  'first_comer',
  'first_comer_start',
  'first_comer_is_case',
  'candidates',
];

export const SOURCE_PERSON_COLUMNS: readonly (keyof SourcePersonRow)[] = [
  'rank',
  'place_id',
  'run_id',
  'window_start',
  'person_id',
  'status',
  'case_ids',
  'onset_date',
  'start',
  'end',
  'together',
  'before',
  'windows',
];

/** Smaller probabilities are shown as this; the order knows them apart. */
const LEAST_LN = -300 * Math.LN10;

export function sourceRows(found: SourcesFound, tables: SourceTables, traffic: Traffic, zone: Zone): SourceRow[] {
  const { ids } = tables.inputs;
  const casePeople = new Set(found.incubations.people.map(({ person }) => traffic.numberOf(person)));
  return found.windows.map((window, i) => {
    const place = tables.places.get(window.room.place);
    const { visits, casePresence } = found;
    const isKnown = !Number.isNaN(window.lnP);
    const expected = (window.atRisk * window.visitors) / window.population;
    const cases = [...new Set(window.visits.map((v) => found.incubations.cases[visits.case[v]!]!.caseId))];
    const by = (grade: number): number => {
      const ends = visits[GRADES[grade]!];
      const isThere = (v: number): boolean => Math.max(ends[v]!, visits.start[v]! + 1) > window.fromSec && visits.start[v]! < window.toSec;
      return new Set(window.visits.filter(isThere).map((v) => casePresence.person[v])).size;
    };
    return {
      rank: i + 1,
      place_id: ids.place.text(window.room.place),
      place_name: place.name,
      kind: place.kind,
      run_id: ids.run.text(window.room.run),
      district: place.district,
      start: zone.text(window.fromSec),
      end: zone.text(window.toSec),
      observed: window.observed,
      expected: isKnown ? short(expected) : null,
      ratio: isKnown ? short(window.observed / expected) : null,
      p_value: probability(window.lnP),
      q_value: probability(window.lnQ),
      cases_at_risk: window.atRisk,
      visitors: window.visitors,
      population: window.population,
      observed_likely: by(1),
      observed_certain: by(0),
      case_ids: textsOf(cases, tables),
      first_case_start: zone.text(Math.min(...window.visits.map((v) => visits.start[v]!))),
      last_case_end: zone.text(Math.max(...window.visits.map((v) => casePresence.end[v]!))),
      first_comer: traffic.personText(window.firstComer.number),
      first_comer_start: zone.text(window.firstComer.startSec),
      first_comer_is_case: casePeople.has(window.firstComer.number),
      candidates: window.candidateCount,
    };
  });
}

export function sourcePersonRows({ windows, incubations }: SourcesFound, tables: SourceTables, zone: Zone): SourcePersonRow[] {
  const { ids } = tables.inputs;
  const rowsOf = (window: ListedWindow, rank: number): SourcePersonRow[] =>
    window.candidates.map(({ text, status, casePerson, onsetDay, startSec, endSec, together, before, windows: count }) => {
      const cases = casePerson < 0 ? [] : incubations.people[casePerson]!.cases;
      return {
        rank,
        place_id: ids.place.text(window.room.place),
        run_id: ids.run.text(window.room.run),
        window_start: zone.text(window.fromSec),
        person_id: text,
        status: STATUSES[status]!,
        case_ids: textsOf(
          cases.map((c) => incubations.cases[c]!.caseId),
          tables,
        ),
        onset_date: onsetDay === 0 ? '' : new Date(onsetDay * DAY_SEC * 1000).toISOString().slice(0, 10),
        start: zone.text(startSec),
        end: zone.text(endSec),
        together,
        before,
        windows: count,
      };
    });
  return windows.flatMap((window, i) => rowsOf(window, i + 1));
}

/** Ids of cases, sorted, joined with `|`. */
function textsOf(cases: readonly number[], { inputs: { ids } }: SourceTables): string {
  return [...cases]
    .sort((a, b) => ids.case.compare(a, b))
    .map((id) => ids.case.text(id))
    .join('|');
}

/** Four digits: what is behind them is noise. */
const short = (value: number): number => Number(value.toPrecision(4));

function probability(ln: number): number | null {
  return Number.isNaN(ln) ? null : short(Math.exp(Math.max(ln, LEAST_LN)));
}

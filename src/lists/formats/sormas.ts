/**
 * Contacts and event participants for the CSV import of SORMAS: a row of entity names, then a row of properties, then the data.
 *
 * An import of participants goes into one event: a place, and the run of a vehicle. `involvementDescription` names it; `placeId` takes one alone.
 */
import type { ContactRow, EpisodeRow } from '../rows.js';
import { remark } from './go-data.js';
import { firstDate, instantSec, lastDate } from './instant.js';
import { tableOf, type Cell, type Table } from './table.js';

/** How the language of a SORMAS user writes dates. */
export const SORMAS_DATES = ['M/d/yyyy', 'dd/MM/yyyy', 'dd.MM.yyyy'] as const;
export type SormasDate = (typeof SORMAS_DATES)[number];

export interface SormasOptions {
  /** @defaultValue 'M/d/yyyy', for users whose language is English */
  readonly dateFormat?: SormasDate;
  /** Name of a disease in SORMAS, such as `CORONAVIRUS`. @defaultValue none: of the case */
  readonly disease?: string;
  readonly assertsProximity: boolean;
}

/** The least likely time together that `FACE_TO_FACE_LONG` means. */
const LONG_SEC = 900;

export function sormasDate(date: string, format: SormasDate): string {
  const [year, month, day] = date.split('-') as [string, string, string];
  if (format === 'M/d/yyyy') return `${Number(month)}/${Number(day)}/${year}`;
  const sign = format === 'dd/MM/yyyy' ? '/' : '.';
  return [day, month, year].join(sign);
}

/** Names are needed for an import and unknown to the lists: whoever imports knows the person by the id. */
const person = <Row>(id: (row: Row) => string): Record<string, (row: Row) => Cell> => ({
  'person.firstName': () => 'Unknown',
  'person.lastName': id,
  'person.sex': () => 'UNKNOWN',
  'person.externalId': id,
});

/** One row for each case and contact. */
export function sormasContacts({ dateFormat = 'M/d/yyyy', disease = '', assertsProximity }: SormasOptions): Table<ContactRow> {
  const isMultiDay = (row: ContactRow): boolean => firstDate(row.first_start) !== lastDate(row.first_start, row.last_end);
  return tableOf<ContactRow>({
    caseIdExternalSystem: (row) => row.case_id,
    disease: () => disease,
    multiDayContact: isMultiDay,
    firstContactDate: (row) => (isMultiDay(row) ? sormasDate(firstDate(row.first_start), dateFormat) : ''),
    lastContactDate: (row) => sormasDate(lastDate(row.first_start, row.last_end), dateFormat),
    contactProximity: (row) => (assertsProximity ? (row.total_likely_s >= LONG_SEC ? 'FACE_TO_FACE_LONG' : 'FACE_TO_FACE_SHORT') : ''),
    contactClassification: () => 'UNCONFIRMED',
    contactCategory: () => '',
    relationToCase: () => '',
    region: () => '',
    district: () => '',
    externalID: (row) => row.contact_id,
    description: remark,
    ...person<ContactRow>((row) => row.contact_id),
  });
}

/** What a contact did at one place or on one run where a case was. */
export interface Participation {
  readonly contact_id: string;
  readonly place_id: string;
  readonly place_name: string;
  readonly run_id: string;
  readonly case_id: string;
  readonly grade: string;
  readonly episodes: number;
  readonly start: string;
  readonly end: string;
  readonly likely_s: number;
}

/** One row for each contact, case, place and run. */
export const SORMAS_PARTICIPANTS: Table<Participation> = tableOf<Participation>({
  involvementDescription: (row) => {
    const name = row.place_name === '' ? '' : ` (${row.place_name})`;
    const run = row.run_id === '' ? '' : `, run ${row.run_id}`;
    return `at ${row.place_id}${name}${run} with case ${row.case_id}: ${row.start} to ${row.end}, ${row.likely_s} s likely, ${row.grade}, episodes ${row.episodes}`;
  },
  region: () => '',
  district: () => '',
  ...person<Participation>((row) => row.contact_id),
});

/** Episodes by case and contact, as the list has them → one participation for each place and run of a pair; the likely seconds are added up. */
export async function* participations(episodes: AsyncIterable<EpisodeRow>, placeId?: string): AsyncGenerator<Participation> {
  let pair: EpisodeRow | undefined;
  let places = new Map<string, Participation>();
  for await (const row of episodes) {
    if (row.grade === 'below' || row.kind !== 'together' || (placeId !== undefined && row.place_id !== placeId)) continue;
    if (pair && (pair.case_id !== row.case_id || pair.contact_id !== row.contact_id)) {
      yield* places.values();
      places = new Map();
    }
    pair = row;
    const key = JSON.stringify([row.place_id, row.run_id]);
    const before = places.get(key);
    places.set(key, before ? joined(before, row) : alone(row));
  }
  yield* places.values();
}

function alone(row: EpisodeRow): Participation {
  const { contact_id, place_id, place_name, run_id, case_id, grade, start, end, overlap_likely_s } = row;
  return { contact_id, place_id, place_name, run_id, case_id, grade, episodes: 1, start, end, likely_s: overlap_likely_s };
}

const GRADE_ORDER = ['certain', 'likely', 'possible'];

function joined(before: Participation, row: EpisodeRow): Participation {
  const isSurer = GRADE_ORDER.indexOf(row.grade) < GRADE_ORDER.indexOf(before.grade);
  return {
    ...before,
    grade: isSurer ? row.grade : before.grade,
    episodes: before.episodes + 1,
    start: instantSec(row.start) < instantSec(before.start) ? row.start : before.start,
    end: instantSec(row.end) > instantSec(before.end) ? row.end : before.end,
    likely_s: before.likely_s + row.overlap_likely_s,
  };
}

/**
 * Contacts and relationships for the import of WHO's Go.Data, under the names of its own properties; its import screen asks which column is which.
 *
 * Go.Data makes a contact together with one relationship, and refuses one without. So `contacts.csv` has each person once, with the first pair that
 * the list has of them, and `relationships.csv` all other pairs, and those of contacts who are cases: no pair is lost and none comes twice.
 */
import type { ContactRow } from '../rows.js';
import { firstDate, lastDate } from './instant.js';
import type { CasePeople } from './line-list.js';
import { tableOf, type Cell, type Table } from './table.js';

const REFERENCE = 'LNG_REFERENCE_DATA_CATEGORY_';
const PERSON = { case: `${REFERENCE}PERSON_TYPE_CASE`, contact: `${REFERENCE}PERSON_TYPE_CONTACT` } as const;
const CERTAINTY = { possible: '1_LOW', likely: '2_MEDIUM', certain: '3_HIGH' } as const;

/** The band of the likely time together; '' where not even that is above 0. */
export function durationBand(likelySec: number): string {
  if (likelySec <= 0) return '';
  const band = likelySec < 60 ? 'VERY_SHORT_SECONDS' : likelySec < 3600 ? 'SHORT_MINUTES' : likelySec < 86_400 ? 'MEDIUM_HOURS' : 'LONG_DAYS';
  return `${REFERENCE}EXPOSURE_DURATION_${band}`;
}

/** The band of the number of episodes. */
export function frequencyBand(episodes: number): string {
  const band = episodes <= 5 ? '1_5_TIMES' : episodes <= 10 ? '6_10_TIMES' : episodes <= 20 ? '11_20_TIMES' : 'OVER_21_TIMES';
  return `${REFERENCE}EXPOSURE_FREQUENCY_${band}`;
}

/** `LOW` for all, since a scan shows no distance; with `assertsProximity` by grade. */
const certaintyLevel = (row: ContactRow, assertsProximity: boolean): string =>
  `${REFERENCE}CERTAINTY_LEVEL_${CERTAINTY[assertsProximity ? row.grade : 'possible']}`;

type Columns = Record<string, (row: ContactRow) => Cell>;

/** What is known of a pair; `prefix` stands before the names. */
function relationship(prefix: string, assertsProximity: boolean): Columns {
  return {
    [`${prefix}dateOfFirstContact`]: (row) => firstDate(row.first_start),
    [`${prefix}contactDate`]: (row) => lastDate(row.first_start, row.last_end),
    [`${prefix}contactDateEstimated`]: (row) => row.grade !== 'certain',
    [`${prefix}certaintyLevelId`]: (row) => certaintyLevel(row, assertsProximity),
    [`${prefix}exposureTypeId`]: () => '',
    [`${prefix}exposureFrequencyId`]: (row) => frequencyBand(row.episodes),
    [`${prefix}exposureDurationId`]: (row) => durationBand(row.total_likely_s),
    [`${prefix}socialRelationshipTypeId`]: () => '',
    [`${prefix}comment`]: remark,
  };
}

/** What is known of a pair, for people to read. */
export function remark(row: ContactRow): string {
  const { rule_id, grade, generation, episodes, places, total_certain_s, total_likely_s, total_possible_s, first_start, last_end, reasons } = row;
  return (
    `co-present (${grade}) under ${rule_id}: ${total_certain_s} s certain, ${total_likely_s} s likely, ${total_possible_s} s possible; ` +
    `episodes ${episodes}, places ${places}, generation ${generation}; ${first_start} to ${last_end}; ${reasons}`
  );
}

/** One row for each contact that is no case, with one relationship. */
export function goDataContacts(assertsProximity: boolean): Table<ContactRow> {
  return tableOf<ContactRow>({
    visualId: (row) => row.contact_id,
    firstName: () => 'Unknown',
    lastName: (row) => row.contact_id,
    dateOfReporting: (row) => lastDate(row.first_start, row.last_end),
    isDateOfReportingApproximate: () => true,
    dateOfLastContact: (row) => lastDate(row.first_start, row.last_end),
    riskLevel: () => '',
    riskReason: () => '',
    'relationship.relatedId': (row) => row.case_id,
    ...relationship('relationship.', assertsProximity),
  });
}

/** One row for each further pair. */
export function goDataRelationships(people: CasePeople, assertsProximity: boolean): Table<ContactRow> {
  return tableOf<ContactRow>({
    'persons[0].id': (row) => row.case_id,
    'persons[0].type': (row) => (row.generation > 1 ? PERSON.contact : PERSON.case),
    'persons[0].source': () => true,
    'persons[1].id': (row) => (row.contact_is_case ? (people.caseOf(row.contact_id) ?? row.contact_id) : row.contact_id),
    'persons[1].type': (row) => (row.contact_is_case ? PERSON.case : PERSON.contact),
    'persons[1].target': () => true,
    ...relationship('', assertsProximity),
  });
}

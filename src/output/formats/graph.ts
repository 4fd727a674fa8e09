/** The contact graph: people and cases as nodes, an edge for each case and contact. Its attributes are the same in every graph format. */
import type { LineRow } from '../../lists/formats/line-list.js';
import type { ContactRow } from '../../lists/rows.js';

/** A time together, `[start, end)`, as ISO 8601 texts. */
export interface Spell {
  readonly start: string;
  readonly end: string;
}

/** From whose contact it is to the contact: no more is meant by the direction. */
export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  readonly row: ContactRow;
  /** By start. */
  readonly spells: readonly Spell[];
}

export type AttributeType = 'string' | 'boolean' | 'integer' | 'long';

export interface Attribute<Row> {
  readonly name: string;
  readonly type: AttributeType;
  /** Null: none. */
  value(row: Row): string | number | boolean | null;
}

const attribute = <Row>(name: string, type: AttributeType, value: Attribute<Row>['value']): Attribute<Row> => ({ name, type, value });

export const NODE_ATTRIBUTES: readonly Attribute<LineRow>[] = [
  attribute('is_case', 'boolean', ({ is_case }) => is_case),
  attribute('is_contact', 'boolean', ({ is_contact }) => is_contact),
  attribute('case_ids', 'string', ({ case_ids }) => (case_ids.length > 0 ? case_ids.join('|') : null)),
  attribute('onset_date', 'string', ({ known }) => known?.onset_date ?? null),
  attribute('grade', 'string', ({ grade }) => grade || null),
  attribute('generation', 'integer', ({ contact }) => contact?.generation ?? null),
  attribute('cases', 'long', ({ contact }) => contact?.cases ?? null),
  attribute('episodes', 'long', ({ contact }) => contact?.episodes ?? null),
  attribute('places', 'long', ({ contact }) => contact?.places ?? null),
  attribute('total_certain_s', 'long', ({ contact }) => contact?.total_certain_s ?? null),
  attribute('total_likely_s', 'long', ({ contact }) => contact?.total_likely_s ?? null),
  attribute('total_possible_s', 'long', ({ contact }) => contact?.total_possible_s ?? null),
];

export const EDGE_ATTRIBUTES: readonly Attribute<ContactRow>[] = [
  attribute('rule_id', 'string', (row) => row.rule_id),
  attribute('case_id', 'string', (row) => row.case_id),
  attribute('grade', 'string', (row) => row.grade),
  attribute('generation', 'integer', (row) => row.generation),
  attribute('episodes', 'long', (row) => row.episodes),
  attribute('places', 'long', (row) => row.places),
  attribute('total_certain_s', 'long', (row) => row.total_certain_s),
  attribute('total_likely_s', 'long', (row) => row.total_likely_s),
  attribute('total_possible_s', 'long', (row) => row.total_possible_s),
  attribute('longest_likely_s', 'long', (row) => row.longest_likely_s),
  attribute('first_start', 'string', (row) => row.first_start),
  attribute('last_end', 'string', (row) => row.last_end),
  attribute('contact_is_case', 'boolean', (row) => row.contact_is_case),
  attribute('reasons', 'string', (row) => row.reasons),
];

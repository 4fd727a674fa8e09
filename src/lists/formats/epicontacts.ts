/**
 * The two tables of the R package epicontacts: `make_epicontacts(linelist, contacts, id = "id", from = "from", to = "to", directed = FALSE)`.
 * Every `from` and `to` is an `id` of the line list, and ids are unique there.
 */
import type { ContactRow } from '../rows.js';
import type { CasePeople, LineRow } from './line-list.js';
import { tableOf, type Table } from './table.js';

/** One row for each person, and for each case that is nobody known. */
export const LINELIST: Table<LineRow> = tableOf<LineRow>({
  id: ({ id }) => id,
  is_case: ({ is_case }) => is_case,
  is_contact: ({ is_contact }) => is_contact,
  case_ids: ({ case_ids }) => case_ids.join('|'),
  type: ({ known }) => known?.type ?? '',
  date_onset: ({ known }) => known?.onset_date ?? '',
  date_sample: ({ known }) => known?.sample_date ?? '',
  date_report: ({ known }) => known?.report_date ?? '',
  grade: ({ grade }) => grade,
  generation: ({ contact }) => contact?.generation ?? null,
  cases: ({ contact }) => contact?.cases ?? null,
  episodes: ({ contact }) => contact?.episodes ?? null,
  places: ({ contact }) => contact?.places ?? null,
  total_certain_s: ({ contact }) => contact?.total_certain_s ?? null,
  total_likely_s: ({ contact }) => contact?.total_likely_s ?? null,
  total_possible_s: ({ contact }) => contact?.total_possible_s ?? null,
  first_start: ({ contact }) => contact?.first_start ?? '',
  last_end: ({ contact }) => contact?.last_end ?? '',
});

/** One row for each case and contact. Co-presence has no direction: `from` is whose contact `to` is, nothing more. */
export function epicontactsContacts(people: CasePeople): Table<ContactRow> {
  return tableOf<ContactRow>({
    from: (row) => people.idOf(row.case_id, row.generation),
    to: (row) => row.contact_id,
    rule_id: (row) => row.rule_id,
    case_id: (row) => row.case_id,
    grade: (row) => row.grade,
    generation: (row) => row.generation,
    episodes: (row) => row.episodes,
    places: (row) => row.places,
    total_certain_s: (row) => row.total_certain_s,
    total_likely_s: (row) => row.total_likely_s,
    total_possible_s: (row) => row.total_possible_s,
    longest_likely_s: (row) => row.longest_likely_s,
    first_start: (row) => row.first_start,
    last_end: (row) => row.last_end,
    contact_is_case: (row) => row.contact_is_case,
    reasons: (row) => row.reasons,
  });
}

/** The end of a run, as a person reads it: what was read, what was found, what to know. */
import type { RunReport } from '../engines/match-files.js';
import type { PlaceRow } from '../lists/rows.js';
import { aloneText } from './sizes.js';
import { count, printable, textTable } from './text-table.js';

const TOP_PLACES = 5;

export function summaryText(report: RunReport): string {
  const { ledger, counts, warnings, outputs, out, result, rides, rules } = report;
  const parts = [
    textTable(
      ['file', 'read', 'accepted', 'rejected', 'duplicate', 'blank'],
      ledger.map((entry) => [entry.file, entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank]),
    ),
    textTable(
      ['rule', 'cases', 'visits', 'co-present people', 'certain', 'likely', 'possible', 'contact pairs', 'episodes'],
      counts.map((each) => [
        each.rule_id,
        each.cases,
        each.visits,
        each.people,
        each.people_certain,
        each.people_likely,
        each.people_possible,
        each.contacts,
        each.episodes,
      ]),
    ),
  ];
  if (rules) {
    parts.push(
      textTable(
        [`pairs listed by both, of ${count(rules.pairs)}`, ...rules.rules.map((id) => printable(id)), 'by this rule alone'],
        rules.rules.map((id, i) => [id, ...rules.both[i]!, rules.alone[i]!]),
      ),
    );
  }
  const top = topPlaces(result.rows('places'));
  if (top.length > 0) {
    parts.push(
      textTable(
        ['busiest places', 'run', 'cases', 'visits', 'certain', 'likely', 'possible'],
        top.map((place) => [
          place.place_name ? `${place.place_id} ${place.place_name}` : place.place_id,
          place.run_id,
          place.cases,
          place.visits,
          place.people_certain,
          place.people_likely,
          place.people_possible,
        ]),
      ),
    );
  }
  const busiest = result.busiest(TOP_PLACES).filter(({ places }) => places.length > 0);
  if (busiest.length > 0) parts.push(busiest.map(aloneText).join('\n'));
  if (rides) {
    const methods = Object.entries(rides.methods).map(([method, number]) => `${method} ${count(number)}`);
    parts.push(`rides: ${count(rides.rides)} of ${count(rides.scans)} boarding scans; ends: ${methods.join(', ') || 'none'}`);
  }
  if (warnings.length > 0) parts.push(warnings.map((warning) => `note: ${printable(warning, 2000)}`).join('\n'));
  const rejected = ledger.reduce((sum, entry) => sum + entry.rejected, 0);
  parts.push(
    `${outputs
      .map(({ name, rows }) => `${name} (${count(rows)})`)
      .slice(0, 8)
      .join(', ')}${outputs.length > 8 ? ' …' : ''}\n` +
      `lists in ${out}${rejected > 0 ? `; ${count(rejected)} rejected rows with reasons in rejects.csv` : ''}\n` +
      'Co-present means: at one place at one time, as far as scans show it. It is a reason to ask, not a finding.',
  );
  return `${parts.join('\n\n')}\n`;
}

/** The places with most people at `possible` or surer. */
function topPlaces(rows: Iterable<PlaceRow>): PlaceRow[] {
  const top: PlaceRow[] = [];
  for (const row of rows) {
    if (row.people_possible === 0) continue;
    let at = top.length;
    while (at > 0 && top[at - 1]!.people_possible < row.people_possible) at--;
    top.splice(at, 0, row);
    if (top.length > TOP_PLACES) top.pop();
  }
  return top;
}

/** The same for a program. */
export function summaryJson({ out, counts, rules, ledger, inputs, outputs, warnings }: RunReport): string {
  return `${JSON.stringify({ out, counts, ...(rules && { rules }), ledger, inputs, outputs, warnings }, null, 1)}\n`;
}

/** The end of a run, as a person reads it: what was read, what was found, what to know. */
import type { RunReport } from '../engines/files/match-files.js';
import type { PlaceRow } from '../lists/rows.js';
import { aloneText } from './sizes.js';
import { sparkline, spread } from './sparkline.js';
import { count, printable, textTable } from './text-table.js';

const TOP_PLACES = 5;
const LINE_CHARS = 24;
/** A line is not worth making every row of more episodes once again. */
const MOST_EPISODES = 200_000;

/** `hasLines`: with a figure for each of the busiest places, for a terminal. */
export function summaryText(report: RunReport, hasLines = false): string {
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
    const lines = hasLines ? presence(report, top) : null;
    parts.push(
      textTable(
        ['busiest places', 'run', 'cases', 'visits', 'certain', 'likely', 'possible', ...(lines ? ['meetings, first to last case'] : [])],
        top.map((place, i) => [
          place.place_name ? `${place.place_id} ${place.place_name}` : place.place_id,
          place.run_id,
          place.cases,
          place.visits,
          place.people_certain,
          place.people_likely,
          place.people_possible,
          ...(lines ? [lines[i]!] : []),
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

/** For each place, how many meetings there were from the first case's coming to the last one's leaving; null where that is not at hand. */
function presence({ result, counts }: RunReport, places: readonly PlaceRow[]): string[] | null {
  if (!result.names.includes('episodes') || counts.reduce((sum, each) => sum + each.episodes, 0) > MOST_EPISODES) return null;
  const keyOf = ({ place_id, run_id }: { readonly place_id: string; readonly run_id: string }): string => JSON.stringify([place_id, run_id]);
  const sec = (text: string): number => new Date(text).getTime() / 1000;
  const spans = new Map<string, [number, number][]>(places.map((place) => [keyOf(place), []]));
  for (const row of result.rows('episodes')) if (row.kind === 'together') spans.get(keyOf(row))?.push([sec(row.start), sec(row.end)]);
  return places.map((place) => sparkline(spread(spans.get(keyOf(place))!, sec(place.first_case_start), sec(place.last_case_end), LINE_CHARS)));
}

/** The same for a program. */
export function summaryJson({ out, counts, rules, ledger, inputs, outputs, warnings }: RunReport): string {
  return `${JSON.stringify({ out, counts, ...(rules && { rules }), ledger, inputs, outputs, warnings }, null, 1)}\n`;
}

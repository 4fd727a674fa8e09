/** What a dry run says, as a person reads it. */
import type { SizeReport } from '../engines/files/size-files.js';
import type { BusyPlaces } from '../lists/sizes.js';
import { count, printable, textTable } from './text-table.js';

export function sizesText({ rules, busiest, is_refused, warnings }: SizeReport): string {
  const parts = [
    textTable(
      ['rule', 'list', 'rows', 'certain', 'likely', 'possible', 'below'],
      rules.flatMap(({ rule_id, lists }) =>
        lists.map(({ list, rows, certain, likely, possible, below }) => [rule_id, list, rows, certain ?? '', likely ?? '', possible ?? '', below ?? '']),
      ),
    ),
  ];
  for (const each of busiest) {
    if (each.places.length === 0) continue;
    parts.push(
      textTable(
        ['busiest places', 'run', 'cases', 'visits', 'certain', 'likely', 'possible', 'nowhere else'],
        each.places.map((place) => [
          place.place_name ? `${place.place_id} ${place.place_name}` : place.place_id,
          place.run_id,
          place.cases,
          place.visits,
          place.people_certain,
          place.people_likely,
          place.people_possible,
          place.people_alone,
        ]),
      ),
      aloneText(each),
    );
  }
  if (warnings.length > 0) parts.push(warnings.map((warning) => `note: ${printable(warning, 2000)}`).join('\n'));
  if (is_refused) parts.push('note: these are more episodes than --max-episodes allows: the lists would be refused, but for --no-episodes');
  parts.push('Nothing was written.');
  return `${parts.join('\n\n')}\n`;
}

/** How many people the busiest places alone bring. */
export function aloneText({ rule_id, people, people_alone, places }: BusyPlaces): string {
  const share = people === 0 ? 0 : Math.round((100 * people_alone) / people);
  const which = places.length === 1 ? 'its busiest place' : `one of its ${places.length} busiest places`;
  return `${printable(rule_id)}: ${count(people_alone)} of ${count(people)} people (${share} %) are listed for ${which} and no other.`;
}

/** How many visitors did not scan, as rows. */
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import { CoverageTally, type Count, type CoverageRow } from '../../lists/coverage.js';
import type { MatchTables } from '../../match/generations.js';
import { knownVisitors } from '../../match/traffic/known-visitors.js';
import type { CoverageOptions, CoveragePlan } from '../../model/coverage-plan.js';
import type { Places } from '../../model/place.js';
import { Dwell } from '../../stays/dwell.js';
import type { CountInput } from '../inputs/row-inputs.js';

/** What an index is asked. */
export interface CoverageQuestion extends CoverageOptions {
  /** What counters at doors counted. */
  readonly counts?: Iterable<CountInput>;
}

export interface CoverageCounts {
  readonly rows: number;
  /** Rows with an estimate, who scanned in them, and about how many did not. */
  readonly estimated: number;
  readonly scanned: number;
  readonly missed: number;
}

export interface Coverage {
  readonly rows: readonly CoverageRow[];
  readonly counts: CoverageCounts;
  readonly warnings: readonly string[];
}

export const COVERAGE_WARNING = 'absence from a list proves nothing: whoever did not scan is on none, and these are estimates of how many, not of who';
const PEOPLE = 1024;

export function* coverageOf(
  { stays, inputs, places, dwell = new Dwell() }: MatchTables,
  plan: CoveragePlan,
  zone: Zone,
  counted: readonly Count[] = [],
): Steps<Coverage> {
  zone.require('hours of the day');
  const tally = new CoverageTally(zone);
  const people = stays.ofPerson.length - 1;
  for (let person = 0; person < people; person++) {
    if (person % PEOPLE === 0) yield { done: person, of: people };
    const [lo, hi] = [stays.ofPerson[person]!, stays.ofPerson[person + 1]!];
    for (let stay = lo; stay < hi; stay++) tally.scanned(stays.place[stay]!, stays.start[stay]!, person);
    for (const known of knownVisitors(stays, lo, hi, places, plan, zone)) tally.known(known);
  }
  const rows = tally.rows(inputs.ids.place, places, plan, counted, stays, dwell);
  const estimated = rows.filter((row) => row.missed !== null);
  const sum = (of: 'scanned' | 'missed'): number => Math.round(estimated.reduce((all, row) => all + row[of]!, 0));
  const counts = { rows: rows.length, estimated: estimated.length, scanned: sum('scanned'), missed: sum('missed') };
  return { rows, counts, warnings: [COVERAGE_WARNING, ...capacityNotes(places)] };
}

/** What is to be said of the capacities of places, where there are any. */
function capacityNotes(places: Places): string[] {
  const capacities = [...places.listedIds()].map((id) => places.capacityOf(id)).filter((capacity) => capacity !== undefined);
  const unread = capacities.filter((capacity) => Number.isNaN(capacity)).length;
  const notes: string[] = [];
  if (capacities.length > unread)
    notes.push('where a capacity is given, no more than capacity x (1 + 1 hour / the usual time there) people are taken to have come in an hour');
  if (unread > 0) notes.push(`capacity: expected whole numbers above 0, got something else for ${unread} of ${capacities.length} places, which bounds nothing`);
  return notes;
}

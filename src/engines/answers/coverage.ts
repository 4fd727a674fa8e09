/** How many visitors did not scan, as rows. */
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import { CoverageTally, type Count, type CoverageRow } from '../../lists/coverage.js';
import type { MatchTables } from '../../match/generations.js';
import { knownVisitors } from '../../match/traffic/known-visitors.js';
import type { CoveragePlan } from '../../model/coverage-plan.js';

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

export function* coverageOf({ stays, inputs, places }: MatchTables, plan: CoveragePlan, zone: Zone, counted: readonly Count[] = []): Steps<Coverage> {
  zone.require('hours of the day');
  const tally = new CoverageTally(zone);
  const people = stays.ofPerson.length - 1;
  for (let person = 0; person < people; person++) {
    if (person % PEOPLE === 0) yield { done: person, of: people };
    const [lo, hi] = [stays.ofPerson[person]!, stays.ofPerson[person + 1]!];
    for (let stay = lo; stay < hi; stay++) tally.scanned(stays.place[stay]!, stays.start[stay]!, person);
    for (const known of knownVisitors(stays, lo, hi, places, plan, zone)) tally.known(known);
  }
  const rows = tally.rows(inputs.ids.place, places, plan, counted, stays);
  const estimated = rows.filter((row) => row.missed !== null);
  const sum = (of: 'scanned' | 'missed'): number => Math.round(estimated.reduce((all, row) => all + row[of]!, 0));
  return { rows, counts: { rows: rows.length, estimated: estimated.length, scanned: sum('scanned'), missed: sum('missed') }, warnings: [COVERAGE_WARNING] };
}

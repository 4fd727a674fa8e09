/** The visits of a simulated person-day as objects, for tests. */
import type { DayVisits } from '../simulate/day.js';
import type { DayScans } from '../simulate/scans.js';

export interface TrueVisit {
  readonly person: number;
  readonly day: number;
  readonly kind: number;
  readonly place: number;
  readonly run: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly event: number;
  /** Position in `SCANS`; 0 where nothing was scanned yet. */
  readonly scan: number;
}

export function trueVisits(person: number, day: number, visits: DayVisits, scans?: DayScans): TrueVisit[] {
  return Array.from({ length: visits.count }, (_, i) => ({
    person,
    day,
    kind: visits.kind[i]!,
    place: visits.place[i]!,
    run: visits.run[i]!,
    startSec: visits.startSec[i]!,
    endSec: visits.endSec[i]!,
    event: visits.event[i]!,
    scan: scans?.scanOf[i] ?? 0,
  }));
}

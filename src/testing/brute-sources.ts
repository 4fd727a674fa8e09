/** The search for sources, slow and obvious: every window of every place, person by person. Times are seconds; zone is UTC. */
import type { StayText } from './tables.js';

export interface BruteSourceCase {
  readonly person: string;
  readonly onsetDay: number;
}
export interface BruteWindow {
  readonly place: string;
  readonly from: number;
  readonly to: number;
  readonly observed: number;
  readonly visitors: number;
  readonly atRisk: number;
  readonly population: number;
}

const DAY = 86_400;
const dayOf = (sec: number): number => Math.floor(sec / DAY);

/** All windows of one length, in hours, at places without runs, that at least two cases shared. */
export function bruteWindows(stays: readonly StayText[], cases: readonly BruteSourceCase[], earliest: number, latest: number, hours: number): BruteWindow[] {
  const periodOf = ({ onsetDay }: BruteSourceCase): [number, number] => [(onsetDay - earliest) * DAY, (onsetDay - latest + 1) * DAY];
  const from = Math.min(...cases.map((each) => periodOf(each)[0]));
  const to = Math.max(...cases.map((each) => periodOf(each)[1]));
  const endOf = (stay: StayText): number => Math.min(Math.max(stay.possible, stay.start + 1), (dayOf(stay.start) + 2) * DAY);
  const found: BruteWindow[] = [];
  for (const place of new Set(stays.map((stay) => stay.place))) {
    for (let lo = from; lo + hours * 3600 <= to; lo += 3600) {
      const hi = lo + hours * 3600;
      const there = stays.filter((stay) => stay.place === place && stay.run === '' && stay.start < hi && endOf(stay) > lo);
      const activeOn = (day: number): boolean => day >= dayOf(lo) - 1 && day <= dayOf(hi - 1);
      const active = new Set(stays.filter((stay) => activeOn(dayOf(stay.start))).map((stay) => stay.person));
      const isThere = (each: BruteSourceCase): boolean => {
        const [begin, end] = periodOf(each);
        return there.some((stay) => stay.person === each.person && Math.max(stay.start, begin, lo) < Math.min(endOf(stay), end, hi));
      };
      const couldBe = (each: BruteSourceCase): boolean => active.has(each.person) && periodOf(each)[0] < hi && periodOf(each)[1] > lo;
      const people = (chosen: readonly BruteSourceCase[]): number => new Set(chosen.map(({ person }) => person)).size;
      const observed = people(cases.filter(isThere));
      if (observed < 2) continue;
      const visitors = new Set(there.map((stay) => stay.person)).size;
      found.push({ place, from: lo, to: hi, observed, visitors, atRisk: people(cases.filter(couldBe)), population: active.size });
    }
  }
  return found;
}

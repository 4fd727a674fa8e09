/** People who keep coming together, as rows. */
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import { companionRows, type CompanionRow, type GroupRow } from '../../lists/companions.js';
import { Arrivals } from '../../match/traffic/arrivals.js';
import { findCompanions } from '../../match/traffic/find-companions.js';
import type { MatchTables } from '../../match/generations.js';
import type { CompanionPlan } from '../../model/companion-plan.js';

export interface CompanionCounts {
  /** Pairs that met often enough to be judged, and all that were at one place: as many the false discovery rate counts. */
  readonly judged: number;
  readonly tests: number;
  readonly pairs: number;
  readonly groups: number;
  readonly arrivals: number;
  /** Arrivals after which a crowd came: meetings that began with them were not looked at. */
  readonly crowded: number;
}

export interface CompanionLists {
  readonly pairs: readonly CompanionRow[];
  readonly groups: readonly GroupRow[];
  readonly counts: CompanionCounts;
  readonly warnings: readonly string[];
}

export function* companionsOf({ stays, inputs }: MatchTables, plan: CompanionPlan, zone: Zone): Steps<CompanionLists> {
  zone.require('days on which people came together');
  const arrivals = new Arrivals(stays, inputs.ids.place.size, inputs.ids.person.size);
  const found = yield* findCompanions(arrivals, zone, plan);
  const { pairs, groups } = companionRows(found.pairs, inputs.ids.person, zone);
  const { judged, tests, crowded } = found;
  const warnings =
    crowded > 0
      ? [`${crowded} of ${arrivals.count} arrivals began a crowd of more than ${plan.crowd} others within ${plan.withinSec} s and were left out (--crowd)`]
      : [];
  return { pairs, groups, counts: { judged, tests, pairs: pairs.length, groups: groups.length, arrivals: arrivals.count, crowded }, warnings };
}

/** Traces the cases under one rule: everything that its lists are made of. */
import type { Steps } from '../core/steps.js';
import type { Zone } from '../core/zone.js';
import { traceGenerations, type MatchTables, type TraceSettings } from '../match/generations.js';
import type { Case } from '../model/case.js';
import type { Rule } from '../model/rule.js';
import { gradeBy } from '../rules/grade.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import type { Found } from './found.js';
import { Tally } from './tally.js';

/** @throws StateError `E_LIMIT` before any episode is made that would pass `settings.maxEpisodes`. */
export function* findUnder(
  rule: Rule,
  cases: readonly Case[],
  tables: MatchTables,
  neighbours: PlaceNeighbours,
  zone: Zone,
  settings: TraceSettings,
  hasSeveralRules: boolean,
): Steps<Found> {
  const grader = gradeBy(rule, tables, neighbours, zone, settings);
  const tally = new Tally(tables.inputs.ids, tables.stays);
  const generations = yield* traceGenerations(cases, tables, neighbours, settings, grader, (generation, person, range) => tally.add(generation, person, range));
  const { lagSec } = settings;
  const { scope } = neighbours;
  return { rule, grader, generations, tally, tables, zone, lagSec, scope, neighbours, hasSeveralRules, hasRides: tables.stays.ridden !== undefined };
}

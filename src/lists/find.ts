/** Traces the cases under one rule: everything that its lists are made of. */
import type { Steps } from '../core/steps.js';
import type { Zone } from '../core/zone.js';
import { traceGenerations, type MatchTables, type TraceSettings } from '../match/generations.js';
import type { Case } from '../model/case.js';
import type { Plan } from '../model/plan.js';
import type { Rule } from '../model/rule.js';
import { Chances } from '../rules/chances.js';
import { gradeBy } from '../rules/grade.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { StaySurvival } from '../stays/stay-survival.js';
import { Crowds } from './crowds.js';
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
  { extra, sort, dilution }: Pick<Plan, 'extra' | 'sort' | 'dilution'> = NOTHING_MORE,
): Steps<Found> {
  const grader = gradeBy(rule, tables, neighbours, zone, settings);
  const tally = new Tally(tables.inputs.ids, tables.stays);
  const generations = yield* traceGenerations(cases, tables, neighbours, settings, grader, (generation, person, range) => tally.add(generation, person, range));
  const [hasCrowd, hasProbability] = [extra.includes('crowd'), extra.includes('probability')];
  const { stays, places, inputs, dwell } = tables;
  return {
    rule,
    grader,
    generations,
    tally,
    tables,
    zone,
    lagSec: settings.lagSec,
    scope: neighbours.scope,
    neighbours,
    hasSeveralRules,
    hasRides: stays.ridden !== undefined,
    hasCrowd,
    hasProbability,
    crowds: hasCrowd ? new Crowds(tables, neighbours, settings.excludedFlags, dilution) : undefined,
    chances: hasProbability ? new Chances(rule, places, zone, new StaySurvival(stays, places, inputs, dwell)) : undefined,
    sort,
  };
}

const NOTHING_MORE: Pick<Plan, 'extra' | 'sort' | 'dilution'> = { extra: [], sort: undefined, dilution: { least: 1, most: 1, people: 1 } };

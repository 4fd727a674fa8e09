/** What a match of a few rows finds, with the settings that a program cannot reach. */
import { runSync } from '../core/steps.js';
import { Zone } from '../core/zone.js';
import { findUnder } from '../lists/find.js';
import type { Found } from '../lists/found.js';
import { indexCases } from '../match/case-windows.js';
import { checkInCounter } from '../match/traffic/check-in-counter.js';
import type { TraceSettings } from '../match/generations.js';
import type { Plan } from '../model/plan.js';
import { compileRule, type RuleJson } from '../model/rule.js';
import { parseScope } from '../model/scope.js';
import { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { StayIndex } from '../stay-index/stay-index.js';
import { staysOf, type TestRows, type TestStayOptions } from './tables.js';

export interface FindOptions extends TestStayOptions, Partial<TraceSettings> {
  readonly rule?: RuleJson;
  readonly scope?: string;
  readonly tz?: string;
  readonly hasSeveralRules?: boolean;
  /** Names of the input files, in place of those of the rows. */
  readonly fileNames?: readonly string[];
  /** Further columns and another order. */
  readonly more?: Pick<Plan, 'extra' | 'sort' | 'dilution'> | undefined;
}

export function findIn(
  rows: TestRows,
  { rule: json = { id: 'any', clauses: [{ measure: 'total', at_least: 1 }] }, scope, tz, hasSeveralRules = false, fileNames, more, ...options }: FindOptions,
): Found {
  const { inputs, places, runs, stays } = staysOf(rows, options);
  fileNames?.forEach((name, i) => (inputs.fileNames[i] = name));
  const rule = compileRule(json);
  const zone = new Zone(tz);
  const cases = indexCases(inputs, rule, zone, true);
  const tables = { inputs, places, runs, stays, index: new StayIndex(stays, inputs.ids.place.size), checkInsSince: checkInCounter(inputs.checkIns) };
  const settings = { lagSec: 0, isClosed: false, minOverlapSec: 0, excludedFlags: 0, depth: 1, maxEpisodes: 1e6, ...options };
  const neighbours = new PlaceNeighbours(places, scope === undefined ? rule.scope : parseScope(scope));
  return runSync(findUnder(rule, cases, tables, neighbours, zone, settings, hasSeveralRules, more));
}

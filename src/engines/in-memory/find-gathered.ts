/** What was gathered → what a match finds in it, and what its reader should know; in Node as in a browser. */
import type { Crew } from '../../core/crew.js';
import { runAsync } from '../../core/steps.js';
import type { Choice } from '../../match/planner.js';
import type { Plan } from '../../model/plan.js';
import type { MatchResult } from '../answers/match-result.js';
import type { RunHooks, RunProgress } from '../inputs/read-files.js';
import type { Gathered, MatchSource } from './gathered.js';

/** Threads that end with the work. */
export interface ClosableCrew extends Crew {
  close(): Promise<void>;
}

/** What a match finds in what was gathered, and what its reader should know. Closes the crew. */
export async function findGathered(gathered: Gathered<MatchSource>, plan: Plan, crew: ClosableCrew, hooks: RunHooks): Promise<FoundInGathered> {
  const progressOf = (phase: RunProgress['phase'], name: string) => ({
    signal: hooks.signal,
    onProgress: ({ done, of }: { done: number; of: number }) => hooks.onProgress?.({ phase, name, rows: done, share: done / of }),
  });
  await gathered.prepare?.(plan);
  const source = await runAsync(gathered.source(), progressOf('stays', 'people'));
  const choices: Choice[] = [];
  const matching = source.matchInputs(gathered.tables, plan, { crew, onChoice: (choice) => choices.push(choice) });
  const result = await runAsync(matching, progressOf('match', 'cases')).finally(() => crew.close());
  return { source, result, choices, warnings: warningsOf(plan, source, gathered, result) };
}

export interface FoundInGathered {
  readonly source: MatchSource;
  readonly result: MatchResult;
  readonly choices: readonly Choice[];
  readonly warnings: readonly string[];
}

function warningsOf(plan: Plan, source: MatchSource, { tables, inputs, warnings }: Gathered<MatchSource>, result: MatchResult): string[] {
  const { capped, conflicts, zeroLength } = source.stayCounts;
  const unlocated = source.unlocatedPlaces(plan);
  const unscanned = source.unscannedPlaces(tables);
  const count = (number: number, text: string): string[] => (number > 0 ? [`${number} ${text}`] : []);
  return [
    ...plan.warnings,
    ...warnings,
    ...(source.rideCounts?.notes ?? []),
    ...inputs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
    ...source.unknownCategories.map((category) => `the place category '${category}' has no dwell times and counts as 'default'`),
    ...count(capped, 'stays cut at 24 h after the check-in (flag capped)'),
    ...count(conflicts, 'stays of people who were at two unrelated places at once (flag conflict): a lent or copied code'),
    ...count(zeroLength, 'stays of no length: they meet nobody unless --bounds closed'),
    ...count(unscanned, 'itinerary places where nobody checked in: is it the same place_id, and the same encoding, in both files?'),
    ...count(unlocated, 'venues without coordinates: they meet only themselves under grid and near'),
    ...result.counts.flatMap(({ rule_id, cases_without_visit: silent }) =>
      count(silent.length, `cases without a visit in their window under ${rule_id}, so without contacts: ${shorten(silent)}`),
    ),
  ];
}

const shorten = (ids: readonly string[]): string => ids.slice(0, 20).join(', ') + (ids.length > 20 ? ', … (all in the manifest)' : '');

/** Files, or an index on disk → why a person is, or is not, on the list of a case. */
import { OptionError } from '../../core/errors.js';
import { runAsync, type Steps } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { checkRejects, parseRejectLimit, type LedgerEntry } from '../../ingest/rows/ledger.js';
import type { Explanation } from '../../lists/explain/explanation.js';
import { makePlan } from '../../model/plan.js';
import { compileRule } from '../../model/rule.js';
import { findRule } from '../../rules/find-rule.js';
import { Dwell } from '../../stays/dwell.js';
import { gatherFiles } from '../in-memory/gathered.js';
import { gatherIndexed } from '../on-disk/match-index.js';
import type { MatchFilesOptions } from './match-files.js';
import type { ReadInput, RunHooks, RunProgress } from '../inputs/read-files.js';
import type { FeedInput, SeenInput } from '../feeds/read-feeds.js';
import { checkDigests, optionsOfRun } from './run-options.js';

/** The options of a match, without those that say what is written and where. */
export interface ExplainFilesOptions extends Omit<
  MatchFilesOptions,
  'out' | 'depth' | 'format' | 'excel' | 'raw' | 'split' | 'force' | 'episodes' | 'maxEpisodes' | 'plan' | 'threadsFromMs'
> {
  /** A case_id, or the person_id of a case. Where neither cases nor itineraries are given, a person whose whole presence counts. */
  readonly case: string;
  readonly person: string;
  /** Looks for near misses at this place alone. */
  readonly place?: string;
}

export interface ExplainReport {
  /** One for each rule, by rule_id. */
  readonly explanations: readonly Explanation[];
  readonly ledger: readonly LedgerEntry[];
  readonly inputs: readonly (ReadInput | FeedInput | SeenInput)[];
  /** What weakens the answer: rows that could not be read, say. */
  readonly warnings: readonly string[];
}

/** A pair, and the run whose lists are asked about. */
export interface ExplainRunOptions extends Pick<ExplainFilesOptions, 'case' | 'person' | 'place' | 'showValues' | 'threads'> {
  /** The output folder of a match: its manifest says which rules and options held, and which bytes the inputs had. */
  readonly run: string;
  /** Folder of the inputs that the manifest names. @defaultValue the working folder */
  readonly inputs?: string;
}

/**
 * Explains a pair as the lists of an earlier match have it: rules, options and inputs are those of its manifest.
 * @throws as `explainFiles`; OptionError `E_RUN`, and InputError `E_RUN_CHANGED` where an input has other bytes than then.
 */
export async function explainRun({ run, inputs = '.', ...pair }: ExplainRunOptions, hooks: RunHooks = {}): Promise<ExplainReport> {
  const earlier = optionsOfRun(run, inputs);
  const report = await explain({ ...earlier.options, ...pair }, hooks, (read) => checkDigests(read, earlier));
  if (earlier.depth < 2) return report;
  return { ...report, warnings: [...report.warnings, 'the run followed contacts of contacts; this speaks of the contacts of cases alone'] };
}

/**
 * Explains why a person is, or is not, on the list of a case: the same stays, rules and grades as `matchFiles` would give. Nothing is written.
 * @throws OptionError `E_UNKNOWN_ID` with what is spelled nearly so, `E_CASE_AMBIGUOUS`; InputError; the signal's reason if it is aborted.
 */
export function explainFiles(options: ExplainFilesOptions, hooks: RunHooks = {}): Promise<ExplainReport> {
  return explain(options, hooks, () => {});
}

async function explain(options: ExplainFilesOptions, hooks: RunHooks, check: (inputs: ExplainReport['inputs']) => void): Promise<ExplainReport> {
  const { files, index } = options;
  if (index === undefined && !files.checkins?.length) throw new OptionError('E_NO_CHECKINS', 'checkins: expected at least one file of check-ins');
  const hasCases = (files.cases?.length ?? 0) + (files.visits?.length ?? 0) > 0;
  const rules = (options.rules ?? ['any']).map((rule) => compileRule(typeof rule === 'string' ? findRule(rule) : rule));
  const plan = makePlan(rules, { ...options, depth: 1, window: hasCases ? (options.window ?? 'dated') : 'all' });
  const zone = new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  new Dwell(options.dwell); // refused before anything is read

  const gathered = index === undefined ? await gatherFiles(options, zone, hooks) : await gatherIndexed(index, options, zone, hooks);
  const run = <Result>(steps: Steps<Result>, phase: RunProgress['phase'], name: string): Promise<Result> =>
    runAsync(steps, { signal: hooks.signal, onProgress: ({ done, of }) => hooks.onProgress?.({ phase, name, rows: done, share: done / of }) });
  try {
    const { tables, ledger, rejects, inputs, warnings, unjudged } = gathered;
    check(inputs);
    checkRejects(unjudged, limit, rejects);
    const source = await run(gathered.source(), 'stays', 'people');
    const pairing = { caseKey: options.case, contactKey: options.person, placeKey: options.place };
    return {
      explanations: await run(source.explainInputs(tables, plan, pairing), 'match', 'cases'),
      ledger,
      inputs,
      warnings: [
        ...plan.warnings,
        ...warnings,
        ...(source.rideCounts?.notes ?? []),
        ...(hasCases ? [] : ['no cases were given: the whole presence of the first person counts, without a window']),
        ...(rejects.length > 0 ? [`${rejects.length} rows of the inputs could not be read and play no part: any of them may be of these two`] : []),
        ...source.unknownCategories.map((category) => `the place category '${category}' has no dwell times and counts as 'default'`),
      ],
    };
  } finally {
    gathered.close();
  }
}

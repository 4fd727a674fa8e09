/** How large the lists of some files would be: a match that writes nothing. */
import { checkRejects } from '../../ingest/rows/ledger.js';
import type { LedgerEntry } from '../../ingest/rows/ledger.js';
import type { BusyPlaces, ListSize } from '../../lists/sizes.js';
import { crewOf } from '../../threads/worker-crew.js';
import { gatherFiles } from '../in-memory/gathered.js';
import { findGathered } from '../in-memory/find-gathered.js';
import { checkOptions, type MatchFilesOptions } from './match-files.js';
import { gatherIndexed } from '../on-disk/match-index.js';
import type { RunHooks } from '../inputs/read-files.js';

export type SizeFilesOptions = Omit<MatchFilesOptions, 'out'> & {
  /** Places to name, the busiest first. @defaultValue 20 */
  readonly top?: number;
};

export interface SizeReport {
  readonly ledger: readonly LedgerEntry[];
  readonly rules: readonly { readonly rule_id: string; readonly lists: readonly ListSize[] }[];
  readonly busiest: readonly BusyPlaces[];
  /** Whether a match would refuse to list so many episodes. */
  readonly is_refused: boolean;
  readonly warnings: readonly string[];
}

/**
 * Counts the rows of every list by grade and rule, and names the places that bring most people. `maxEpisodes` refuses nothing here.
 * @throws OptionError, InputError; the signal's reason if it is aborted.
 */
export async function sizeFiles({ top = 20, ...options }: SizeFilesOptions, hooks: RunHooks = {}): Promise<SizeReport> {
  const { plan, zone, limit, lists } = checkOptions(options);
  const crew = crewOf(options);
  const gathered = options.index === undefined ? await gatherFiles(options, zone, hooks) : await gatherIndexed(options.index, options, zone, hooks);
  try {
    checkRejects(gathered.unjudged, limit, gathered.rejects);
    const { result, warnings } = await findGathered(gathered, { ...plan, maxEpisodes: Number.POSITIVE_INFINITY }, crew, hooks);
    const episodes = result.counts.reduce((sum, each) => sum + each.episodes, 0);
    return {
      ledger: gathered.ledger,
      rules: result.sizes.map((rule) => ({ ...rule, lists: rule.lists.filter(({ list }) => lists.includes(list)) })),
      busiest: result.busiest(top),
      is_refused: plan.hasEpisodes && episodes > plan.maxEpisodes,
      warnings,
    };
  } finally {
    gathered.close();
  }
}

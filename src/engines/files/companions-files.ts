/** Files, or an index on disk → people who keep coming together, and their groups, in a folder. */
import { COMPANION_COLUMNS, GROUP_COLUMNS } from '../../lists/companions.js';
import { makeCompanionPlan, type CompanionOptions } from '../../model/companion-plan.js';
import { companionsOf, type CompanionCounts } from '../answers/companions.js';
import type { RunHooks } from '../inputs/read-files.js';
import { scanLists, type ScanListOptions, type ScanListReport } from './scan-lists.js';

export interface CompanionsFilesOptions extends CompanionOptions, ScanListOptions {}
export type CompanionsReport = ScanListReport<CompanionCounts>;

const METHOD =
  'everyone keeps how often they came to each place; when they came is drawn from the traffic of the place. Expected are the pairs of arrivals that are then ' +
  'close, the pair itself left out of the traffic; the meetings (distinct places and days) are Poisson, p_value is the upper tail, and q_value is ' +
  'Benjamini-Hochberg over all pairs who were at one place';

/**
 * Finds companions in the check-ins of some files and writes companions, groups, rejects and a manifest.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted.
 */
export function companionsFiles(options: CompanionsFilesOptions, hooks: RunHooks = {}): Promise<CompanionsReport> {
  return new Promise((resolve) => {
    const plan = makeCompanionPlan(options);
    const settings = {
      within: `${plan.withinSec}s`,
      min_meetings: plan.minMeetings,
      min_places: plan.minPlaces,
      max_q: plan.maxQ,
      crowd: plan.crowd,
    };
    const command = {
      name: 'companions',
      lists: ['companions', 'groups'],
      settings,
      method: METHOD,
      *make(...[tables, zone]: Parameters<Parameters<typeof scanLists<CompanionCounts>>[1]['make']>) {
        const { pairs, groups, counts, warnings } = yield* companionsOf(tables, plan, zone);
        return {
          lists: [
            { columns: COMPANION_COLUMNS, rows: pairs },
            { columns: GROUP_COLUMNS, rows: groups },
          ],
          counts,
          warnings,
        };
      },
    };
    resolve(scanLists<CompanionCounts>(options, command, hooks));
  });
}

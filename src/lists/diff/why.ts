/** Why a pair of case and contact is not the same in two runs: what the episodes and the runs tell, and no more. */
import { Causes, type Cause } from './causes.js';
import { causeOfFile, type RunChanges } from './facts.js';

/** An episode of a pair, as its list tells it. */
export interface EpisodeText {
  /** Place, the contact's place, run, kind and evidence: what it rests on. */
  readonly id: string;
  readonly caseRows: string;
  readonly contactRows: string;
  readonly caseStart: string;
  readonly caseEnds: string;
  readonly contactStart: string;
  readonly contactEnds: string;
}

/** A pair that is not the same in both runs. */
export interface ChangedPair {
  readonly ruleId: string;
  readonly caseId: string;
  readonly generation: number;
  readonly change: 'added' | 'removed' | 'both';
  /** The columns that differ, where both runs list it. */
  readonly columns: readonly string[];
  /** The pair's episodes; undefined where a run has no list of them. */
  readonly before: readonly EpisodeText[] | undefined;
  readonly after: readonly EpisodeText[] | undefined;
}

/** Which cases a run names. */
export interface NamedCases {
  /** Whether a case of generation 1, or of a later one, is named. */
  has(ruleId: string, caseId: string, isFirst: boolean): boolean;
  /** Whether all cases of generation 1 are named, so that one that is not is none. */
  isWhole(ruleId: string): boolean;
}

export function whyPair(pair: ChangedPair, changes: RunChanges, namedBefore: NamedCases, namedAfter: NamedCases): Causes {
  const { ruleId, caseId, generation, change, columns } = pair;
  const causes = new Causes();
  const { before, after } = changes;
  if (!before.rules.has(ruleId)) return causes.add('rule-new');
  if (!after.rules.has(ruleId)) return causes.add('rule-gone');
  if (columns.length === 1 && columns[0] === 'contact_is_case') return causes.add('is-case');
  const available = changes.causes(ruleId);
  const isFirst = generation === 1;
  const other = change === 'added' ? namedBefore : change === 'removed' ? namedAfter : undefined;
  if (other && !other.has(ruleId, caseId, isFirst)) {
    if (!isFirst) return causes.add('chain');
    const cause = change === 'added' ? 'case-new' : 'case-withdrawn';
    if (changes.hasTable('cases', 'visits')) {
      if (other.isWhole(ruleId)) return causes.add(cause);
      available.add(cause); // or it is there and met nobody
    }
  }
  if (!isFirst) available.add('chain');
  if (!pair.before || !pair.after) return causes.addOneOf(available);
  const only = (...wanted: readonly Cause[]): Cause[] => wanted.filter((cause) => available.has(cause));
  const old = new Map(pair.before.map((episode) => [episode.id, episode]));
  const now = new Map(pair.after.map((episode) => [episode.id, episode]));
  for (const [id, episode] of [...old, ...now]) {
    const [one, two] = [old.get(id), now.get(id)];
    const files = [...filesOf(episode.caseRows), ...filesOf(episode.contactRows)].map((file) => changes.files.get(file)).filter((file) => file !== undefined);
    if (!one || !two) {
      const alone = files.filter((file) => file.change !== 'changed');
      if (alone.length > 0) for (const file of alone) causes.add(causeOfFile(file));
      else causes.addOneOf(available);
    } else if (episode === one) {
      // New check-ins move no start, as long as they are no other rows in a file of the same name.
      const ofStart = files.length > 0 ? available : only(...OF_STARTS);
      if (one.caseStart !== two.caseStart) causes.addOneOf(files.length > 0 ? available : [...ofStart, ...only(...OF_WINDOWS)]);
      else if (one.caseEnds !== two.caseEnds) causes.addOneOf(available);
      if (one.contactStart !== two.contactStart) causes.addOneOf(ofStart);
      else if (one.contactEnds !== two.contactEnds) causes.addOneOf(only(...OF_ENDS));
    }
  }
  // The same episodes, counted otherwise.
  if (causes.isEmpty) causes.addOneOf(only('rule-changed', 'options-changed', 'places-changed', 'runs-changed', 'version-changed'));
  return causes;
}

/** What can move the start of a stay whose check-ins are the same. */
const OF_STARTS: readonly Cause[] = ['options-changed', 'version-changed'];
/** What can cut a visit otherwise. */
const OF_WINDOWS: readonly Cause[] = ['case-window', 'itinerary-changed', 'rule-changed', 'chain'];
/** What can move the end of a stay. */
const OF_ENDS: readonly Cause[] = ['check-ins-new', 'check-ins-gone', 'check-ins-changed', 'places-changed', 'runs-changed', ...OF_STARTS];

/** Names of the files in evidence: `file:line` joined with `|`. */
function filesOf(rows: string): Set<string> {
  return new Set(rows.split('|').map((row) => row.slice(0, row.lastIndexOf(':'))));
}

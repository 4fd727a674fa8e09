/** What a run says of itself, and what two runs say that differs: the causes that there can be. */
import type { Cause } from './causes.js';

/** A run of match, as its manifest tells it. */
export interface RunFacts {
  readonly version: string;
  /** The rules by id, as JSON. */
  readonly rules: ReadonlyMap<string, string>;
  /** Options that decide what is found, as JSON by name. */
  readonly options: ReadonlyMap<string, string>;
  /** Options that say how files are read; undefined where an index was asked, which does not know them. */
  readonly reading?: ReadonlyMap<string, string> | undefined;
  readonly inputs: readonly { readonly table: string; readonly name: string; readonly sha256: string }[];
  /** By rule: how many cases there are, and which of them have no visit. */
  readonly cases: ReadonlyMap<string, { readonly count: number; readonly silent: readonly string[] }>;
}

/** Something that two runs say differently of themselves. */
export interface RunChange {
  readonly what: 'rule' | 'option' | 'version' | 'input';
  /** Table of an input; '' for the others. */
  readonly table: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Values of an option or version; null for the others, which are long. */
  readonly old: string | null;
  readonly new: string | null;
}

/** What differs between two runs. */
export class RunChanges {
  readonly list: readonly RunChange[];
  /** What became of each file that is not the same in both, by name. */
  readonly files: ReadonlyMap<string, RunChange>;
  readonly before: RunFacts;
  readonly after: RunFacts;

  constructor(before: RunFacts, after: RunFacts) {
    this.before = before;
    this.after = after;
    // A file of another name and the same content is the same.
    const isElsewhere = ({ table, name, sha256 }: RunFacts['inputs'][number], there: RunFacts): boolean =>
      !there.inputs.some((other) => other.name === name) && there.inputs.some((other) => other.table === table && other.sha256 === sha256);
    const inputs = (run: RunFacts, other: RunFacts): Map<string, { table: string; text: string }> =>
      new Map(run.inputs.filter((input) => !isElsewhere(input, other)).map(({ table, name, sha256 }) => [name, { table, text: sha256 }]));
    const [old, now] = [inputs(before, after), inputs(after, before)];
    const files = differences(texts(old), texts(now)).map(({ name, change }): RunChange => {
      const { table } = now.get(name) ?? old.get(name)!;
      return { what: 'input', table, name, change, old: null, new: null };
    });
    this.files = new Map(files.map((file) => [file.name, file]));
    this.list = [
      ...(before.version === after.version
        ? []
        : [{ what: 'version', table: '', name: 'version', change: 'changed', old: before.version, new: after.version } as const]),
      ...differences(before.rules, after.rules).map(({ name, change }) => ({ what: 'rule', table: '', name, change, old: null, new: null }) as const),
      ...[...differences(before.options, after.options), ...(before.reading && after.reading ? differences(before.reading, after.reading) : [])].map(
        (each) => ({ what: 'option', table: '', ...each }) as const,
      ),
      ...files,
    ];
  }

  /** Whether some file of a table is not the same in both. */
  hasTable(...tables: readonly string[]): boolean {
    return [...this.files.values()].some(({ table }) => tables.includes(table));
  }

  /** What may make pairs of a rule differ that both runs could have: all but cases and rules that only one has. */
  causes(ruleId: string): Set<Cause> {
    const found = new Set<Cause>();
    if (this.hasTable('cases')) found.add('case-window');
    for (const file of this.files.values()) found.add(causeOfFile(file));
    found.delete('cases-changed');
    if (this.list.some(({ what, name }) => what === 'rule' && name === ruleId)) found.add('rule-changed');
    if (this.list.some(({ what }) => what === 'option')) found.add('options-changed');
    if (this.list.some(({ what }) => what === 'version')) found.add('version-changed');
    return found;
  }
}

/** What a file that is not the same in both runs stands for. */
export function causeOfFile({ table, change }: RunChange): Cause {
  if (table === 'checkins') return change === 'added' ? 'check-ins-new' : change === 'removed' ? 'check-ins-gone' : 'check-ins-changed';
  if (table === 'cases') return 'cases-changed';
  if (table === 'visits') return 'itinerary-changed';
  return table === 'places' ? 'places-changed' : 'runs-changed';
}

const texts = (map: ReadonlyMap<string, { readonly text: string }>): Map<string, string> => new Map([...map].map(([name, { text }]) => [name, text]));

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Pick<RunChange, 'name' | 'change' | 'old' | 'new'>[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name)).sort();
  return names.map((name) => ({
    name,
    change: before.has(name) ? (after.has(name) ? 'changed' : 'removed') : 'added',
    old: before.get(name) ?? null,
    new: after.get(name) ?? null,
  }));
}

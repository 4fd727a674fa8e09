/** The cases that the lists of a run name: a run does not list its cases as such. */
import type { Cursor } from './cursor.js';
import type { RunFacts } from './facts.js';
import type { NamedCases } from './why.js';

const PAUSE_ROWS = 1 << 12;

export class ListedCases implements NamedCases {
  readonly #facts: RunFacts;
  readonly #named = new Set<string>();
  readonly #firsts = new Map<string, number>();

  constructor(facts: RunFacts) {
    this.#facts = facts;
    for (const [ruleId, { silent }] of facts.cases) for (const caseId of silent) this.#add(ruleId, caseId, true);
  }

  /** Adds the cases of a list of contacts or episodes. */
  *addList(cursor: Cursor): Generator<undefined, void, void> {
    const [rule, aCase, generation] = [cursor.at('rule_id'), cursor.at('case_id'), cursor.at('generation')];
    // Most runs know no second generation, so that a case is one wherever it is named.
    const isFlat = this.#facts.options.get('depth') === '1';
    let [lastRule, lastCase, lastGeneration] = ['', '', ''];
    for (let rows = 1; cursor.next(); rows++) {
      if (rows % PAUSE_ROWS === 0) yield undefined;
      const [ruleId, caseId, of] = [cursor.text(rule), cursor.text(aCase), isFlat ? '1' : cursor.text(generation)];
      if (caseId === lastCase && of === lastGeneration && ruleId === lastRule) continue;
      [lastRule, lastCase, lastGeneration] = [ruleId, caseId, of];
      this.#add(ruleId, caseId, of === '1');
    }
  }

  has(ruleId: string, caseId: string, isFirst: boolean): boolean {
    return this.#named.has(keyOf(ruleId, caseId, isFirst));
  }

  isWhole(ruleId: string): boolean {
    return this.#firsts.get(ruleId) === this.#facts.cases.get(ruleId)?.count;
  }

  /** Whether all cases of all rules are named, those of later generations among them: there is nothing more to be found. */
  get isComplete(): boolean {
    return this.#facts.options.get('depth') === '1' && [...this.#facts.rules.keys()].every((ruleId) => this.isWhole(ruleId));
  }

  /** Whether each case that is named here is named there, or cannot be since the rule is not known there. */
  isWithin(other: ListedCases): boolean {
    return [...this.#named].every((key) => other.#named.has(key) || !other.#facts.rules.has(key.slice(0, key.indexOf('\0'))));
  }

  #add(ruleId: string, caseId: string, isFirst: boolean): void {
    const key = keyOf(ruleId, caseId, isFirst);
    if (this.#named.has(key)) return;
    this.#named.add(key);
    if (isFirst) this.#firsts.set(ruleId, (this.#firsts.get(ruleId) ?? 0) + 1);
  }
}

const keyOf = (ruleId: string, caseId: string, isFirst: boolean): string => `${ruleId}\0${caseId}\0${isFirst ? 1 : 2}`;

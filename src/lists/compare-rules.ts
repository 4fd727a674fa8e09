/** Several rules side by side: which of them list a pair of case and contact, at which grade, and why the others do not. Speaks of generation 1. */
import { inTextOrder, ranksIn, textOrder } from '../core/text-order.js';
import { isContact, type PairRange } from '../match/pairs.js';
import { BELOW, GRADES, type Grade } from '../model/stay.js';
import { Cells } from './cells.js';
import type { Found } from './found.js';
import { whyNotListed, type NotListed } from './not-listed.js';

/** A pair of case and contact under one of the rules. Pairs that no rule lists have no rows. */
export interface RuleRow extends NotListed {
  readonly case_id: string;
  readonly contact_id: string;
  /** The rules that list the pair, joined with `|`. */
  readonly listed_by: string;
  readonly rule_id: string;
  readonly grade: Grade | 'below';
  /** The clauses that hold at the grade, as `total>=900s`, joined with `|`. */
  readonly reasons: string;
}

export const RULE_COLUMNS: readonly (keyof RuleRow)[] = [
  'case_id',
  'contact_id',
  'listed_by',
  'rule_id',
  'grade',
  'reasons',
  'why',
  'nearest_clause',
  'measured_s',
  'threshold_s',
  'lacking_s',
  'detail',
];

/** How many pairs the rules list, each with each. */
export interface RuleMatrix {
  /** Ids of the rules, in order. */
  readonly rules: readonly string[];
  /** Pairs that some rule lists. */
  readonly pairs: number;
  /** `both[i][j]`: pairs that the rules i and j both list; `both[i][i]` all that rule i lists. */
  readonly both: readonly (readonly number[])[];
  /** Pairs that this rule alone lists. */
  readonly alone: readonly number[];
}

/** A pair under each rule: where it stands, or -1 if the two did not meet under it. */
interface PairUnderRules {
  readonly at: readonly { readonly range: PairRange; readonly position: number }[];
  readonly contact: number;
}

/** The rules of one match, compared. */
export class RuleComparison {
  readonly #found: readonly Found[];
  #matrix: RuleMatrix | undefined;

  /** @internal */
  constructor(found: readonly Found[]) {
    this.#found = found;
  }

  /** Rows by case_id, contact_id and rule_id, one at a time. */
  *rows(): Generator<RuleRow, void, void> {
    const counts = new MatrixCounts(this.#found);
    const cells = this.#found.map((found) => new Cells(found));
    for (const { case: position, pair } of this.#pairs()) {
      const { at, contact } = pair;
      const listed = at.map(({ range, position: place }) => place >= 0 && isContact(range.pairs, place));
      if (!counts.add(listed)) continue;
      const { ids } = this.#found[0]!.tables.inputs;
      const head = {
        case_id: ids.case.text(this.#found[0]!.generations[0]!.cases[position]!.caseId),
        contact_id: ids.person.text(contact),
        listed_by: this.#found
          .filter((_, r) => listed[r])
          .map(({ rule }) => rule.id)
          .join('|'),
      };
      for (const [r, found] of this.#found.entries()) {
        const { range, position: place } = at[r]!;
        if (listed[r]) {
          const grade = GRADES[range.pairs.grade.data[place]!]!;
          yield { ...head, rule_id: found.rule.id, grade, reasons: cells[r]!.reasons(range.pairs.clauses.data[place]!), ...LISTED };
          continue;
        }
        const others = at.map((each, o) => ({ found: this.#found[o]!, ...each })).filter((_, o) => listed[o]);
        yield { ...head, rule_id: found.rule.id, grade: 'below', reasons: '', ...whyNotListed({ found, range, position: place }, others, position) };
      }
    }
    this.#matrix = counts.matrix();
  }

  /** How many pairs the rules list, each with each. Counted along with the rows once those were made. */
  get matrix(): RuleMatrix {
    if (this.#matrix) return this.#matrix;
    const counts = new MatrixCounts(this.#found);
    for (const { pair } of this.#pairs()) counts.add(pair.at.map(({ range, position }) => position >= 0 && isContact(range.pairs, position)));
    return (this.#matrix = counts.matrix());
  }

  /** All pairs of cases and people whom some rule lists, by case_id and contact_id; also those pairs of theirs that no rule lists. */
  *#pairs(): Generator<{ case: number; pair: PairUnderRules }> {
    const all = this.#found;
    const { inputs } = all[0]!.tables;
    const firsts = all.map(({ generations }) => generations[0]!);
    const { cases } = firsts[0]!;
    const size = inputs.ids.person.size;
    const wanted: number[] = [];
    for (let person = 0; person < size; person++) if (all.some(({ tally }) => tally.gradeOf(person) < BELOW)) wanted.push(person);
    const ranks = ranksIn(inTextOrder(Uint32Array.from(wanted), inputs.ids.person), size);
    const order = textOrder(
      Uint32Array.from(cases, ({ caseId }) => caseId),
      inputs.ids.case,
    );
    for (const position of order) {
      // Each rule has a source of its own, so that their ranges are good side by side.
      const ranges = firsts.map(({ pairs }) => pairs.ofCase(position, ranks));
      const next = ranges.map(({ lo }) => lo);
      const contactAt = (r: number): number => ranges[r]!.pairs.contact.data[ranges[r]!.positions[next[r]!]!]!;
      for (;;) {
        let least = Number.POSITIVE_INFINITY;
        for (let r = 0; r < ranges.length; r++) if (next[r]! < ranges[r]!.hi) least = Math.min(least, ranks[contactAt(r)]!);
        if (least === Number.POSITIVE_INFINITY) break;
        let contact = 0;
        const at = ranges.map((range, r) => {
          if (next[r]! >= range.hi || ranks[contactAt(r)] !== least) return { range, position: -1 };
          contact = contactAt(r);
          return { range, position: range.positions[next[r]!++]! };
        });
        yield { case: position, pair: { at, contact } };
      }
    }
  }
}

/** What a row says of a pair that its rule lists. */
const LISTED: NotListed = { why: '', nearest_clause: '', measured_s: null, threshold_s: null, lacking_s: null, detail: '' };

class MatrixCounts {
  readonly #rules: readonly string[];
  readonly #both: number[][];
  readonly #alone: number[];
  #pairs = 0;

  constructor(found: readonly Found[]) {
    this.#rules = found.map(({ rule }) => rule.id);
    this.#both = found.map(() => found.map(() => 0));
    this.#alone = found.map(() => 0);
  }

  /** Counts a pair that some rule lists; false if none does. */
  add(listed: readonly boolean[]): boolean {
    const by = [...listed.keys()].filter((r) => listed[r]);
    if (by.length === 0) return false;
    this.#pairs++;
    if (by.length === 1) this.#alone[by[0]!]!++;
    for (const i of by) for (const j of by) this.#both[i]![j]!++;
    return true;
  }

  matrix(): RuleMatrix {
    return { rules: this.#rules, pairs: this.#pairs, both: this.#both, alone: this.#alone };
  }
}

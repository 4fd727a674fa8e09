/** What can make two runs differ, as sets: causes that are certain, and causes of which one or more must be. */

/**
 * `rule-new`, `rule-gone` only one run has the rule · `case-new`, `case-withdrawn` only one run has the case · `case-window` the case's row says something else:
 * when its visits count, or who it is · `cases-changed` any of these three, of a place · `itinerary-changed` · `check-ins-new`, `check-ins-gone` in files that only one
 * run read · `check-ins-changed` in a file of another content · `places-changed`, `runs-changed` these files · `rule-changed` · `options-changed` ·
 * `version-changed` another version of the tool · `is-case` the contact became a case, or is none any more · `chain` the case of a later generation is a contact of
 * the one before in one run alone, or from another time on · `unknown` nothing that the runs tell accounts for it
 */
export const CAUSES = [
  'rule-new',
  'rule-gone',
  'case-new',
  'case-withdrawn',
  'case-window',
  'cases-changed',
  'itinerary-changed',
  'check-ins-new',
  'check-ins-gone',
  'check-ins-changed',
  'places-changed',
  'runs-changed',
  'rule-changed',
  'options-changed',
  'version-changed',
  'is-case',
  'chain',
  'unknown',
] as const;
export type Cause = (typeof CAUSES)[number];

/** Causes as bits: those that are certain, and others that may be. */
export class Causes {
  certain = 0;
  possible = 0;

  /** Adds a cause that is certain. */
  add(cause: Cause): this {
    this.certain |= bitOf(cause);
    return this;
  }

  /** Adds what one of some causes must have made: certain if there is one alone, `unknown` if there is none. */
  addOneOf(causes: Iterable<Cause>): this {
    const all = [...causes];
    if (all.length === 0) return this.add('unknown');
    if (all.length === 1) return this.add(all[0]!);
    for (const cause of all) this.possible |= bitOf(cause);
    return this;
  }

  /** Adds all causes of another set. */
  unite({ certain, possible }: { readonly certain: number; readonly possible: number }): this {
    this.certain |= certain;
    this.possible |= possible;
    return this;
  }

  get isEmpty(): boolean {
    return (this.certain | this.possible) === 0;
  }

  /** The causes joined with `|`, in order; one that is not certain is followed by `?`. */
  get text(): string {
    return CAUSES.filter((cause) => ((this.certain | this.possible) & bitOf(cause)) !== 0)
      .map((cause) => (this.certain & bitOf(cause) ? cause : `${cause}?`))
      .join('|');
  }
}

const BITS = new Map(CAUSES.map((cause, i) => [cause, 1 << i]));
const bitOf = (cause: Cause): number => BITS.get(cause)!;

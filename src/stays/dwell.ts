/** How long people stay where they only scanned in, by category of the place: working assumptions, not findings. */
import { OptionError } from '../core/errors.js';

/** Minutes. */
export interface DwellMinutes {
  readonly least: number;
  readonly typical: number;
  readonly most: number;
}

/** SPEC section 4: least, typical, most minutes by category. */
const MINUTES: Readonly<Record<string, readonly [number, number, number]>> = {
  default: [5, 30, 120],
  retail: [3, 20, 90],
  market: [5, 25, 120],
  food: [10, 45, 180],
  entertainment: [15, 90, 300],
  culture: [15, 90, 300],
  sports: [15, 75, 240],
  worship: [15, 75, 240],
  workplace: [30, 480, 720],
  education: [30, 360, 600],
  healthcare: [10, 60, 240],
  public_building: [5, 30, 120],
  station: [1, 10, 60],
  residence: [60, 600, 1440],
  lodging: [60, 600, 1440],
  bus: [2, 20, 90],
  metro: [2, 25, 120],
  taxi: [3, 20, 120],
  ferry: [5, 30, 240],
  coach: [10, 90, 480],
  train: [10, 120, 1440],
  aircraft: [30, 120, 960],
};

/** Longest `most` that is believed: a year. Keeps every instant within 32 bits. */
const MOST_MINUTES = 366 * 1440;

/** Seconds by category. */
export class Dwell {
  readonly #rows = new Map<string, { readonly leastSec: number; readonly typicalSec: number; readonly mostSec: number }>();

  /**
   * The SPEC's table with some rows replaced.
   * @throws OptionError `E_DWELL` unless whole minutes with 0 <= least <= typical <= most <= a year.
   */
  constructor(replaced: Readonly<Record<string, DwellMinutes>> = {}) {
    for (const [category, [least, typical, most]] of Object.entries(MINUTES)) this.#set(category, { least, typical, most });
    for (const [category, minutes] of Object.entries(replaced)) {
      const { least, typical, most } = minutes ?? {};
      const unknown = Object.keys(minutes ?? {}).filter((key) => !['least', 'typical', 'most'].includes(key));
      const isSound = [least, typical, most].every(Number.isInteger) && least >= 0 && least <= typical && typical <= most && most <= MOST_MINUTES;
      if (!isSound || unknown.length > 0) {
        throw new OptionError(
          'E_DWELL',
          `dwell of ${category}: expected {least, typical, most} in whole minutes with 0 <= least <= typical <= most <= ${MOST_MINUTES}, got ${JSON.stringify(minutes)}`,
        );
      }
      this.#set(category, minutes);
    }
  }

  isKnown(category: string): boolean {
    return this.#rows.has(category);
  }

  /** The row of a category; an unknown one counts as `default`. */
  of(category: string): { readonly leastSec: number; readonly typicalSec: number; readonly mostSec: number } {
    return this.#rows.get(category) ?? this.#rows.get('default')!;
  }

  /** All rows, in minutes, for the manifest. */
  toJSON(): Record<string, DwellMinutes> {
    return Object.fromEntries(
      [...this.#rows].map(([category, row]) => [category, { least: row.leastSec / 60, typical: row.typicalSec / 60, most: row.mostSec / 60 }]),
    );
  }

  #set(category: string, { least, typical, most }: DwellMinutes): void {
    this.#rows.set(category, { leastSec: least * 60, typicalSec: typical * 60, mostSec: most * 60 });
  }
}

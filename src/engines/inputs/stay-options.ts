/** How check-ins become stays: options that every way to an answer takes. */
import type { DwellMinutes } from '../../stays/dwell.js';

/** How check-ins become stays. */
export interface StayOptions {
  /** Minutes by category, in place of the built-in rows. */
  readonly dwell?: Readonly<Record<string, DwellMinutes>>;
  /** Runs of a vehicle without a timetable are cut where no one scanned for this long. @defaultValue '45m' */
  readonly runGap?: string | number;
  /** How far the clocks of two devices may differ: stays begin this much earlier and end this much later. @defaultValue '0s' */
  readonly skew?: string | number;
  /**
   * Infers where riders got on and off, from the runs whose stops are known: on a run without that, and everywhere else, stays end as they do without.
   * @defaultValue false
   */
  readonly rides?: boolean;
  /** How far people walk from a stop to where they are scanned next, in metres, and for how long. @defaultValue 1000 and '12m' */
  readonly walkM?: number;
  readonly walkTime?: string | number;
}

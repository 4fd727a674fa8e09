/** Cases: index persons and the window in which their visits count. */

/** One case of one generation. */
export interface Case {
  /** Id in the `case` dictionary. */
  readonly caseId: number;
  readonly person: number;
  /** The window [fromSec, toSec); infinite where unbounded. */
  readonly fromSec: number;
  readonly toSec: number;
  readonly generation: number;
  /** Rows of the itineraries table that tell where this case was. */
  readonly itinerary: readonly number[];
  /** Whether its own check-ins count: false for a case that only an itinerary names. */
  readonly hasStays: boolean;
}

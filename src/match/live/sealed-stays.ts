/** Stays that were known before a watch began, wherever they are: asked by place and time, or by person. */
import type { OneStay } from '../../stays/open-stays.js';

/** A stay of someone, as it was inferred without the check-ins of the stream. */
export interface SealedStay extends OneStay {
  readonly key: string;
}

/** A room and a time: stays there that overlap [startSec, endSec). */
export interface RoomQuery {
  readonly place: number;
  readonly run: number;
  readonly startSec: number;
  readonly endSec: number;
}

export interface SealedStays {
  /** The latest possible end; 0 if there are none. */
  readonly lastSec: number;
  /** Calls `each` for every stay near a query, with the query's position. */
  near(queries: readonly RoomQuery[], each: (query: number, stay: SealedStay) => void): void;
  /** Stays of someone, sorted by start: at least those that end at or after an instant. */
  ofPerson(key: string, sinceSec: number): SealedStay[];
  /** People with stays at a place that end after an instant, by any run. */
  peopleSince(place: number, sec: number): Iterable<string>;
}

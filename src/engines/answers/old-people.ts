/** What was known of people before a watch began: which of their old stays are settled, and which go on in the stream. */
import type { SealedStay, SealedStays } from '../../match/live/sealed-stays.js';
import { BOARDING_SEC } from '../../stays/segment-runs.js';
import { OpenStay, firstOpenSec, settle, type OpenRow } from '../../stays/open-stays.js';
import type { LiveRuns } from '../../stays/live-runs.js';
import type { Places } from '../../model/place.js';

export class OldPeople {
  readonly sealed: SealedStays;
  readonly #places: Places;
  readonly #live: LiveRuns;
  /** Seconds by which a stay may be settled after it ended, at most: a bound for those that collide with none. */
  readonly #slackSec: number;
  /** By person, the start of the first old stay that was inferred again with the stream: from there on the old ones count no more. */
  readonly #taken = new Map<string, number>();
  /** From when on a vehicle's riders were looked at again. */
  readonly #ridersSince = new Map<number, number>();

  constructor(sealed: SealedStays, places: Places, live: LiveRuns) {
    this.sealed = sealed;
    this.#places = places;
    this.#live = live;
    this.#slackSec = live.gapSec + BOARDING_SEC;
  }

  /** Whether an old stay may be open at an instant. */
  mayBeOpen(clockSec: number): boolean {
    return this.sealed.lastSec + this.#slackSec >= clockSec;
  }

  /** Whether an old stay was inferred again, or is to be. */
  isTaken({ key, start }: Pick<SealedStay, 'key' | 'start'>): boolean {
    return (this.#taken.get(key) ?? Number.POSITIVE_INFINITY) <= start;
  }

  /** Takes the check-ins of the old stays that may change once check-ins from `clockSec` on come in; their stays count no more as old ones. */
  take(key: string, clockSec: number): OpenRow[] {
    if (!this.mayBeOpen(clockSec)) return [];
    let sinceSec = clockSec - this.#slackSec - this.#live.longestRunSec;
    for (;;) {
      const stays = this.known(key, sinceSec);
      const begin = firstOpenSec(stays, clockSec);
      if (begin === Number.POSITIVE_INFINITY) return [];
      if (begin >= sinceSec) {
        this.#taken.set(key, begin);
        return stays.filter(({ start }) => start >= begin).flatMap(({ rows }) => rows);
      }
      sinceSec = begin; // one that ended before may reach it
    }
  }

  /** Someone's old stays that still count, sorted by start, at least those that end at or after an instant. */
  known(key: string, sinceSec: number = Number.NEGATIVE_INFINITY): readonly OpenStay[] {
    const stays = this.sealed.ofPerson(key, sinceSec).flatMap((stay) => (this.isTaken(stay) ? [] : [new OpenStay(key, stay)]));
    settle(stays, this.#places, this.#live);
    return stays;
  }

  /** People with old stays on a vehicle whose runs are others from an instant on; each is named once. */
  *riders(vehicle: number, sinceSec: number): Generator<string> {
    const from = sinceSec - BOARDING_SEC;
    if (!this.mayBeOpen(from) || (this.#ridersSince.get(vehicle) ?? Number.POSITIVE_INFINITY) <= from) return;
    this.#ridersSince.set(vehicle, from);
    yield* this.sealed.peopleSince(vehicle, from);
  }
}

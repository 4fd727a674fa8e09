/** Where people were, for rules that ask who lived there: all settled stays of the stream are kept, and episodes wait until enough is known. */
import type { ClosedMeeting } from '../../lists/live/live-episodes.js';
import type { LivePairs } from '../../lists/live/live-pairs.js';
import { TOGETHER, episodeTimes } from '../../match/episodes.js';
import { oneTimes, setTimes, type LiveStay, type LiveVisits } from '../../match/live/live-meetings.js';
import type { OpenPeople } from '../../stays/open-people.js';
import type { OneStay, OpenStay } from '../../stays/open-stays.js';
import type { OldPeople } from './old-people.js';

export class Homes {
  readonly #old: OldPeople;
  readonly #people: OpenPeople;
  readonly #widened: (stay: OpenStay) => LiveStay;
  readonly #skewSec: number;
  readonly #settled = new Map<string, LiveStay[]>();
  #held: ClosedMeeting[] = [];

  constructor(old: OldPeople, people: OpenPeople, widened: (stay: OpenStay) => LiveStay, skewSec: number) {
    this.#old = old;
    this.#people = people;
    this.#widened = widened;
    this.#skewSec = skewSec;
  }

  /** Takes a settled stay of the stream. */
  remember(stay: LiveStay): void {
    const list = this.#settled.get(stay.key);
    if (list) list.push(stay);
    else this.#settled.set(stay.key, [stay]);
  }

  /** All settled stays of someone. */
  presenceOf(key: string): readonly OneStay[] {
    return [...this.#old.known(key).map((stay) => this.#widened(stay)), ...(this.#settled.get(key) ?? [])];
  }

  /** Of these meetings and those held back before, the ones that a clock closes: where all is settled that the two began before the episode's end. */
  release(
    closed: readonly ClosedMeeting[],
    clockSec: number,
    ruleOf: (rule: number) => { readonly pairs: LivePairs; readonly visits: LiveVisits },
  ): ClosedMeeting[] {
    const released: ClosedMeeting[] = [];
    const held: ClosedMeeting[] = [];
    for (const meeting of [...this.#held, ...closed]) {
      const { pairs, visits } = ruleOf(meeting.rule);
      if (!pairs.rule.residence || meeting.kind !== TOGETHER) {
        released.push(meeting);
        continue;
      }
      setTimes(first, meeting.visit);
      setTimes(second, meeting.stay);
      const { endSec } = episodeTimes(first, 0, second, 0, meeting.kind, visits.settings.lagSec);
      const closedSec = Math.max(meeting.closedSec, this.#settledSec(meeting.visit.key, endSec), this.#settledSec(meeting.stay.key, endSec));
      if (closedSec < clockSec) released.push({ ...meeting, closedSec });
      else held.push(meeting);
    }
    this.#held = held;
    return released;
  }

  /** From when on all stays are settled that someone began before an instant. */
  #settledSec(key: string, endSec: number): number {
    let sec = Number.NEGATIVE_INFINITY;
    for (const { start, settledSec } of this.#settled.get(key) ?? []) if (start < endSec) sec = Math.max(sec, settledSec);
    for (const stays of [this.#old.known(key), this.#people.get(key)?.stays ?? []])
      for (const { start, settledSec } of stays) if (start - this.#skewSec < endSec) sec = Math.max(sec, settledSec);
    return sec;
  }
}

const first = oneTimes();
const second = oneTimes();

/**
 * How probable it is that someone is still there at an instant, stay by stay: the survival curve of the place's category, within what is known.
 *
 * What is known of the end (`possible`) is hard: nobody is there after it.
 * - a check-out says when: 1 up to it, 0 after it
 * - a run's end and the longest time that is believed (`run-end`, `cap`) cut the curve, which runs from the last scan here on: whoever would stay longer
 *   leaves just then
 * - so does the next scan elsewhere (`next-scan`). People mostly leave for where they scan next: a half of them are taken to have left no sooner than
 *   10 minutes before that, so that until then it is 1/2 + S/2, and S from then on. The half and the 10 minutes were chosen on a simulated city,
 *   of six settings; `npm run bench calibration` gives how right it is on another
 * - a check-out of one of several scans of a stay proves that the person was there until then
 * - a ride (`chained`, `returned`, `habit`) has bounds of its own: 1 up to the certain end, at the likely one a step as high as the share of its stop,
 *   and straight lines from the certain end to it and from it to the possible end, each with a half of the rest
 */
import type { Places } from '../model/place.js';
import { CHAINED, CHECKOUT, NEXT_SCAN, type Stays } from '../model/stay.js';
import type { InputTables } from '../model/tables.js';
import { Dwell } from './dwell.js';
import { DwellCurve } from './dwell-curve.js';

/** The share of people who leave for where they scan next, and the longest way there. */
const LEAVING_FOR_NEXT = 0.5;
const WAY_SEC = 600;

export class StaySurvival {
  readonly #stays: Stays;
  readonly #places: Places;
  readonly #dwell: Dwell;
  readonly #timeOf: ArrayLike<number>;
  readonly #checkOutOf: ArrayLike<number>;
  readonly #curves = new Map<string, DwellCurve>();
  readonly #ofPlace = new Map<number, DwellCurve>();

  constructor(stays: Stays, places: Places, inputs: Pick<InputTables, 'checkIns'>, dwell: Dwell = new Dwell()) {
    this.#stays = stays;
    this.#places = places;
    this.#dwell = dwell;
    this.#timeOf = inputs.checkIns.column('time');
    this.#checkOutOf = inputs.checkIns.column('check_out');
  }

  /** The probability that the person of a stay is there until `sec` at least. */
  until(stay: number, sec: number): number {
    const { start, certain, likely, possible, method, firstRow, rows, place, ridden } = this.#stays;
    if (sec <= start[stay]!) return 1;
    if (sec > possible[stay]!) return 0;
    const how = method[stay]!;
    if (how === CHECKOUT) return sec <= likely[stay]! ? 1 : 0;
    if (how >= CHAINED) return rideShare(sec, certain[stay]!, likely[stay]!, possible[stay]!, ridden ? ridden.confidence[stay]! / 100 : 0);
    if (sec <= certain[stay]!) for (let row = firstRow[stay]!; row < firstRow[stay + 1]!; row++) if (sec <= this.#checkOutOf[rows[row]!]!) return 1;
    const lastScan = this.#timeOf[rows[firstRow[stay + 1]! - 1]!]!;
    const share = this.#curveOf(place[stay]!).share(sec - lastScan);
    return how === NEXT_SCAN && sec <= possible[stay]! - WAY_SEC ? LEAVING_FOR_NEXT + (1 - LEAVING_FOR_NEXT) * share : share;
  }

  #curveOf(place: number): DwellCurve {
    let curve = this.#ofPlace.get(place);
    if (curve) return curve;
    const { category } = this.#places.get(place);
    curve = this.#curves.get(category);
    if (!curve) this.#curves.set(category, (curve = new DwellCurve(this.#dwell.of(category))));
    this.#ofPlace.set(place, curve);
    return curve;
  }
}

/** Of a ride: `confidence` is the probability that it ends at its likely end. */
function rideShare(sec: number, certain: number, likely: number, possible: number, confidence: number): number {
  const half = (1 - confidence) / 2;
  if (sec <= certain) return 1;
  if (sec <= likely) return 1 - (half * (sec - certain)) / (likely - certain);
  return (half * (possible - sec)) / (possible - likely);
}

/**
 * How probable it is that someone is still there at an instant, stay by stay: the survival curve of the place's category, within what is known.
 *
 * What is known of the end (`possible`) is hard: nobody is there after it.
 * - a check-out says when: 1 up to it, 0 after it
 * - the next scan elsewhere (`next-scan`) says that the stay ended before: the curve is that of the stays that do,
 *   (S(x) − S(h)) / (1 − S(h)) for x seconds after the last scan here, h of them up to the next scan
 * - a run's end and the longest time that is believed (`run-end`, `cap`) cut the curve: whoever would stay on leaves then
 * - a ride (`chained`, `returned`, `habit`) has bounds of its own: 1 up to the certain end, at the likely one a step as high as the share of its stop,
 *   and straight lines from the certain end to it and from it to the possible end, each with a half of the rest
 */
import type { Places } from '../model/place.js';
import { CHECKOUT, CHAINED, NEXT_SCAN, type Stays } from '../model/stay.js';
import type { InputTables } from '../model/tables.js';
import { Dwell } from './dwell.js';
import { DwellCurve } from './dwell-curve.js';

/** Below this share of stays that end in time, the curve says nothing of how: they end evenly then. */
const FEW = 1e-9;

export class StaySurvival {
  readonly #stays: Stays;
  readonly #places: Places;
  readonly #dwell: Dwell;
  readonly #timeOf: ArrayLike<number>;
  readonly #curves = new Map<string, DwellCurve>();
  readonly #ofPlace = new Map<number, DwellCurve>();

  constructor(stays: Stays, places: Places, inputs: Pick<InputTables, 'checkIns'>, dwell: Dwell = new Dwell()) {
    this.#stays = stays;
    this.#places = places;
    this.#dwell = dwell;
    this.#timeOf = inputs.checkIns.column('time');
  }

  /** The probability that the person of a stay is there until `sec` at least. */
  until(stay: number, sec: number): number {
    const { start, certain, likely, possible, method, firstRow, rows, place, ridden } = this.#stays;
    if (sec <= start[stay]!) return 1;
    if (sec > possible[stay]!) return 0;
    const how = method[stay]!;
    if (how === CHECKOUT) return sec <= likely[stay]! ? 1 : 0;
    if (how >= CHAINED) return rideShare(sec, certain[stay]!, likely[stay]!, possible[stay]!, ridden ? ridden.confidence[stay]! / 100 : 0);
    const lastScan = this.#timeOf[rows[firstRow[stay + 1]! - 1]!]!;
    const curve = this.#curveOf(place[stay]!);
    const share = curve.share(sec - lastScan);
    if (how !== NEXT_SCAN) return share;
    const lasting = curve.share(possible[stay]! - lastScan);
    if (1 - lasting < FEW) return sec <= lastScan ? 1 : (possible[stay]! - sec) / (possible[stay]! - lastScan);
    return (share - lasting) / (1 - lasting);
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

/** Pings → the track of each vehicle: in the order of time, each ping once, without those that no vehicle can have been at. */
import { countingSort } from '../../../core/columns.js';
import { SpherePoints } from '../../../core/sphere-points.js';
import type { Pings } from '../../../model/pings.js';
import type { Dictionaries } from '../../../model/tables.js';

/** No vehicle on roads or rails is faster, in metres per second. */
const FASTEST_M_PER_SEC = 60;
/** Pings back to which the way to a ping is tried. */
const LOOK_BACK = 32;
/** A vehicle is taken to be elsewhere at once only if that saves more pings than this: else those that do not fit are left out. */
const MOVED_PINGS = 5;

/** Pings of one vehicle, in the order of time. Ping i was row `rows[i]` of the pings. */
export interface Track {
  readonly vehicle: number;
  readonly rows: Uint32Array;
  readonly sec: Float64Array;
  /** x, y, z of each ping in metres, as `SpherePoints` has them. */
  readonly xyz: Float64Array;
}

export interface Tracks {
  /** By the text of the vehicle, bytewise. */
  readonly tracks: readonly Track[];
  /** Pings that say nothing new. */
  readonly duplicates: number;
  /** Pings left out because the vehicle would have had to be too fast. */
  readonly jumps: number;
}

export function vehicleTracks(pings: Pings, ids: Pick<Dictionaries, 'place' | 'run' | 'text'>): Tracks {
  const { count, vehicle, sec, lat, lon, trip, line, startDay, startClock } = pings;
  const order = (a: number, b: number): number =>
    sec[a]! - sec[b]! ||
    ids.run.compare(trip[a]!, trip[b]!) ||
    ids.text.compare(line[a]!, line[b]!) ||
    startDay[a]! - startDay[b]! ||
    startClock[a]! - startClock[b]! ||
    lat[a]! - lat[b]! ||
    lon[a]! - lon[b]!;
  const { offsets, rows } = countingSort(count, ids.place.size, (row) => vehicle[row]!);
  const tracks: Track[] = [];
  let duplicates = 0;
  let jumps = 0;
  for (let place = 0; place < ids.place.size; place++) {
    const [lo, hi] = [offsets[place]!, offsets[place + 1]!];
    if (lo === hi) continue;
    const sorted = rows.subarray(lo, hi).sort(order);
    const distinct = sorted.filter((row, i) => i === 0 || order(sorted[i - 1]!, row) !== 0);
    duplicates += sorted.length - distinct.length;
    const points = new SpherePoints();
    for (const row of distinct) points.push(lat[row]!, lon[row]!);
    const kept = possiblePings(
      Float64Array.from(distinct, (row) => sec[row]!),
      points,
    );
    jumps += distinct.length - kept.length;
    const xyz = new Float64Array(kept.length * 3);
    for (const [i, k] of kept.entries()) xyz.set(points.xyz.subarray(k * 3, k * 3 + 3), i * 3);
    const of = Uint32Array.from(kept, (k) => distinct[k]!);
    tracks.push({ vehicle: place, rows: of, sec: Float64Array.from(of, (row) => sec[row]!), xyz });
  }
  tracks.sort((a, b) => ids.place.compare(a.vehicle, b.vehicle));
  return { tracks, duplicates, jumps };
}

/** The longest series of pings, each of which can be reached from the one before; of equally long ones that which ends first. */
function possiblePings(sec: Float64Array, points: SpherePoints): number[] {
  const count = sec.length;
  const longest = new Float64Array(count); // of the series that end with a ping: pings less what being moved costs
  const before = new Int32Array(count).fill(-1);
  let best = -1; // the ping before k with which the longest series ends
  for (let k = 0; k < count; k++) {
    let length = 0;
    if (best >= 0 && longest[best]! > MOVED_PINGS) [length, before[k]] = [longest[best]! - MOVED_PINGS, best];
    for (let j = k - 1; j >= Math.max(0, k - LOOK_BACK); j--) {
      if (longest[j]! > length && points.distanceM(j, k) <= FASTEST_M_PER_SEC * Math.max(1, sec[k]! - sec[j]!)) [length, before[k]] = [longest[j]!, j];
    }
    longest[k] = length + 1;
    if (best < 0 || longest[k]! > longest[best]!) best = k;
  }
  const kept: number[] = [];
  for (let k = best; k >= 0; k = before[k]!) kept.push(k);
  return kept.toReversed();
}

/** The track of a vehicle → stretches in which it says the same of its run and is not silent for long. */
import type { Pings } from '../../../model/pings.js';
import type { Track } from './vehicle-tracks.js';

/** What a vehicle says of the run it is on; 0 where it says nothing. */
export interface Claim {
  readonly trip: number;
  readonly line: number;
  readonly startDay: number;
  readonly startClock: number;
}

export interface Segment extends Claim {
  readonly track: Track;
  /** Positions in the track, ascending. */
  readonly pings: readonly number[];
  readonly startSec: number;
  readonly endSec: number;
}

export function segmentsOf(track: Track, pings: Pings, silenceSec: number): Segment[] {
  const segments: Segment[] = [];
  const claimOf = (ping: number): Claim => {
    const row = track.rows[ping]!;
    return { trip: pings.trip[row]!, line: pings.line[row]!, startDay: pings.startDay[row]!, startClock: pings.startClock[row]! };
  };
  let lo = 0;
  for (let ping = 1; ping <= track.rows.length; ping++) {
    const claim = claimOf(lo);
    if (ping < track.rows.length && track.sec[ping]! - track.sec[ping - 1]! < silenceSec && isSame(claim, claimOf(ping))) continue;
    segments.push(
      segmentOf(
        track,
        claim,
        Array.from({ length: ping - lo }, (_, i) => lo + i),
      ),
    );
    lo = ping;
  }
  return segments;
}

/** Pings of a track, ascending, as a segment. */
export function segmentOf(track: Track, { trip, line, startDay, startClock }: Claim, pings: readonly number[]): Segment {
  return { track, trip, line, startDay, startClock, pings, startSec: track.sec[pings[0]!]!, endSec: track.sec[pings.at(-1)!]! };
}

function isSame(a: Claim, b: Claim): boolean {
  return a.trip === b.trip && a.line === b.line && a.startDay === b.startDay && a.startClock === b.startClock;
}

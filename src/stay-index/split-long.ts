/** Sets the stays apart that last longer than the reach of their key: the last step of a build. */
import type { Crew } from '../core/crew.js';
import { SAMPLE_BITS, WORDS, type PackedIndex } from './packed-index.js';

/** Share of a key's stays that the reach must cover; the others are long. */
export const REACH_SHARE = 0.99;
/** A key whose longest stay is at most this many times its reach needs no side list: scanning over the difference is cheaper. */
export const SPOILT = 4;

type Sorted = Pick<PackedIndex, 'records' | 'offsets' | 'reach' | 'rows'>;

/** Moves `longCount` records that are longer than the reach of their key into an index of their own. Where no key is spoilt, as in most data, nothing is moved. */
export function splitLong(crew: Crew, { records, offsets, reach, rows }: Sorted, longCount: number): PackedIndex {
  const firstRecord = 0;
  if (longCount === 0) return { records, offsets, reach, samples: sampleStarts(crew, records), long: null, firstRecord, rows };

  const keyCount = reach.length;
  const kept = rows.length - longCount;
  const longRecords = crew.words(longCount * WORDS);
  const longOffsets = crew.words(keyCount + 1);
  const longRows = new Uint32Array(longCount);
  const longReach = crew.words(keyCount);
  let to = 0;
  let longTo = 0;
  for (let k = 0; k < keyCount; k++) {
    const lo = offsets[k]!;
    const hi = offsets[k + 1]!;
    offsets[k] = to;
    longOffsets[k] = longTo;
    const bound = reach[k]!;
    for (let r = lo; r < hi; r++) {
      const word = r * WORDS;
      const start = records[word]!;
      const end = records[word + 1]!;
      const isLong = end - start > bound;
      const target = isLong ? longRecords : records;
      const at = (isLong ? longTo : to) * WORDS;
      target[at] = start;
      target[at + 1] = end;
      target[at + 2] = records[word + 2]!;
      if (!isLong) rows[to++] = rows[r]!;
      else {
        longRows[longTo++] = rows[r]!;
        if (end - start > longReach[k]!) longReach[k] = end - start;
      }
    }
  }
  offsets[keyCount] = to;
  longOffsets[keyCount] = longTo;
  rows.set(longRows, kept);
  const own = records.subarray(0, kept * WORDS); // what lies behind is not worth a copy of all
  const long = { records: longRecords, offsets: longOffsets, reach: longReach, samples: sampleStarts(crew, longRecords), long: null, firstRecord: kept, rows };
  return { records: own, offsets, reach, samples: sampleStarts(crew, own), long, firstRecord, rows };
}

/** The starts that a search walks before the records. */
function sampleStarts(crew: Crew, records: Uint32Array): Uint32Array {
  const samples = crew.words(Math.ceil(records.length / WORDS / 2 ** SAMPLE_BITS));
  for (let i = 0; i < samples.length; i++) samples[i] = records[(i << SAMPLE_BITS) * WORDS]!;
  return samples;
}

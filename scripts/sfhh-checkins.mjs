// The SFHH conference as check-ins: node scripts/sfhh-checkins.mjs OUTDIR writes OUTDIR/checkins.csv and OUTDIR/places.csv.
//
// A line `t i j` of the source says that persons i and j faced each other during [t, t+20) seconds. Consecutive slots of one pair are
// one meeting, and a meeting becomes two check-ins with a check-out, at a place named `i-j` (smaller id first) where nobody else goes.
// So the people found together are exactly the pairs of the source, for exactly its seconds: the answer is known by counting slots.
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const SLOT_SEC = 20;
const SOURCE = fileURLToPath(new URL('../fixtures/sfhh/tij_SFHH.dat.gz', import.meta.url));

/** Midnight before the first slot: `t` of the source counts from here. */
export const SFHH_DAY_0_SEC = Date.UTC(2009, 5, 4) / 1000;

/** The slots of a SocioPatterns file, in file order: `slotSec` from its day 0, and the two persons, `low` < `high`. Throws on a line that is no slot. */
export function readSlots(file = SOURCE) {
  const slots = [];
  gunzipSync(readFileSync(file))
    .toString('latin1')
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const [slotSec, a, b] = line.trim().split(/\s+/).map(Number);
      if (![slotSec, a, b].every(Number.isSafeInteger) || a === b)
        throw new Error(`${file}:${i + 1} expected three whole numbers 't i j' with i ≠ j, got '${line}'`);
      slots.push({ slotSec, low: Math.min(a, b), high: Math.max(a, b) });
    });
  return slots;
}

/** The meetings of the slots: longest runs of consecutive slots of one pair, `[startSec, endSec)` since 1970, by (start, low, high). */
export function meetingsOf(slots) {
  const bySlot = [...slots].sort((x, y) => x.slotSec - y.slotSec);
  const lastOfPair = new Map(); // 'low-high' → the pair's latest meeting, which the next slot prolongs or leaves behind
  const meetings = [];
  for (const { slotSec, low, high } of bySlot) {
    const startSec = SFHH_DAY_0_SEC + slotSec;
    const placeId = `${low}-${high}`;
    const last = lastOfPair.get(placeId);
    if (last && startSec <= last.endSec) {
      last.endSec = startSec + SLOT_SEC; // also absorbs a slot that the source names twice
      continue;
    }
    const meeting = { placeId, low, high, startSec, endSec: startSec + SLOT_SEC };
    lastOfPair.set(placeId, meeting);
    meetings.push(meeting);
  }
  return meetings.sort((x, y) => x.startSec - y.startSec || x.low - y.low || x.high - y.high);
}

/** Writes `checkins.csv` and `places.csv` into `dir`. Returns their paths and how many people, pairs, seconds and check-ins they hold. */
export function writeSfhhCheckIns(dir, slots = readSlots()) {
  const meetings = meetingsOf(slots);
  const checkIns = ['person_id,place_id,time,check_out'];
  const places = new Set();
  const people = new Set();
  let pairSeconds = 0;
  for (const { placeId, low, high, startSec, endSec } of meetings) {
    const stay = `${placeId},${isoText(startSec)},${isoText(endSec)}`;
    checkIns.push(`${low},${stay}`, `${high},${stay}`);
    places.add(placeId);
    people.add(low).add(high);
    pairSeconds += endSec - startSec;
  }
  mkdirSync(dir, { recursive: true });
  const files = { checkIns: join(dir, 'checkins.csv'), places: join(dir, 'places.csv') };
  writeFileSync(files.checkIns, `${checkIns.join('\n')}\n`);
  writeFileSync(files.places, ['place_id,kind,category', ...[...places].map((placeId) => `${placeId},venue,default`), ''].join('\n'));
  return { ...files, people: people.size, pairs: places.size, pairSeconds, count: checkIns.length - 1 };
}

/** `2009-06-04T09:02:00Z`. */
export function isoText(sec) {
  return new Date(sec * 1000).toISOString().replace('.000', '');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const dir = process.argv[2];
  if (dir === undefined || process.argv.length > 3) {
    console.error('usage: node scripts/sfhh-checkins.mjs OUTDIR');
    process.exitCode = 2;
  } else {
    const { checkIns, people, pairs, pairSeconds, count } = writeSfhhCheckIns(dir);
    console.error(`${checkIns}: ${count} check-ins of ${people} people, ${pairs} pairs, ${pairSeconds} s face to face`);
  }
}

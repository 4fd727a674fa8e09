/** Seeded data for the benches: a week of scans of a city, as CSV files. The same seed gives the same bytes everywhere. */
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

/** mulberry32: 32 bits of state, good enough for data. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DAYS = 7;
const CATEGORIES = ['retail', 'food', 'market', 'workplace', 'education', 'healthcare', 'entertainment', 'residence', 'station', 'default'];

/**
 * Writes checkins.csv, places.csv and cases.csv into a folder. People scan five times a day on average, places are visited by Zipf's law,
 * one place in fifty is a bus, every fifth scan has a check-out. Returns the paths.
 */
export async function writeCity(folder, { checkIns, cases, seed = 1 }) {
  mkdirSync(folder, { recursive: true });
  const next = random(seed);
  const people = Math.max(100, Math.round(checkIns / (5 * DAYS)));
  const places = Math.max(50, Math.round(checkIns / 250));
  const isBus = (place) => place % 50 === 49;
  const placeId = (place) => (isBus(place) ? `粤B${String(place).padStart(6, '0')}` : `P${String(place).padStart(7, '0')}`);
  const personId = (person) => String(440301199001010000n + BigInt(person) * 7n);
  const dayTexts = Array.from({ length: DAYS }, (_, day) => `2022-03-0${day + 1}`);
  const two = (n) => (n < 10 ? `0${n}` : String(n));
  const clock = (sec) => `${two(Math.floor(sec / 3600))}:${two(Math.floor(sec / 60) % 60)}:${two(sec % 60)}`;

  const path = (name) => join(folder, name);
  const file = createWriteStream(path('checkins.csv'), { highWaterMark: 1 << 20 });
  let lines = 'person_id,place_id,time,check_out\n';
  for (let row = 0; row < checkIns; row++) {
    const place = Math.min(places - 1, Math.floor(places ** next()) - 1 + Math.floor(next() * 50)); // about Zipf, its head spread over 50
    const day = dayTexts[Math.floor(next() * DAYS)];
    const sec = 6 * 3600 + Math.floor(next() * 16 * 3600);
    const out = next() < 0.2 ? `${day} ${clock(Math.min(86_399, sec + 300 + Math.floor(next() * 5400)))}` : '';
    lines += `${personId(Math.floor(next() * people))},${placeId(place)},${day} ${clock(sec)},${out}\n`;
    if (lines.length > 1 << 20) {
      if (!file.write(lines)) await once(file, 'drain');
      lines = '';
    }
  }
  file.end(lines);
  await once(file, 'finish');

  const placeLines = Array.from(
    { length: places },
    (_, place) => `${placeId(place)},${isBus(place) ? 'bus' : CATEGORIES[place % CATEGORIES.length]},区${place % 11}`,
  );
  writeFileSync(path('places.csv'), `place_id,category,district\n${placeLines.join('\n')}\n`);
  const caseLines = Array.from({ length: cases }, (_, i) => `${personId(Math.floor((i * people) / cases))},2022-03-0${4 + (i % 4)}`);
  writeFileSync(path('cases.csv'), `person_id,onset_date\n${caseLines.join('\n')}\n`);
  return { checkins: path('checkins.csv'), places: path('places.csv'), cases: path('cases.csv') };
}

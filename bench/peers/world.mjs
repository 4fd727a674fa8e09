/**
 * Seeded stays of a city and the visits of its cases, as columns in files. The same seed and size give the same bytes everywhere.
 *
 * A place has 250 stays on average at any size of city; few have most of them (by Zipf's law, levelled off at the busiest 0.0225 %, which is 45 of
 * 200,000 places). A place has a usual length of stay, from 8 minutes to 2 h 40 min; a stay lasts half to one and a half times that. A person
 * has ten stays on average. Rows are in the order of a log: by start. A city twice the size has twice the streets, not busier ones.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../data.mjs';

export const COLUMNS = ['key', 'start', 'end', 'person'];

const FIRST_DAY = 1_646_092_800;
const OPEN_SEC = 6 * 3600;
const OPEN_FOR_SEC = 16 * 3600;
const HEAD = 2.25e-4;
const STAYS_PER_PERSON = 10;

/** Places per stay and days: a week at a usual density, and one thin day, in which 1 M stays meet 12.5 M times. */
export const WEEK = { staysPerPlace: 250, days: 7 };
export const DAY = { staysPerPlace: 4, days: 1 };

/** Columns of stays in the order of a log, and how many places there are. */
export function makeStays(stays, { staysPerPlace, days }, seed) {
  const next = random(seed);
  const places = Math.max(20, Math.round(stays / staysPerPlace));
  const people = Math.max(20, Math.round(stays / STAYS_PER_PERSON));
  const columns = newColumns(stays);
  const step = nearlyPrimeStep(places);
  for (let row = 0; row < stays; row++) {
    const rank = Math.min(places - 1, Math.floor(places * HEAD * ((1 + 1 / HEAD) ** next() - 1)));
    const usual = 480 * 20 ** ((rank * 0.618_033_988_749_895) % 1); // spread evenly whatever the rank
    const sinceOpening = ((row + next()) / stays) * days * OPEN_FOR_SEC;
    const day = Math.min(days - 1, Math.floor(sinceOpening / OPEN_FOR_SEC));
    const start = FIRST_DAY + day * 86_400 + OPEN_SEC + Math.floor(sinceOpening - day * OPEN_FOR_SEC);
    columns.key[row] = (rank * step) % places; // busy places are not neighbours
    columns.start[row] = start;
    columns.end[row] = start + Math.floor(usual * (0.5 + next()));
    columns.person[row] = Math.floor(next() * people);
  }
  return { columns, places, people };
}

/** The stays of `cases` people spread over all: what is asked about. */
export function visitsOf(columns, people, cases) {
  const isCase = new Uint8Array(people);
  for (let i = 0; i < cases; i++) isCase[Math.floor((i * people) / cases)] = 1;
  const rows = [];
  for (let row = 0; row < columns.person.length; row++) if (isCase[columns.person[row]]) rows.push(row);
  return Object.fromEntries(COLUMNS.map((name) => [name, Uint32Array.from(rows, (row) => columns[name][row])]));
}

/** The same rows in random order. */
export function shuffled(columns, seed) {
  const next = random(seed);
  const count = columns.key.length;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const j = Math.floor(next() * (i + 1));
    order[i] = order[j];
    order[j] = i;
  }
  const copy = newColumns(count);
  for (const name of COLUMNS) for (let i = 0; i < count; i++) copy[name][i] = columns[name][order[i]];
  return copy;
}

export function writeWorld(folder, { stays, visits, places }) {
  mkdirSync(folder, { recursive: true });
  for (const name of COLUMNS) {
    writeFileSync(join(folder, `stays.${name}`), stays[name]);
    writeFileSync(join(folder, `visits.${name}`), visits[name]);
  }
  writeFileSync(
    join(folder, 'world.json'),
    JSON.stringify({ places, stays: stays.key.length, visits: visits.key.length, longest: [...longestByPlace(stays, places)] }),
  );
}

export function readWorld(folder) {
  const column = (file) => {
    const bytes = readFileSync(join(folder, file));
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  };
  const table = (name) => Object.fromEntries(COLUMNS.map((columnName) => [columnName, column(`${name}.${columnName}`)]));
  const { places, longest } = JSON.parse(readFileSync(join(folder, 'world.json'), 'utf8'));
  return { folder, places, longest, stays: table('stays'), visits: table('visits') };
}

function longestByPlace({ key, start, end }, places) {
  const longest = new Uint32Array(places);
  for (let row = 0; row < key.length; row++) longest[key[row]] = Math.max(longest[key[row]], end[row] - start[row]);
  return longest;
}

function newColumns(count) {
  return Object.fromEntries(COLUMNS.map((name) => [name, new Uint32Array(count)]));
}

/** A step through 0..count-1 that meets every number once: a ratio of count with no common divisor. */
function nearlyPrimeStep(count) {
  const common = (a, b) => (b === 0 ? a : common(b, a % b));
  let step = Math.max(1, Math.floor(count * 0.381_966));
  while (common(step, count) !== 1) step++;
  return step;
}

// Makes the derived files of fixtures/ from the sources beside them: node scripts/make-fixtures.mjs [--check]
//
//   fixtures/sfhh/cases.csv        three index persons of the conference, chosen by how many people they met
//   fixtures/nz-loi/places.csv     one row per distinct address of the published list
//   fixtures/nz-loi/checkins.csv   invented people scanning at those addresses
//
// Seeded, no clock, no network, whole-number arithmetic only: the same bytes on every machine. With --check nothing is written; the exit
// code is 1 if a committed file differs from what would be made.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isoText, readSlots, SFHH_DAY_0_SEC } from './sfhh-checkins.mjs';

const SEED = 20210817;
const PEOPLE = 6000;
const CHECK_INS = 34_000;

const MINUTE = 60,
  HOUR = 3600,
  DAY = 86_400;

// ---- SFHH -------------------------------------------------------------------------------------------------------------------------

/** Shares of the list of people, busiest first, at which the index persons stand: the busiest, one in the middle, a quiet one. */
const INDEX_RANKS = [0, 0.5, 0.9];

/** The cases of the conference. Of people who met equally many others the one who spent most time with them is taken. */
function sfhhCases() {
  const others = new Map(); // person → the people they met
  const slotCount = new Map(); // person → slots face to face with anyone
  for (const { low, high } of readSlots()) {
    for (const [person, other] of [
      [low, high],
      [high, low],
    ]) {
      others.set(person, (others.get(person) ?? new Set()).add(other));
      slotCount.set(person, (slotCount.get(person) ?? 0) + 1);
    }
  }
  const met = (person) => others.get(person).size;
  const busiestFirst = [...others.keys()].sort((a, b) => met(b) - met(a) || slotCount.get(b) - slotCount.get(a) || a - b);
  const window = `${isoText(SFHH_DAY_0_SEC)},${isoText(SFHH_DAY_0_SEC + 2 * DAY)}`;
  const rows = INDEX_RANKS.map((rank) => {
    const atRank = met(busiestFirst[Math.floor(rank * (busiestFirst.length - 1))]);
    return `${busiestFirst.find((person) => met(person) === atRank)},${window}`;
  });
  return toText(['person_id,infectious_from,infectious_to', ...rows]);
}

// ---- New Zealand: places ----------------------------------------------------------------------------------------------------------

/** Words of an event name and the category they point to; the first line that matches decides. A guess, as good as the names are. */
const WORDS = [
  ['bus', /^(school )?bus\b/],
  ['train', /^train\b/],
  ['aircraft', /^flight\b/],
  ['entertainment', /\bball\b|net cafe|cinema|movie|casino|skycity|arena\b|playground|railway tours|arcadia/],
  ['residence', /whitaker hall|student accommodation/],
  ['worship', /church|cathedral|assembly of god|mosque|temple/],
  ['healthcare', /pharmacy|chemist|unichem|medical|doctors|dentist|dental|clinic|radiology|healthcare/],
  ['food', /restaurant|cafe|coffee|koffee|starbucks|canteen|dining|eatery|kitchen|\bbar\b|brews|bakery|breadwinners|takeaway|takeaways|roast\b|burger/],
  ['food', /mcdonald|kfc|subway|taco|pizza|domino|nando|dennys|sushi|donburi|korean|thai\b|bubble tea|krispy kreme|food ?court|lone star|katsubi|fatimas/],
  ['food', /taste of samoa|pinati|stables|smoko|crumb|pickle|good home|mexico|revive|tank\b/],
  ['market', /\bmarket\b/],
  [
    'retail',
    /countdown|pak ?'?n'? ?save|new world|supervalue|farro|superette|dairy|diray|liquor|\bfood\b|fisheries|oasis|\b[kv]?mart\b|break ?time|convenience/,
  ],
  ['retail', /mobil\b|\bbp\b|caltex|petrol|service station|\bz [a-z ]*station|warehouse|farmers|glassons|dotti|mecca|jb hifi|stirling sports|portmans|pandora/],
  ['retail', /\bstore\b|\bshop\b|bunnings|mitre 10|placemakers|hardware|hirepool|laundr|beads|pascoes|hype dc|dress smart|knockers|cars\b|\bsons\b/],
  ['retail', /\bmall\b|westfield|west ?city|sylvia park|shopping centre/],
  ['sports', /fitness|f45|\bgym\b|pool\b|bowling|super strike|rugby|athletics|\brun\b/],
  ['education', /school|college|kindergarten|early learning|intermediate|university|campus|lecture|kumon/],
  ['culture', /library|gallery|theatre|performing arts|dance|aotea centre/],
  ['public_building', /community|public toilets|memorial gardens/],
  ['station', /airport|terminal|station/],
  ['lodging', /hotel|motel/],
  ['workplace', /\bltd\b|limited|real estate|mechanical|timber|unistrut|exchange/],
];
const RIDES = new Set(['bus', 'train', 'aircraft']);

/** The published rows by address, in order of first appearance: `{placeId, name, category, lat, lon, district, listings}`. */
function venuesOf(rows) {
  const byAddress = new Map();
  for (const row of rows) byAddress.set(row.Location, [...(byAddress.get(row.Location) ?? []), row]);
  return [...byAddress].map(([placeId, listed]) => {
    const names = listed.map((row) => row.Event.replace(/[\s,.-]*\d{1,2}\/\d{1,2}\/\d{2,4}\s*$/, '').replace(/\s+/g, ' '));
    const category = mostFrequent(names.map(guessCategory));
    const located = listed.find((row) => row.LAT !== 'NA' && row.LNG !== 'NA');
    return {
      placeId,
      // The list gives rides no address of their own: one place then stands for many vehicles, and no one ride's name would be true.
      name: RIDES.has(category) ? 'rides listed without an address' : mostFrequent(names),
      category,
      lat: located?.LAT ?? '',
      lon: located?.LNG ?? '',
      district: listed[0].City === 'NA' ? '' : listed[0].City,
      listings: listed.map((row) => ({ startSec: wallSec(row.Start), endSec: wallSec(row.End) })).filter(({ startSec, endSec }) => endSec >= startSec),
    };
  });
}

function guessCategory(name) {
  const lower = name.toLowerCase();
  return WORDS.find(([, words]) => words.test(lower))?.[0] ?? 'default';
}

/** The value that occurs most often; of equals the one that comes first. */
function mostFrequent(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

const placesCsv = (venues) =>
  toText([
    'place_id,name,category,lat,lon,district',
    ...venues.map(({ placeId, name, category, lat, lon, district }) => [placeId, name, category, lat, lon, district].map(cell).join(',')),
  ]);

// ---- New Zealand: check-ins -------------------------------------------------------------------------------------------------------

const FIRST_DAY_SEC = Date.UTC(2021, 7, 9) / 1000;
const LAST_DAY_SEC = Date.UTC(2021, 7, 22) / 1000;
/** Alert level 4 began on 17 August at 23:59: from the next day few went out, to what was open. */
const LOCKDOWN_SEC = Date.UTC(2021, 7, 18) / 1000;
const OPEN_IN_LOCKDOWN = new Set(['retail', 'market', 'healthcare', 'residence', 'lodging']);

/** Opening hour, closing hour, shortest and longest stay in minutes, by category. */
const HABITS = {
  default: [8, 20, 5, 60],
  retail: [7, 22, 4, 45],
  market: [8, 18, 5, 60],
  food: [7, 22, 10, 90],
  entertainment: [10, 22, 30, 180],
  culture: [9, 20, 20, 150],
  sports: [6, 21, 30, 120],
  worship: [8, 18, 40, 150],
  workplace: [7, 15, 60, 480],
  education: [8, 15, 60, 400],
  healthcare: [8, 19, 10, 60],
  public_building: [8, 18, 5, 45],
  station: [5, 22, 5, 45],
  residence: [7, 21, 60, 480],
  lodging: [8, 21, 30, 480],
};

/** Towns of the list that one does not reach on an ordinary day from Auckland, which is everything else. */
const REGIONS = {
  Wellington: 'Wellington',
  Porirua: 'Wellington',
  Coromandel: 'Coromandel',
  Mangatarata: 'Coromandel',
  Tokoroa: 'inland',
  Waiouru: 'inland',
  Bulls: 'inland',
};

const PER_CENT = { aroundListing: 12, withCheckOut: 20, inLockdown: 20, scannedTwice: 1 };
const SENT_TWICE_EVERY = 500;
const USUAL_VENUES = 6;
const BETWEEN_VENUES_SEC = 10 * MINUTE;

/** Invented people's scans in order of time. Nobody is at two places at once; some scan twice within moments; a few rows are sent twice. */
function nzCheckIns(venues) {
  const random = new Random(SEED);
  const visited = venues.filter(({ category }) => !RIDES.has(category)); // no code hangs where there is no address
  const people = Array.from({ length: PEOPLE }, (_, i) => inventPerson(i, visited, random));
  const scans = [];
  let welcomed = 0;
  while (scans.length < CHECK_INS) {
    // Everyone comes once; then the two draws make the first ids regulars and the last ones rare guests.
    const person = people[welcomed < PEOPLE ? welcomed : Math.floor((random.below(PEOPLE) * (1 + random.below(PEOPLE))) / PEOPLE)];
    const venue = person.venues[random.below(USUAL_VENUES)];
    const stay = drawStay(venue, random);
    if (!stay || person.stays.some((other) => stay.startSec < other.endSec + BETWEEN_VENUES_SEC && other.startSec < stay.endSec + BETWEEN_VENUES_SEC)) continue;
    person.stays.push(stay);
    if (welcomed < PEOPLE) welcomed++;
    const scan = {
      sec: stay.startSec,
      personId: person.personId,
      placeId: venue.placeId,
      outSec: random.chance(PER_CENT.withCheckOut) ? stay.endSec : undefined,
    };
    scans.push(scan);
    if (random.chance(PER_CENT.scannedTwice)) scans.push({ ...scan, sec: scan.sec + 4 + random.below(60), outSec: undefined });
  }
  scans.sort((a, b) => a.sec - b.sec || (a.personId < b.personId ? -1 : a.personId > b.personId ? 1 : 0));
  const rows = scans.map(
    ({ sec, personId, placeId, outSec }) => `${personId},${cell(placeId)},${wallText(sec)},${outSec === undefined ? '' : wallText(outSec)}`,
  );
  return toText(['person_id,place_id,time,check_out', ...rows.flatMap((row, i) => (i % SENT_TWICE_EVERY === SENT_TWICE_EVERY - 1 ? [row, row] : [row]))]);
}

/** A person with usual venues: the nearest of three draws each, so that most of a life is near home. */
function inventPerson(i, venues, random) {
  const home = drawVenue(venues, random);
  const around = venues.filter((venue) => regionOf(venue) === regionOf(home));
  const usual = Array.from({ length: USUAL_VENUES }, () => {
    const draws = [drawVenue(around, random), drawVenue(around, random), drawVenue(around, random)];
    return draws.reduce((best, venue) => (farness(home, venue) < farness(home, best) ? venue : best));
  });
  return { personId: `NZ-${String(i + 1).padStart(6, '0')}`, venues: usual, stays: [] };
}

/** A venue by weight: 1, and one more for each time it is on the list, up to five. */
function drawVenue(venues, random) {
  for (;;) {
    const venue = venues[random.below(venues.length)];
    if (random.below(6) < 1 + Math.min(venue.listings.length, 5)) return venue;
  }
}

/** A stay `{startSec, endSec}` in wall-clock seconds: around a published time, or some day within opening hours; undefined for a bad draw. */
function drawStay(venue, random) {
  const [openHour, closeHour, leastMin, mostMin] = HABITS[venue.category];
  const { listings } = venue;
  let startSec;
  if (listings.length > 0 && random.chance(PER_CENT.aroundListing)) {
    const listing = listings[random.below(listings.length)];
    startSec = listing.startSec - 30 * MINUTE + random.below(listing.endSec - listing.startSec + HOUR);
  } else {
    const day = FIRST_DAY_SEC + random.below((LAST_DAY_SEC - FIRST_DAY_SEC) / DAY + 1) * DAY;
    if (day >= LOCKDOWN_SEC && !(OPEN_IN_LOCKDOWN.has(venue.category) && random.chance(PER_CENT.inLockdown))) return undefined;
    startSec = day + openHour * HOUR + random.aroundMiddle((closeHour - openHour) * HOUR);
  }
  const endSec = startSec + leastMin * MINUTE + random.aroundMiddle((mostMin - leastMin) * MINUTE);
  return startSec >= FIRST_DAY_SEC && endSec < LAST_DAY_SEC + DAY ? { startSec, endSec } : undefined;
}

const microdegrees = (text) => Math.round(Number(text) * 1e6);
const regionOf = ({ district }) => REGIONS[district] ?? 'Auckland';

/** Grows with the distance; enough to compare by. Places without coordinates count as far. */
function farness(a, b) {
  if (a.lat === '' || b.lat === '') return Number.POSITIVE_INFINITY;
  const north = microdegrees(a.lat) - microdegrees(b.lat),
    east = microdegrees(a.lon) - microdegrees(b.lon);
  return 25 * north * north + 16 * east * east; // a degree of longitude is about four fifths of one of latitude there
}

// ---- Tools ------------------------------------------------------------------------------------------------------------------------

/** Marsaglia's xorshift with 128 bits of state (Xorshift RNGs, J. Stat. Soft. 8/14, 2003). Not for secrets. */
class Random {
  #x;
  #y = 362436069;
  #z = 521288629;
  #w = 88675123;

  constructor(seed) {
    this.#x = seed | 0;
    for (let i = 0; i < 32; i++) this.#next(); // lets the seed reach every bit
  }

  #next() {
    const t = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8);
    return this.#w >>> 0;
  }

  /** A whole number of 0 … limit − 1. */
  below(limit) {
    return this.#next() % limit; // the limits here are far below 2³²: the bias is of no account
  }

  /** The same range with its middle most frequent. */
  aroundMiddle(limit) {
    return Math.floor((this.below(limit) + this.below(limit)) / 2);
  }

  chance(perCent) {
    return this.below(100) < perCent;
  }
}

/** Rows of an RFC 4180 text as objects by header. Enough for the committed sources, which have no fault. */
function readCsv(text) {
  const records = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    records.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === '\n') records.push([]);
  }
  const [header, ...rows] = records;
  return rows.filter((cells) => cells.length === header.length).map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
}

/** Seconds of a published time such as `9/08/2021, 3:15 pm`, the wall clock counted as if it were UTC. */
function wallSec(text) {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4}), (\d{1,2}):(\d{2}) (am|pm)$/.exec(text);
  if (!match) throw new Error(`locations-of-interest.csv: expected d/MM/yyyy, h:mm am or pm, got '${text}'`);
  const [day, month, year, hour, minute] = match.slice(1, 6).map(Number);
  return Date.UTC(year, month - 1, day, (hour % 12) + (match[6] === 'pm' ? 12 : 0), minute) / 1000;
}

const wallText = (sec) => isoText(sec).replace('T', ' ').replace('Z', '');
const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const toText = (lines) => `${lines.join('\n')}\n`;

// ---- The files --------------------------------------------------------------------------------------------------------------------

const pathOf = (name) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const venues = venuesOf(readCsv(readFileSync(pathOf('nz-loi/locations-of-interest.csv'), 'utf8')));
const made = { 'sfhh/cases.csv': sfhhCases(), 'nz-loi/places.csv': placesCsv(venues), 'nz-loi/checkins.csv': nzCheckIns(venues) };

const isCheck = process.argv.includes('--check');
for (const [name, text] of Object.entries(made)) {
  const size = `${Buffer.byteLength(text)} bytes, ${text.split('\n').length - 2} rows`;
  if (!isCheck) {
    writeFileSync(pathOf(name), text);
    console.error(`fixtures/${name}: ${size}`);
  } else if (readFileSync(pathOf(name), 'utf8') !== text) {
    console.error(`fixtures/${name} differs from what its sources give (${size}); run node scripts/make-fixtures.mjs`);
    process.exitCode = 1;
  }
}

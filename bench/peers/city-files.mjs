/**
 * The stays of a city as CSV files, for the works on whole files: checkins.csv (person_id, place_id, time, check_out) in the order of a log and
 * cases.csv (person_id). Every check-in has a check-out, and nobody scans a place again while still there or in the second of leaving, so that a
 * check-in is a stay whatever the rule: all engines can be held to one answer. Ids are text as they come: 18 digits, letters and digits.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writePieces } from './rivals/programs.mjs';
import { WEEK, makeStays, visitsOf } from './world.mjs';

/** Local times are those of a zone without summer time. */
export const ZONE = 'Asia/Shanghai';
const ZONE_SEC = 8 * 3600;
const FIRST_PERSON = 440301199001010000n;
const PIECE_BYTES = 1 << 22;

export const personText = (person) => String(FIRST_PERSON + BigInt(person) * 7n);
export const placeText = (place) => `P${String(place).padStart(7, '0')}`;
export const personOf = (text) => Number((BigInt(text) - FIRST_PERSON) / 7n);
export const placeOf = (text) => Number(text.slice(1));

/** Writes the files. Gives their paths, and the columns that they were made from. */
export function writeCityFiles(folder, { rows, cases, seed }) {
  const { columns: stays, places, people } = makeStays(rows, WEEK, seed);
  keepApart(stays, places, people);
  const visits = visitsOf(stays, people, cases);
  const files = { checkIns: join(folder, 'checkins.csv'), cases: join(folder, 'cases.csv') };
  writePieces(files.checkIns, checkInLines(stays));
  writePieces(files.cases, ['person_id\n', ...[...new Set(visits.person)].map((person) => `${personText(person)}\n`)]);
  return { files, stays, visits, places };
}

/** Gives a stay that touches an earlier one of its person at its place to another person. Rows are by start. */
function keepApart({ key, start, end, person }, places, people) {
  const leftAt = new Map();
  for (let row = 0; row < key.length; row++) {
    let who = person[row];
    for (;;) {
      const pair = who * places + key[row];
      if ((leftAt.get(pair) ?? 0) >= start[row]) {
        who = (who + 1) % people;
        continue;
      }
      leftAt.set(pair, end[row]);
      person[row] = who;
      break;
    }
  }
}

function* checkInLines({ key, start, end, person }) {
  yield 'person_id,place_id,time,check_out\n';
  const dates = new Map();
  for (let row = 0; row < key.length; row++) {
    yield `${personText(person[row])},${placeText(key[row])},${timeText(start[row], dates)},${timeText(end[row], dates)}\n`;
  }
}

function timeText(sec, dates) {
  const local = sec + ZONE_SEC;
  const day = Math.floor(local / 86_400);
  let date = dates.get(day);
  if (date === undefined) dates.set(day, (date = new Date(day * 86_400_000).toISOString().slice(0, 10)));
  const clock = local - day * 86_400;
  return `${date} ${two(Math.floor(clock / 3600))}:${two(Math.floor(clock / 60) % 60)}:${two(clock % 60)}`;
}

const two = (number) => (number < 10 ? `0${number}` : String(number));

/** Seconds since 1970 of `2022-03-01 08:15:30` or `2022-03-01T08:15:30+08:00`. */
export function secondsOf(text, dates) {
  const dateText = text.slice(0, 10);
  let midnight = dates.get(dateText);
  if (midnight === undefined)
    dates.set(dateText, (midnight = Date.UTC(+dateText.slice(0, 4), +dateText.slice(5, 7) - 1, +dateText.slice(8, 10)) / 1000 - ZONE_SEC));
  return midnight + 3600 * +text.slice(11, 13) + 60 * +text.slice(14, 16) + +text.slice(17, 19);
}

/** What an answer adds up to: episodes, their seconds, and a hash of person, case, place, start and end that does not depend on the order. */
export class EpisodeSink {
  rows = 0;
  #overlapSec = 0;
  #low = 0;
  #high = 0;

  add(person, casePerson, place, startSec, endSec, overlapSec) {
    this.rows++;
    this.#overlapSec += overlapSec;
    let hash = 0x9e37_79b9;
    for (const part of [person, casePerson, place, startSec, endSec]) hash = scramble(hash ^ Math.imul(part + 1, 0x85eb_ca6b));
    this.#low = (this.#low + hash) >>> 0;
    this.#high = (this.#high + scramble(hash ^ 0x5bd1_e995)) >>> 0;
  }

  answer() {
    const hex = (number) => number.toString(16).padStart(8, '0');
    return { pairs: this.rows, overlapSec: this.#overlapSec, hash: hex(this.#high) + hex(this.#low) };
  }
}

function scramble(value) {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Adds up pairs of a visit and a row, or episodes as texts. */
export class PairRowsSink extends EpisodeSink {
  #dates = new Map();

  constructor(stays, visits) {
    super();
    this.stays = stays;
    this.visits = visits;
  }

  /** An episode as texts. */
  addTexts(person, casePerson, place, start, end, overlapSec) {
    this.add(personOf(person), personOf(casePerson), placeOf(place), secondsOf(start, this.#dates), secondsOf(end, this.#dates), overlapSec);
  }

  addPair(query, row) {
    const { stays, visits } = this;
    const start = Math.max(visits.start[query], stays.start[row]);
    const end = Math.min(visits.end[query], stays.end[row]);
    this.add(stays.person[row], visits.person[query], visits.key[query], start, end, end - start);
  }
}

/** What a file of episodes adds up to. `columns` names those for person, case, place, start, end and the seconds of overlap. */
export function answerOfFile(path, columns) {
  const sink = new PairRowsSink();
  let at;
  for (const line of linesOf(path)) {
    const cells = line.split(',');
    if (at === undefined) {
      at = columns.map((name) => cells.indexOf(name));
      if (at.includes(-1)) throw new Error(`${path}: expected the columns ${columns}, got ${cells}`);
      continue;
    }
    const [person, casePerson, place, start, end, overlap] = at.map((i) => cells[i]);
    sink.addTexts(person, casePerson, place, start, end, Number(overlap));
  }
  return sink.answer();
}

/** Pieces of a text file that end where a line ends. */
export function* piecesOf(path, pieceBytes = PIECE_BYTES) {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(pieceBytes + (1 << 16));
    let kept = 0;
    for (;;) {
      const read = readSync(file, buffer, kept, buffer.length - kept, null);
      if (read === 0) break;
      const end = buffer.lastIndexOf(10, kept + read - 1) + 1;
      yield buffer.subarray(0, end);
      buffer.copyWithin(0, end, kept + read);
      kept += read - end;
    }
    if (kept > 0) yield buffer.subarray(0, kept);
  } finally {
    closeSync(file);
  }
}

function* linesOf(path) {
  for (const piece of piecesOf(path)) for (const line of piece.toString('utf8').split('\n')) if (line !== '') yield line;
}

/** Copies the first lines of a file: to warm up on. */
export function writeHead(from, to, bytes) {
  const [piece] = piecesOf(from, bytes);
  const file = openSync(to, 'w');
  writeSync(file, piece);
  closeSync(file);
}

/** Rules (SPEC section 8): JSON that says which co-presence makes a contact, checked once and compiled to seconds. */
import { parseDuration } from '../core/duration.js';
import { OptionError } from '../core/errors.js';
import { KINDS, VENTILATIONS } from './tables.js';
import type { PlaceKind, Ventilation } from './place.js';
import { parseScope, type Scope } from './scope.js';

export const MEASURES = ['single', 'total', 'rolling24h', 'day'] as const;
export type Measure = (typeof MEASURES)[number];
export const ANCHORS = ['onset', 'sample', 'report'] as const;
export type Anchor = (typeof ANCHORS)[number];

/** A rule as it stands in JSON. Unknown keys are refused. */
export interface RuleJson {
  readonly id: string;
  readonly version?: string;
  readonly title?: string;
  /** Where the rule comes from, with its date. */
  readonly source?: string;
  readonly date?: string;
  /** What scans cannot show and an interviewer must still ask. */
  readonly unseen?: string;
  readonly note?: string;
  readonly window?: { readonly anchors?: readonly Anchor[]; readonly days_before?: number; readonly days_after?: number };
  readonly scope?: string;
  readonly lag?: string | number;
  readonly clauses: readonly ClauseJson[];
  readonly seats?: SeatsJson | readonly SeatsJson[];
  readonly residence?: { readonly more_than: string | number; readonly within_days: number; readonly who: 'either' | 'both' | 'case' | 'contact' };
}

export interface ClauseJson {
  readonly measure: Measure;
  readonly at_least?: string | number;
  readonly more_than?: string | number;
  /** Kinds of the case's place that count; absent: all. */
  readonly kinds?: readonly PlaceKind[];
  readonly categories?: readonly string[];
}

export interface SeatsJson {
  /** Rows apart that still count; absent: only carriages are compared. */
  readonly rows?: number;
  /** Categories it applies to; absent: all vehicles. */
  readonly vehicles?: string | readonly string[];
  readonly ventilation?: string | readonly string[];
  /** How seats are named, where more of the name than its leading digits matters. */
  readonly map?: SeatMapJson;
}

/** What the names of seats mean in a kind of vehicle. */
export interface SeatMapJson {
  /** Seats are numbered through the vehicle, so many to a row: in a coach of 2+2 seat 12 is in row 3. Absent: the leading digits are the row. */
  readonly per_row?: number;
  /** Words that seats of a deck begin with, such as `['上', '下']`: people on different decks do not count. */
  readonly decks?: readonly string[];
  /** Letters of a row from one window to the other, aisles as `|`: `ABC|DEF`. With `per_row`, the places of a row as `12|34`. */
  readonly across?: string;
  /** Whether only seats on one side of the aisle count; needs `across`. @defaultValue false */
  readonly same_side?: boolean;
}

export interface Clause {
  readonly measure: Measure;
  readonly thresholdSec: number;
  readonly isStrict: boolean;
  readonly kinds: readonly PlaceKind[] | undefined;
  readonly categories: readonly string[] | undefined;
  /** As `reasons` shows it: `total>=900s`. */
  readonly text: string;
}

export interface Seats {
  readonly rows: number | undefined;
  readonly vehicles: readonly string[] | undefined;
  readonly ventilation: readonly Ventilation[] | undefined;
  readonly map: SeatMap | undefined;
}

export interface SeatMap {
  readonly perRow: number | undefined;
  readonly decks: readonly string[];
  /** The side of the aisle by letter or place, counted from one window on; empty if sides do not matter. */
  readonly sides: ReadonlyMap<string, number>;
}

export interface Residence {
  readonly moreThanSec: number;
  readonly withinDays: number;
  readonly who: 'either' | 'both' | 'case' | 'contact';
}

/** A rule ready to use. */
export interface Rule {
  readonly id: string;
  readonly anchors: readonly Anchor[];
  readonly daysBefore: number;
  readonly daysAfter: number;
  readonly scope: Scope;
  readonly lagSec: number;
  readonly clauses: readonly Clause[];
  readonly seats: readonly Seats[];
  readonly residence: Residence | undefined;
  /** The JSON it was made from, for the manifest. */
  readonly json: RuleJson;
}

const DEFAULT_WINDOW = { anchors: ANCHORS, days_before: 2, days_after: 10 };
const KEYS = ['id', 'version', 'title', 'source', 'date', 'unseen', 'note', 'window', 'scope', 'lag', 'clauses', 'seats', 'residence'];
/** Longest window side, in days: longer ones are mistakes. */
const MOST_DAYS = 3650;

/** @throws OptionError `E_RULE` naming the part that is wrong. */
export function compileRule(json: RuleJson): Rule {
  const name = typeof json?.id === 'string' ? json.id : '(without id)';
  const refuse = (what: string): never => {
    throw new OptionError('E_RULE', `rule ${name}: ${what}`);
  };
  checkKeys(json, KEYS, 'the rule', refuse);
  if (typeof json.id !== 'string' || json.id === '' || json.id !== json.id.trim()) refuse('expected an id, a text without white space around it');
  if (!Array.isArray(json.clauses) || json.clauses.length === 0) refuse('expected clauses, a list of at least one');
  for (const key of ['version', 'title', 'source', 'date', 'unseen', 'note', 'scope'] as const) {
    if (json[key] !== undefined && typeof json[key] !== 'string') refuse(`expected ${key} to be a text`);
  }
  if (json.window !== undefined) checkKeys(json.window, ['anchors', 'days_before', 'days_after'], 'window', refuse);
  const window = { ...DEFAULT_WINDOW, ...json.window };
  if (!isListOf(window.anchors, ANCHORS) || window.anchors.length === 0) refuse(`expected window.anchors from ${ANCHORS.join(', ')}`);
  for (const key of ['days_before', 'days_after'] as const) {
    if (!Number.isInteger(window[key]) || window[key] < 0 || window[key] > MOST_DAYS) refuse(`expected window.${key}, whole days from 0 to ${MOST_DAYS}`);
  }
  const seats = json.seats === undefined ? [] : [json.seats].flat();
  return Object.freeze({
    id: json.id,
    anchors: window.anchors,
    daysBefore: window.days_before,
    daysAfter: window.days_after,
    scope: parseScope(json.scope ?? 'place'),
    lagSec: parseDuration(json.lag ?? 0, `rule ${name}: lag`),
    clauses: json.clauses.map((clause, i) => compileClause(clause, `rule ${name}: clauses[${i}]`)),
    seats: seats.map((each, i) => compileSeats(each, `rule ${name}: seats[${i}]`)),
    residence: json.residence === undefined ? undefined : compileResidence(json.residence, `rule ${name}: residence`),
    json,
  });
}

function compileClause(clause: ClauseJson, where: string): Clause {
  const refuse = refuser(where);
  checkKeys(clause, ['measure', 'at_least', 'more_than', 'kinds', 'categories'], 'a clause', refuse);
  if (!MEASURES.includes(clause.measure)) refuse(`expected a measure, one of ${MEASURES.join(', ')}`);
  if ((clause.at_least === undefined) === (clause.more_than === undefined)) refuse('expected at_least or more_than, one of them');
  if (clause.kinds !== undefined && !isListOf(clause.kinds, KINDS)) refuse(`expected kinds, a list of ${KINDS.join(', ')}`);
  if (clause.categories !== undefined && !isTextList(clause.categories)) refuse('expected categories, a list of texts');
  const isStrict = clause.more_than !== undefined;
  const thresholdSec = parseDuration((clause.at_least ?? clause.more_than)!, where);
  return {
    measure: clause.measure,
    thresholdSec,
    isStrict,
    kinds: clause.kinds,
    categories: clause.categories,
    text: `${clause.measure}${isStrict ? '>' : '>='}${thresholdSec}s`,
  };
}

function compileSeats(seats: SeatsJson, where: string): Seats {
  const refuse = refuser(where);
  checkKeys(seats, ['rows', 'vehicles', 'ventilation', 'map'], 'seats', refuse);
  if (seats.rows !== undefined && (!Number.isInteger(seats.rows) || seats.rows < 0)) refuse('expected rows, a whole number');
  if (seats.map !== undefined) checkKeys(seats.map, ['per_row', 'decks', 'across', 'same_side'], 'map', refuse);
  const list = (value: string | readonly string[] | undefined): readonly string[] | undefined => (value === undefined ? undefined : [value].flat());
  const vehicles = list(seats.vehicles);
  const ventilation = list(seats.ventilation);
  if (vehicles && !isTextList(vehicles)) refuse('expected vehicles, a category or a list of them');
  if (ventilation && !isListOf(ventilation, VENTILATIONS)) refuse(`expected ventilation, one or a list of ${VENTILATIONS.join(', ')}`);
  return {
    rows: seats.rows,
    vehicles,
    ventilation: ventilation as readonly Ventilation[] | undefined,
    map: seats.map && compileSeatMap(seats.map, `${where}.map`),
  };
}

function compileSeatMap({ per_row: perRow, decks = [], across = '', same_side: isOneSide = false }: SeatMapJson, where: string): SeatMap {
  const refuse = refuser(where);
  if (perRow !== undefined && (!Number.isInteger(perRow) || perRow < 1)) refuse('expected per_row, a whole number above 0');
  if (!isTextList(decks) || decks.includes('')) refuse('expected decks, a list of words');
  if (typeof across !== 'string' || (isOneSide && !across.includes('|')))
    refuse("expected across, the letters of a row with '|' for an aisle, such as ABC|DEF");
  const sides = new Map<string, number>();
  for (const [side, letters] of across.split('|').entries()) {
    for (const letter of letters.toUpperCase()) {
      if (sides.has(letter)) refuse(`expected each letter of across once, got ${letter} twice`);
      sides.set(letter, side);
    }
  }
  return { perRow, decks, sides: isOneSide ? sides : new Map() };
}

function compileResidence(residence: NonNullable<RuleJson['residence']>, where: string): Residence {
  const refuse = refuser(where);
  checkKeys(residence, ['more_than', 'within_days', 'who'], 'residence', refuse);
  if (!Number.isInteger(residence.within_days) || residence.within_days < 1 || residence.within_days > MOST_DAYS)
    refuse(`expected within_days, whole days from 1 to ${MOST_DAYS}`);
  if (!['either', 'both', 'case', 'contact'].includes(residence.who)) refuse('expected who: either, both, case or contact');
  return { moreThanSec: parseDuration(residence.more_than, `${where}.more_than`), withinDays: residence.within_days, who: residence.who };
}

const refuser =
  (where: string) =>
  (what: string): never => {
    throw new OptionError('E_RULE', `${where}: ${what}`);
  };

function checkKeys(value: unknown, known: readonly string[], what: string, refuse: (what: string) => never): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`expected ${what} to be an object`);
  const unknown = Object.keys(value as object).filter((key) => !known.includes(key));
  if (unknown.length > 0) refuse(`unknown key '${unknown[0]}' in ${what}; there are ${known.join(', ')}`);
}

const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');
const isListOf = (value: unknown, words: readonly string[]): boolean => Array.isArray(value) && value.every((each) => words.includes(each));

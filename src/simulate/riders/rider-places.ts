/** Where riders live, work and shop: near stops, most within 600 m of one, a few beyond 1 km. */
import type { Timetable } from '../../model/timetable.js';
import { Random } from '../random.js';
import { degreesOf, pointAway, sphereOf, type NearStop, type WayFinder } from './way-finder.js';

/** Kinds of places, by number: the category of each, and the letter its ids begin with. */
export const RIDER_PLACES = [
  { letter: 'H', category: 'residence', name: 'House' },
  { letter: 'W', category: 'workplace', name: 'Office' },
  { letter: 'E', category: 'education', name: 'School' },
  { letter: 'S', category: 'retail', name: 'Shop' },
] as const;
export const HOME = 0;
export const WORK = 1;
export const SCHOOL = 2;
export const SHOP = 3;

/** Streams of random numbers, none of them that of another simulation. */
export const RIDER_STREAM = { place: 20, person: 21, day: 22, scan: 23, clock: 24, line: 25, cases: 26 } as const;

export interface RiderPlace {
  readonly id: string;
  readonly kind: number;
  /** Degrees, to a millionth. */
  readonly lat: number;
  readonly lon: number;
  /** Stops in reach on foot. */
  readonly near: readonly NearStop[];
}

/** Share of the places up to so many metres from their stop. */
const DISTANCES: readonly (readonly [share: number, fromM: number, toM: number])[] = [
  [0.6, 30, 300],
  [0.9, 300, 600],
  [0.97, 600, 1000],
  [1, 1000, 1500],
];
const REACH_M = 500;
const MOST_STOPS = 6;
/** Around one stop there are so many offices, schools or shops. */
export const PLACES_AT_STOP = 3;

export class RiderPlaces {
  readonly #finder: WayFinder;
  readonly #timetable: Timetable;
  readonly #random: Random;
  readonly #known = new Map<string, RiderPlace>();

  constructor(finder: WayFinder, seed: number) {
    this.#finder = finder;
    this.#timetable = finder.timetable;
    this.#random = new Random(seed);
  }

  /** The house of a person. */
  home(person: number, stop: number): RiderPlace {
    return this.#make(`H${String(person).padStart(8, '0')}`, HOME, stop, person);
  }

  /** Office, school or shop `number` around a stop; the same for everyone. */
  at(kind: number, stop: number, number: number): RiderPlace {
    const id = `${RIDER_PLACES[kind]!.letter}${String(stop * PLACES_AT_STOP + number).padStart(8, '0')}`;
    let place = this.#known.get(id);
    if (!place) this.#known.set(id, (place = this.#make(id, kind, stop, stop * PLACES_AT_STOP + number)));
    return place;
  }

  #make(id: string, kind: number, stop: number, number: number): RiderPlace {
    const random = this.#random;
    random.begin(RIDER_STREAM.place, number, kind);
    const share = random.unit();
    const [, fromM, toM] = DISTANCES.find(([upTo]) => share < upTo)!;
    const metres = fromM + random.unit() * (toM - fromM);
    const stopAt = degreesOf(this.#timetable.stopAt, stop);
    const away = pointAway(stopAt.lat, stopAt.lon, metres, random.unit() * 2 * Math.PI);
    const [lat, lon] = [Math.round(away.lat * 1e6) / 1e6, Math.round(away.lon * 1e6) / 1e6];
    return { id, kind, lat, lon, near: this.#finder.near(...sphereOf(lat, lon), Math.max(REACH_M, metres + 100), MOST_STOPS) };
  }
}

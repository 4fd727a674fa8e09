/**
 * A city by arithmetic: who lives, works and learns where, which places there are, which lines run. Nothing is stored per person or place, so
 * a city of 50 million people takes no more memory than one of a thousand.
 *
 * People 0..people live in houses of `PEOPLE_PER_HOME` neighbours; houses fill districts of about 25,000 people. Every district has the same
 * number of places of each kind, visited by Zipf's law: how many people someone meets does not grow with the city.
 */
import { BUS_LINE, COACH_LINE, Lines, VEHICLES_PER_LINE } from './lines.js';
import { Random, STREAM, zipf, type Weighted } from './random.js';

const PEOPLE_PER_HOME = 60;
const PEOPLE_PER_DISTRICT = 25_000;
export const PEOPLE_PER_HOUSEHOLD = 4;
const SHOPS_PER_MALL = 30;
const PEOPLE_PER_BUS_LINE = 5000;

/** Kinds of places by number. */
export const KIND = {
  home: 0,
  office: 1,
  school: 2,
  shop: 3,
  market: 4,
  restaurant: 5,
  mall: 6,
  mallShop: 7,
  cinema: 8,
  park: 9,
  gym: 10,
  temple: 11,
  clinic: 12,
  hall: 13,
  station: 14,
  bus: 15,
  coach: 16,
} as const;

interface KindSpec {
  readonly name: string;
  /** How its ids begin. */
  readonly letter: string;
  readonly category: string;
  /** People of a district for each place of this kind, how many there are at the least, and how unequal they are (Zipf's exponent). */
  readonly peopleEach: number;
  readonly least: number;
  readonly exponent: number;
}

const kind = (name: string, letter: string, category: string, peopleEach = 0, least = 0, exponent = 1): KindSpec => ({
  name,
  letter,
  category,
  peopleEach,
  least,
  exponent,
});

/** In the order of `KIND`. Homes, shops of malls and vehicles are counted otherwise. */
export const KINDS: readonly KindSpec[] = [
  kind('House', 'H', 'residence'),
  kind('Office', 'W', 'workplace', 40, 3, 0.5),
  kind('School', 'E', 'education', 2500, 1, 0),
  kind('Shop', 'S', 'retail', 80, 4),
  kind('Market', 'K', 'market', 1500, 2),
  kind('Restaurant', 'F', 'food', 150, 4, 0.8),
  kind('Mall', 'M', 'entertainment', 12_000, 1),
  kind('Shop in a mall', 'N', 'retail'),
  kind('Cinema', 'V', 'entertainment', 3000, 1),
  kind('Park', 'C', 'culture', 5000, 1),
  kind('Gym', 'G', 'sports', 3000, 1),
  kind('Temple', 'R', 'worship', 8000, 1),
  kind('Clinic', 'Y', 'healthcare', 4000, 1),
  kind('Public hall', 'O', 'public_building', 8000, 1),
  kind('Station', 'T', 'station', 6000, 1),
  kind('Bus', '粤B', 'bus'),
  kind('Coach', '粤K', 'coach'),
];

export const WORKER = 0;
export const PUPIL = 1;
export const FREE = 2;
export const BY_BUS = 0;
export const BY_METRO = 1;
export const ON_FOOT = 2;

/** What does not change about a person. Places are numbers within their kind. */
export interface Resident {
  person: number;
  role: number;
  home: number;
  district: number;
  /** `KIND.office` or `KIND.school`; of no meaning for who is free. */
  workKind: number;
  work: number;
  workDistrict: number;
  commute: number;
  line: number;
  boardStop: number;
  alightStop: number;
  homeStation: number;
  workStation: number;
}

export const newResident = (): Resident => ({
  person: 0,
  role: 0,
  home: 0,
  district: 0,
  workKind: 0,
  work: 0,
  workDistrict: 0,
  commute: 0,
  line: 0,
  boardStop: 0,
  alightStop: 0,
  homeStation: 0,
  workStation: 0,
});

/** One place, for the table of places. */
export interface CityPlace {
  readonly kind: number;
  /** Number within the kind. */
  readonly place: number;
  readonly district: number;
  /** Millionths of a degree; NaN for vehicles. */
  readonly latMicro: number;
  readonly lonMicro: number;
  /** Number of the mall, or -1. */
  readonly mall: number;
  /** Number of the line, or -1. */
  readonly line: number;
}

export class City {
  readonly seed: number;
  readonly people: number;
  readonly districts: number;
  readonly buses: Lines;
  readonly coaches: Lines;
  /** Dense number of the first place of each kind, and of all places together at the end. */
  readonly firstOfKind: readonly number[];
  readonly #homes: number;
  readonly #homesPerDistrict: number;
  readonly #busLinesPerDistrict: number;
  /** Places of each kind in a district. */
  readonly #perDistrict: readonly number[];
  readonly #ranks: readonly Weighted[];
  readonly #random: Random;

  constructor(seed: number, people: number) {
    this.seed = seed;
    this.people = people;
    this.#random = new Random(seed);
    this.#homes = Math.ceil(people / PEOPLE_PER_HOME);
    this.districts = Math.min(this.#homes, Math.max(1, Math.min(8, Math.floor(people / 1500)), Math.ceil(people / PEOPLE_PER_DISTRICT)));
    this.#homesPerDistrict = Math.ceil(this.#homes / this.districts);
    const inDistrict = people / this.districts;
    this.#perDistrict = KINDS.map(({ peopleEach, least }) => (peopleEach === 0 ? 0 : Math.max(least, Math.round(inDistrict / peopleEach))));
    this.#ranks = KINDS.map(({ exponent }, k) => zipf(Math.max(1, this.#perDistrict[k]!), exponent));
    this.#busLinesPerDistrict = Math.max(1, Math.round(inDistrict / PEOPLE_PER_BUS_LINE));
    this.buses = new Lines(seed, STREAM.busLine, this.districts * this.#busLinesPerDistrict, BUS_LINE);
    this.coaches = new Lines(seed, STREAM.coachLine, this.districts, COACH_LINE);
    const counts = this.#perDistrict.map((count) => count * this.districts);
    counts[KIND.home] = this.#homes;
    counts[KIND.mallShop] = counts[KIND.mall]! * SHOPS_PER_MALL;
    counts[KIND.bus] = this.buses.count * VEHICLES_PER_LINE;
    counts[KIND.coach] = this.coaches.count * VEHICLES_PER_LINE;
    let first = 0;
    this.firstOfKind = [...counts.map((count) => (first += count) - count), first];
  }

  /** Dense number of a place: unlike its number within the kind it names one place of the city. */
  dense(kindNumber: number, place: number): number {
    return this.firstOfKind[kindNumber]! + place;
  }

  /** Someone from the number alone. Fills `out`. */
  meet(person: number, out: Resident): void {
    const random = this.#random;
    random.begin(STREAM.person, person);
    out.person = person;
    out.home = Math.floor(person / PEOPLE_PER_HOME);
    out.district = Math.floor(out.home / this.#homesPerDistrict);
    const role = random.unit();
    out.role = role < 0.55 ? WORKER : role < 0.75 ? PUPIL : FREE;
    const commute = random.unit();
    out.commute = commute < 0.38 ? BY_BUS : commute < 0.62 ? BY_METRO : ON_FOOT;
    const worksAway = random.chance(0.35);
    const away = random.below(this.districts);
    out.workDistrict = out.role === WORKER && worksAway ? away : out.district;
    out.workKind = out.role === PUPIL ? KIND.school : KIND.office;
    out.work = this.pick(out.workKind, out.workDistrict, random);
    out.homeStation = this.pick(KIND.station, out.district, random);
    out.workStation = this.pick(KIND.station, out.workDistrict, random);
    out.line = out.district * this.#busLinesPerDistrict + random.below(this.#busLinesPerDistrict);
    const { stops } = this.buses.get(out.line);
    out.boardStop = random.below(stops - 2);
    out.alightStop = random.between(out.boardStop + 1, stops - 1);
  }

  /** A place of a kind in a district, by Zipf's law. */
  pick(kindNumber: number, district: number, random: Random): number {
    return district * this.#perDistrict[kindNumber]! + this.#ranks[kindNumber]!.draw(random);
  }

  /** A shop of a mall. */
  pickShopOf(mall: number, random: Random): number {
    return mall * SHOPS_PER_MALL + random.below(SHOPS_PER_MALL);
  }

  /** Another member of someone's household, or the person if they live alone. */
  housemate(person: number, random: Random): number {
    const first = person - (person % PEOPLE_PER_HOUSEHOLD);
    const count = Math.min(PEOPLE_PER_HOUSEHOLD, this.people - first);
    return first + ((person - first + random.between(1, Math.max(1, count - 1))) % count);
  }

  /** First person of a district and the first after it. */
  peopleOf(district: number): readonly [number, number] {
    const each = this.#homesPerDistrict * PEOPLE_PER_HOME;
    return [Math.min(this.people, district * each), Math.min(this.people, (district + 1) * each)];
  }

  /** All places, kind by kind. */
  *places(): Generator<CityPlace> {
    const random = new Random(this.seed);
    for (let k = 0; k < KINDS.length; k++) {
      const count = this.firstOfKind[k + 1]! - this.firstOfKind[k]!;
      const isVehicle = k === KIND.bus || k === KIND.coach;
      const lines = k === KIND.coach ? this.coaches : this.buses;
      for (let place = 0; place < count; place++) {
        const line = isVehicle ? Math.floor(place / VEHICLES_PER_LINE) : -1;
        if (isVehicle && place % VEHICLES_PER_LINE >= lines.get(line).vehicles) continue;
        const mall = k === KIND.mallShop ? Math.floor(place / SHOPS_PER_MALL) : -1;
        const district = this.#districtOf(k, place);
        random.begin(STREAM.place, this.dense(k, place));
        const [latMicro, lonMicro] = isVehicle ? [Number.NaN, Number.NaN] : this.#position(mall, district, random);
        yield { kind: k, place, district, latMicro, lonMicro, mall, line };
      }
    }
  }

  #districtOf(kindNumber: number, place: number): number {
    if (kindNumber === KIND.home) return Math.floor(place / this.#homesPerDistrict);
    if (kindNumber === KIND.mallShop) return this.#districtOf(KIND.mall, Math.floor(place / SHOPS_PER_MALL));
    if (kindNumber === KIND.bus) return Math.floor(place / VEHICLES_PER_LINE / this.#busLinesPerDistrict);
    if (kindNumber === KIND.coach) return Math.floor(place / VEHICLES_PER_LINE);
    return Math.floor(place / this.#perDistrict[kindNumber]!);
  }

  /** Districts are squares of about 3 km in rows; shops lie in their mall. */
  #position(mall: number, district: number, random: Random): readonly [number, number] {
    const jitter = [random.below(mall < 0 ? SQUARE_MICRO : MALL_MICRO), random.below(mall < 0 ? SQUARE_MICRO : MALL_MICRO)] as const;
    if (mall >= 0) {
      random.begin(STREAM.place, this.dense(KIND.mall, mall));
      const [lat, lon] = this.#position(-1, district, random);
      return [lat + jitter[0], lon + jitter[1]];
    }
    const side = Math.ceil(Math.sqrt(this.districts));
    return [SOUTH_MICRO + Math.floor(district / side) * SQUARE_MICRO + jitter[0], WEST_MICRO + (district % side) * SQUARE_MICRO + jitter[1]];
  }
}

const SOUTH_MICRO = 22_400_000;
const WEST_MICRO = 113_800_000;
const SQUARE_MICRO = 30_000;
const MALL_MICRO = 600;

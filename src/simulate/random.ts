/**
 * Seeded random numbers that can be split: every stream is named by (seed, stream, a, b), so what one person does on one day never depends on
 * how many others were drawn before. 32-bit integers and plain fractions only: the same seed gives the same numbers on every machine.
 */
const TWO_32 = 2 ** 32;

/** Names of the streams, so that no two parts of the city share one. */
export const STREAM = { person: 1, leave: 2, plan: 3, scan: 4, clock: 5, busLine: 6, coachLine: 7, place: 8, outbreak: 9, superspreading: 10 } as const;

/** sfc32 (Chris Doty-Humphrey), begun anew for each stream. */
export class Random {
  readonly #base: number;
  #a = 0;
  #b = 0;
  #c = 0;
  #count = 0;

  /** @param seed - a whole number from 0 to 2^53 - 1. */
  constructor(seed: number) {
    this.#base = mix((seed >>> 0) ^ mix((Math.floor(seed / TWO_32) + 0x9e3779b9) | 0));
  }

  /** Begins the stream (stream, a, b). For one stream different (a, b) have different states: each step below is a bijection of its number. */
  begin(stream: number, a: number, b = 0): void {
    this.#a = mix(this.#base ^ Math.imul(stream, 0x9e3779b1));
    this.#b = mix((this.#a + Math.imul(a, 0x85ebca77)) | 0);
    this.#c = mix(this.#b ^ Math.imul(b + 1, 0xc2b2ae3d));
    this.#count = 1;
    this.u32();
    this.u32();
    this.u32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  u32(): number {
    const value = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + value) | 0;
    return value >>> 0;
  }

  /** From 0 up to but not 1. */
  unit(): number {
    return this.u32() / TWO_32;
  }

  /** A whole number from 0 up to but not `count`. */
  below(count: number): number {
    return Math.floor((this.u32() / TWO_32) * count);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True with the given share. Takes one number whatever the share. */
  chance(share: number): boolean {
    return this.u32() < share * TWO_32;
  }
}

/** Positions drawn in proportion to their weights, one number each (Walker's alias method). */
export class Weighted {
  readonly #keep: Float64Array;
  readonly #other: Uint32Array;

  constructor(weights: readonly number[]) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#keep = Float64Array.from(weights, (weight) => (weight * weights.length) / total);
    this.#other = Uint32Array.from(weights, (_, i) => i);
    const poor: number[] = [];
    const rich: number[] = [];
    this.#keep.forEach((share, i) => (share < 1 ? poor : rich).push(i));
    while (poor.length > 0 && rich.length > 0) {
      const taker = poor.pop()!;
      const giver = rich[rich.length - 1]!;
      this.#other[taker] = giver;
      this.#keep[giver]! -= 1 - this.#keep[taker]!;
      if (this.#keep[giver]! < 1) poor.push(rich.pop()!);
    }
    for (const i of [...poor, ...rich]) this.#keep[i] = 1; // what rounding left over
  }

  draw(random: Random): number {
    const at = random.unit() * this.#keep.length;
    const position = Math.floor(at);
    return at - position < this.#keep[position]! ? position : this.#other[position]!;
  }
}

/** Zipf's law over ranks 0..count: rank r has the weight 1 / (r + 1)^exponent. */
export const zipf = (count: number, exponent: number): Weighted => new Weighted(Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** exponent));

/** A bijection of 32-bit numbers that looks like none (the last step of MurmurHash3). */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

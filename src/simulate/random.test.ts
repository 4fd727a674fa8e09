import { describe, expect, test } from 'vitest';
import { Random, Weighted, zipf } from './random.js';

const draws = (seed: number, stream: number, a: number, b: number, count = 4): number[] => {
  const random = new Random(seed);
  random.begin(stream, a, b);
  return Array.from({ length: count }, () => random.u32());
};

describe('Random', () => {
  test('a stream depends on its name alone, not on what was drawn before', () => {
    const random = new Random(7);
    random.begin(1, 2, 3);
    for (let i = 0; i < 100; i++) random.u32();
    random.begin(4, 5, 6);
    expect(Array.from({ length: 4 }, () => random.u32())).toEqual(draws(7, 4, 5, 6));
  });

  test('seed, stream, a and b each make another stream, also beyond 32 bits of the seed', () => {
    const first = [draws(1, 1, 1, 1), draws(2, 1, 1, 1), draws(1 + 2 ** 32, 1, 1, 1), draws(1, 2, 1, 1), draws(1, 1, 2, 1), draws(1, 1, 1, 2)].map((values) =>
      values.join(),
    );
    expect(new Set(first).size).toBe(first.length);
  });

  test('the numbers of a seed are the same on every machine', () => {
    expect(draws(1, 3, 12_345, 6)).toEqual([964_887_784, 3_101_394_622, 4_067_468_897, 2_623_606_939]);
  });

  test('first numbers of neighbouring streams are spread evenly', () => {
    const random = new Random(1);
    const buckets = Array.from({ length: 16 }, () => 0);
    for (let person = 0; person < 16_000; person++) {
      random.begin(1, person);
      buckets[random.below(16)]!++;
    }
    for (const size of buckets) expect(Math.abs(size - 1000)).toBeLessThan(160); // five deviations
  });

  test('below and between stay within their bounds and reach them', () => {
    const random = new Random(1);
    random.begin(1, 1);
    const seen = new Set(Array.from({ length: 1000 }, () => random.between(3, 6)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6]);
  });
});

describe('Weighted', () => {
  test('positions come up in proportion to their weights', () => {
    const random = new Random(3);
    random.begin(1, 1);
    const weighted = new Weighted([1, 0, 2, 5]);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 80_000; i++) counts[weighted.draw(random)]!++;
    expect(counts.map((count) => Math.round(count / 1000))).toEqual([10, 0, 20, 50]);
  });

  test("under Zipf's law the second is half as frequent as the first", () => {
    const random = new Random(3);
    random.begin(1, 1);
    const ranks = zipf(100, 1);
    const counts = Array.from({ length: 100 }, () => 0);
    for (let i = 0; i < 200_000; i++) counts[ranks.draw(random)]!++;
    expect(counts[0]! / counts[1]!).toBeCloseTo(2, 0);
    expect(counts[0]! / counts[9]!).toBeGreaterThan(9);
  });
});

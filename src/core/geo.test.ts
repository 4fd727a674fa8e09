import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EARTH_RADIUS_M, gridCell, haversineM } from './geo.js';

const lat = fc.double({ min: -90, max: 90, noNaN: true });
const lon = fc.double({ min: -180, max: 180, noNaN: true });

describe('haversineM', () => {
  test('known distances', () => {
    expect(haversineM(0, 0, 0, 1)).toBeCloseTo(111_195.08, 2);
    expect(haversineM(0, 0, 1, 0)).toBeCloseTo(111_195.08, 2);
    expect(haversineM(60, 0, 60, 1)).toBeCloseTo(55_597.01, 2); // 2R·asin(cos 60°·sin 0.5°)
    expect(haversineM(90, 0, -90, 123)).toBeCloseTo(Math.PI * EARTH_RADIUS_M, 6);
    expect(haversineM(0, 179.5, 0, -179.5)).toBeCloseTo(111_195.08, 2);
    expect(haversineM(31.2304, 121.4737, 31.2304, 121.4737)).toBe(0);
  });

  test('it is the angle between the two points as vectors', () => {
    const vector = (φ: number, λ: number): readonly [number, number, number] => {
      const [a, b] = [(φ * Math.PI) / 180, (λ * Math.PI) / 180];
      return [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)];
    };
    fc.assert(
      fc.property(lat, lon, lat, lon, (latA, lonA, latB, lonB) => {
        const [a, b] = [vector(latA, lonA), vector(latB, lonB)];
        const chord = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        const metres = 2 * Math.asin(Math.min(1, chord / 2)) * EARTH_RADIUS_M;
        expect(Math.abs(haversineM(latA, lonA, latB, lonB) - metres)).toBeLessThan(0.5);
      }),
      { numRuns: 500 },
    );
  });
});

describe('gridCell', () => {
  test('cells worked out with a pocket calculator', () => {
    // Tiananmen, 800 m: y = 39.9042·111320/800 = 5552.67; the row's middle is at 5552.5·800/111320 = 39.902982°, cos = 0.767131; x = 116.4074·111320·0.767131/800 = 12426.3
    expect(gridCell(39.9042, 116.4074, 800)).toBe('12426,5552');
    expect(gridCell(0, 0, 800)).toBe('0,0');
    expect(gridCell(-0.0001, -0.0001, 800)).toBe('-1,-1');
  });

  test('a cell begins on its southern and western edge', () => {
    const edge = 800 / 111_320;
    expect(gridCell(edge, 0, 800)).toBe('0,1');
    expect(gridCell(edge * 0.999_999, 0, 800)).toBe('0,0');
  });

  test('points of one cell are at most a cell and its diagonal apart', () => {
    const near = fc.double({ min: -0.01, max: 0.01, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: -80, max: 80, noNaN: true }), lon, near, near, (φ, λ, dφ, dλ) => {
        fc.pre(gridCell(φ, λ, 800) === gridCell(φ + dφ, λ + dλ, 800));
        expect(haversineM(φ, λ, φ + dφ, λ + dλ)).toBeLessThan(800 * Math.SQRT2 * 1.01);
      }),
      { numRuns: 500 },
    );
  });
});

/** The upper tail of Poisson's distribution. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lnPoissonTail } from './poisson.js';

test('what is worked out by hand', () => {
  expect(lnPoissonTail(0, 3)).toBe(0);
  expect(lnPoissonTail(2, 0)).toBe(Number.NEGATIVE_INFINITY);
  expect(Math.exp(lnPoissonTail(1, 0.5))).toBeCloseTo(1 - Math.exp(-0.5), 14);
  expect(Math.exp(lnPoissonTail(2, 3))).toBeCloseTo(1 - 4 * Math.exp(-3), 14);
  expect(Math.exp(lnPoissonTail(3, 0.1))).toBeCloseTo(1 - Math.exp(-0.1) * (1 + 0.1 + 0.005), 14);
});

test('it is the sum of all terms from there on', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.double({ min: 1e-3, max: 30, noNaN: true }), (observed, mean) => {
      let [term, sum] = [Math.exp(-mean), 0];
      for (let j = 0; j < 300; j++) {
        if (j >= observed) sum += term;
        term *= mean / (j + 1);
      }
      expect(lnPoissonTail(observed, mean)).toBeCloseTo(Math.log(sum), 8);
    }),
  );
});

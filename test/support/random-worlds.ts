/** With COPRESENCE_SEED the random worlds of all property tests are the same in each run; without it they are new ones. */
import fc from 'fast-check';

const seed = process.env.COPRESENCE_SEED;
if (seed !== undefined) {
  if (!/^\d{1,9}$/.test(seed)) throw new Error('COPRESENCE_SEED: expected a whole number of at most 9 digits');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}

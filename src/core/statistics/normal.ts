/** The standard normal distribution. */

const ROOT_2PI = Math.sqrt(2 * Math.PI);
/** Beyond so many deviations the tail is a continued fraction, before it a series; either takes few steps there. */
const FAR = 2.5;

/** The share of a standard normal quantity that lies above z. At most 1e-12 off. */
export function normalTail(z: number): number {
  const size = Math.abs(z);
  const tail = size < FAR ? 0.5 - nearShare(size) : farTail(size);
  return z < 0 ? 1 - tail : tail;
}

const density = (z: number): number => Math.exp((-z * z) / 2) / ROOT_2PI;

/** The share between 0 and z: density × (z + z³/3 + z⁵/(3·5) + …). */
function nearShare(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; term > 1e-15; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return density(z) * sum;
}

/** The share above z, from afar: density / (z + 1/(z + 2/(z + 3/(z + …)))). */
function farTail(z: number): number {
  let below = z;
  for (let k = 60; k > 0; k--) below = z + k / below;
  return density(z) / below;
}

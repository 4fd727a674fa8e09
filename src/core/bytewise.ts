/**
 * Order of two texts by their UTF-8 bytes: below 0, 0 or above 0.
 * JavaScript compares UTF-16 units, which puts U+E000..U+FFFF behind the surrogates of U+10000 and up; UTF-8 does not.
 */
export function compareBytewise(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates rank above every other unit, as the code points they stand for do in UTF-8. */
const rank = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

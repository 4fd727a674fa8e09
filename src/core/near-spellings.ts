/** Texts that are spelled nearly as another: what someone may have meant who mistyped an id. */
import { compareBytewise } from './bytewise.js';

/** Most suggestions. */
const MOST = 3;
/** More texts than this are not looked through one by one. */
const MOST_LOOKED_AT = 500_000;

/** Texts that can be asked for one, and walked through. */
export interface KnownTexts {
  readonly count: number;
  has(text: string): boolean;
  all(): Iterable<string>;
}

/** Up to three known texts within two edits (one in texts shorter than four), nearest first, then bytewise. Of very many texts only those one edit away. */
export function nearSpellings(text: string, known: KnownTexts): string[] {
  const wanted = folded(text);
  const most = wanted.length < 4 ? 1 : 2;
  const found: { readonly text: string; readonly edits: number }[] = [];
  const candidates = known.count <= MOST_LOOKED_AT ? known.all() : knownAmong(variantsOf(text), known);
  for (const candidate of candidates) {
    if (candidate === '' || candidate === text || Math.abs(candidate.length - text.length) > 3) continue;
    const edits = editsBetween(wanted, folded(candidate), most);
    if (edits <= most) found.push({ text: candidate, edits });
  }
  return found
    .sort((a, b) => a.edits - b.edits || compareBytewise(a.text, b.text))
    .slice(0, MOST)
    .map((each) => each.text);
}

/** Case, full-width forms and white space around are no differences; nor are zeros in front, which spreadsheets lose. */
const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/^0+(?=.)/, '');

/** Insertions, deletions, changes and swaps of neighbours that make one text of the other; `most + 1` where that is not enough. */
export function editsBetween(a: string, b: string, most: number): number {
  const [from, to] = [[...a], [...b]];
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let before: number[] = [];
  let last = to.map((_, i) => i + 1);
  last.unshift(0);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(change, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return Math.min(last[to.length]!, most + 1);
}

function* knownAmong(texts: Iterable<string>, known: KnownTexts): Generator<string> {
  for (const text of new Set(texts)) if (known.has(text)) yield text;
}

/** All texts one edit away, in the letters that ids are made of. */
function* variantsOf(text: string): Generator<string> {
  const chars = [...text];
  const letters = new Set([...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_', ...chars]);
  const joined = (...parts: readonly (readonly string[])[]): string => parts.flat().join('');
  yield text.toLowerCase();
  yield text.toUpperCase();
  yield text.normalize('NFKC').trim();
  yield text.replace(/^0+(?=.)/, '');
  yield `0${text}`;
  for (let i = 0; i <= chars.length; i++) {
    const [head, tail] = [chars.slice(0, i), chars.slice(i)];
    yield joined(head, tail.slice(1));
    if (tail.length > 1) yield joined(head, [tail[1]!, tail[0]!], tail.slice(2));
    for (const letter of letters) {
      yield joined(head, [letter], tail);
      yield joined(head, [letter], tail.slice(1));
    }
  }
}

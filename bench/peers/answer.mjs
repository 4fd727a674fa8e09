/**
 * What all must agree on before a time is shown: the number of pairs, the sum of their overlaps in seconds, and a hash of the pairs that does not
 * depend on their order. `plainAnswer` is the definition: every stay at the place of a visit is looked at.
 */

/** Adds up pairs of a query and a row of the stays. In a self-join both are rows, and (a, b) is the same pair as (b, a). */
export class PairSink {
  count = 0;
  #overlapSec = 0;
  #engineSec = undefined;
  #low = 0;
  #high = 0;

  constructor({ stays, visits }, work) {
    this.isSelf = work === 'self';
    this.queries = this.isSelf ? stays : visits;
    this.stays = stays;
  }

  /** What `plainAnswer` calls. */
  addPair(query, row) {
    this.add(query, row);
  }

  add(query, row) {
    const { queries, stays } = this;
    this.count++;
    this.#overlapSec += Math.min(queries.end[query], stays.end[row]) - Math.max(queries.start[query], stays.start[row]);
    const hash = this.isSelf && query > row ? pairHash(row, query) : pairHash(query, row);
    this.#low = (this.#low + hash) >>> 0;
    this.#high = (this.#high + scramble(hash ^ 0x5bd1_e995)) >>> 0;
  }

  addColumns(queries, rows, count) {
    for (let i = 0; i < count; i++) this.add(queries[i], rows[i]);
  }

  /** For a rival that can only give the pairs of one person with itself too: those are left out here. */
  addOthers(query, row) {
    if (this.queries.person[query] !== this.stays.person[row]) this.add(query, row);
  }

  /** A database adds the overlaps up itself: that sum counts. */
  setOverlapSec(sum) {
    this.#engineSec = Number(sum);
  }

  answer() {
    const hex = (number) => number.toString(16).padStart(8, '0');
    return { pairs: this.count, overlapSec: this.#engineSec ?? this.#overlapSec, hash: hex(this.#high) + hex(this.#low) };
  }
}

export function isSameAnswer(a, b) {
  return a.pairs === b.pairs && a.overlapSec === b.overlapSec && a.hash === b.hash;
}

/** The answer by the definition: two stays at one place, of two people, that share a second. */
export function plainAnswer(world, work, sink = new PairSink(world, work)) {
  const { stays, visits, places } = world;
  const { offsets, rows } = rowsByPlace(stays.key, places);
  const queries = work === 'self' ? stays : visits;
  for (let query = 0; query < queries.key.length; query++) {
    const place = queries.key[query];
    for (let i = offsets[place]; i < offsets[place + 1]; i++) {
      const row = rows[i];
      if (work === 'self' && row <= query) continue;
      if (stays.person[row] === queries.person[query]) continue;
      if (Math.max(stays.start[row], queries.start[query]) < Math.min(stays.end[row], queries.end[query])) sink.addPair(query, row);
    }
  }
  return sink.answer();
}

/** Rows of place p are `rows[offsets[p]..offsets[p + 1]]`, in their order. */
export function rowsByPlace(key, places) {
  const offsets = new Uint32Array(places + 1);
  for (let row = 0; row < key.length; row++) offsets[key[row] + 1]++;
  for (let place = 0; place < places; place++) offsets[place + 1] += offsets[place];
  const next = offsets.slice(0, places);
  const rows = new Uint32Array(key.length);
  for (let row = 0; row < key.length; row++) rows[next[key[row]]++] = row;
  return { offsets, rows };
}

function pairHash(query, row) {
  return scramble(scramble(query + 0x9e37_79b9) ^ Math.imul(row + 1, 0x85eb_ca6b));
}

/** The end of murmur3: every bit of the input moves about half of the output. */
function scramble(value) {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

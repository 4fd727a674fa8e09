/** What rivals are given beside the columns, prepared before the clock starts. */

/** The earliest start of a stay that can reach into a visit, by the longest stay of that place. */
export function sinceOf({ visits, longest }) {
  return visits.start.map((start, i) => start - longest[visits.key[i]]);
}

export function rowNumbers(count) {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

// Two answers side by side: where they differ, and in which worlds.
const COLUMNS_TEXT =
  'case_id contact_id kind place_id contact_place_id run_id overlap_certain_s overlap_likely_s overlap_possible_s after_s case_start case_end_certain case_end_likely case_end_possible case_method contact_start contact_end_certain contact_end_likely contact_end_possible contact_method';
/** Fields of an episode that printed scripts give. */
export const COLUMNS = COLUMNS_TEXT.split(' ');

const linesOf = (text) => text.split('\n').filter(Boolean);
const seconds = (value) => (/^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).getTime() / 1000 : value);

/** The episodes that a script can give, those of one rule and of the first generation, as lines of COLUMNS with times as seconds. */
export function scriptEpisodes(jsonl, rule = 'any') {
  return linesOf(jsonl)
    .map((line) => JSON.parse(line))
    .filter((row) => row.rule_id === rule && row.generation === 1)
    .map((row) => COLUMNS.map((name) => seconds(row[name] ?? '')).join('\t'))
    .sort();
}

/** What the lists say without naming lines of files, as sorted lines by list. */
export function withoutEvidence(texts) {
  const found = Object.entries(texts)
    .filter(([name]) => name.endsWith('.jsonl'))
    .map(([name, text]) => [name, linesOf(text).map((line) => JSON.stringify(JSON.parse(line), (key, value) => (key.endsWith('_rows') ? undefined : value)))]);
  return Object.fromEntries(found.map(([name, lines]) => [name, `${lines.sort().join('\n')}\n`]));
}

/** By list: how many lines only one of the answers has, and whose worlds they are of. Empty: the answers have the same bytes. */
export function differences(wanted, got) {
  const found = [];
  for (const name of [...new Set([...Object.keys(wanted), ...Object.keys(got)])].sort()) {
    if (wanted[name] === got[name]) continue;
    const missing = leftOver(wanted[name], got[name]);
    const more = leftOver(got[name], wanted[name]);
    found.push({ name, missing: missing.length, more: more.length, worlds: worldsIn([...missing, ...more]) });
  }
  return found;
}

/** Lines of a text that are not in another, each as often as it is there too often. */
function leftOver(text = '', other = '') {
  const counts = new Map();
  for (const line of linesOf(other)) counts.set(line, (counts.get(line) ?? 0) + 1);
  return linesOf(text).filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}

/** The worlds that lines speak of, by the prefix of their ids. */
const worldsIn = (lines) => [...new Set(lines.flatMap((line) => line.match(/\bw\d+(?=\.)/g) ?? []))].sort((a, b) => a.slice(1) - b.slice(1));

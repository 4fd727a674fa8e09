/** This project's index on disk as a program uses it: the only file of disk/ that knows how. To the findings in memory, graded by the rule; no list is made. */
export async function openOurs({ files, cases }) {
  const { openIndex, readCases } = await import('../../../dist/node.js');
  return async () => {
    const began = performance.now();
    const index = await openIndex(files);
    const opened = performance.now();
    const found = index.match(await readCases(cases), { window: 'all' });
    const ended = performance.now();
    const [{ episodes, visits }] = found.counts;
    const { stays } = index.stayCounts;
    index.close();
    const addTo = (sink) => {
      for (const row of found.rows('episodes')) sink.addTexts(row.contact_id, row.case_id, row.place_id, row.start, row.end, row.overlap_possible_s);
    };
    return { openMs: opened - began, ms: ended - began, found: { stays, visits, pairs: episodes, addTo } };
  };
}

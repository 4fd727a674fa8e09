/** This project's index on disk: the only file of disk/ that knows how it is called. To the findings in memory, graded by the rule; lists are not written. */
const MODULES = ['engines/match-index', 'core/steps', 'core/zone', 'model/plan', 'model/rule', 'rules/find-rule'];

export async function openOurs({ files, cases }) {
  const modules = await Promise.all(MODULES.map((name) => import(`../../../dist/${name}.js`)));
  const { compileRule, findRule, gatherIndexed, makePlan, runAsync, Zone } = Object.assign({}, ...modules);
  return async () => {
    const began = performance.now();
    const gathered = await gatherIndexed(files, { files: { cases: [cases] } }, new Zone(undefined), {});
    const source = await runAsync(gathered.source());
    const opened = performance.now();
    const result = await runAsync(source.matchInputs(gathered.tables, makePlan([compileRule(findRule('any'))], { window: 'all' })));
    const ended = performance.now();
    const [{ episodes, visits }] = result.counts;
    gathered.close();
    const addTo = (sink) => {
      for (const row of result.rows('episodes')) sink.addTexts(row.contact_id, row.case_id, row.place_id, row.start, row.end, row.overlap_possible_s);
    };
    return { openMs: opened - began, ms: ended - began, found: { stays: source.stayCounts.stays, visits, pairs: episodes, addTo } };
  };
}

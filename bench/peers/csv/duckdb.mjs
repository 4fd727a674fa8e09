/**
 * DuckDB, CSV to CSV. The fastest settings found: types given (no sniffing), order of rows not kept, no order of the episodes asked for.
 *
 * `rows as stays` takes each check-in for a stay, which these files allow but files in general do not. `the rule` does what this project does with
 * any file: rows that say the same count once, and rows of one person at one place that touch become one stay.
 */
import { importPeer } from '../rivals/npm-peer.mjs';

const COLUMNS = ['person_id', 'case_id', 'place_id', 'start', 'end', 'overlap_s'];

export function csvDuckdb() {
  return [2, 1].flatMap((threads) =>
    Object.keys(STAYS).map((way) => ({
      rival: 'duckdb',
      label: 'DuckDB',
      threads,
      way,
      ...(way !== 'the rule' && { remark: 'less work: no row said twice, no stays that touch' }),
      args: ({ files, out, run }) => [run, JSON.stringify({ engine: 'duckdb', way, threads, files, out })],
      file: (out) => out,
      columns: COLUMNS,
    })),
  );
}

const STAYS = {
  'the rule': `
    select person_id, place_id, min("start") as "start", max("end") as "end" from (
      select *, sum(is_new) over (partition by person_id, place_id order by "start", "end" rows unbounded preceding) as stay from (
        select *, case when "start" <= max("end") over (partition by person_id, place_id order by "start", "end" rows between unbounded preceding and 1 preceding) then 0 else 1 end as is_new
        from (select distinct * from scans)))
    group by person_id, place_id, stay`,
  'rows as stays': 'select * from scans',
};

/** One run, in this process. */
export async function runDuckdb({ way, threads, files, out }) {
  const { DuckDBInstance } = await importPeer('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), preserve_insertion_order: 'false' });
  const connection = await instance.connect();
  await connection.run(`
    copy (
      with scans as (
        select person_id, place_id, "time" as "start", least(check_out, "time" + interval 24 hours) as "end"
        from read_csv('${files.checkIns}', header = true, columns = { 'person_id': 'VARCHAR', 'place_id': 'VARCHAR', 'time': 'TIMESTAMP', 'check_out': 'TIMESTAMP' })
      ),
      stays as materialized (${STAYS[way]}),
      cases as (select person_id from read_csv('${files.cases}', header = true, columns = { 'person_id': 'VARCHAR' })),
      visits as materialized (select * from stays where person_id in (select person_id from cases))
      select t.person_id, v.person_id as case_id, v.place_id, greatest(v."start", t."start") as "start", least(v."end", t."end") as "end",
        epoch(least(v."end", t."end"))::bigint - epoch(greatest(v."start", t."start"))::bigint as overlap_s
      from stays t join visits v on t.place_id = v.place_id and t."start" < v."end" and t."end" > v."start" and t.person_id <> v.person_id
    ) to '${out}' (format csv, header true)`);
  connection.closeSync();
}

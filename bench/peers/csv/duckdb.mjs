/**
 * DuckDB, CSV to CSV. The fastest settings found: types given (no sniffing), order of rows not kept, no order of the episodes asked for.
 *
 * `rows as stays` takes each check-in for a stay, which these files allow but files in general do not. `the rule` does what this project does with
 * any file: check-ins of one person at one place that touch, equal ones among them, become one stay.
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
      isRule: way !== 'rows as stays',
      ...(way === 'rows as stays' && { remark: 'less work: stays that touch are not made one' }),
      args: ({ files, out, run }) => [run, JSON.stringify({ engine: 'duckdb', way, threads, files, out })],
      file: (out) => out,
      columns: COLUMNS,
    })),
  );
}

/** Stays of one person at one place that touch, made one. */
const merged = (scans) => `
    select person_id, place_id, min("start") as "start", max("end") as "end" from (
      select *, sum(is_new) over (partition by person_id, place_id order by "start", "end" rows unbounded preceding) as stay from (
        select *, case when "start" <= max("end") over (partition by person_id, place_id order by "start", "end" rows between unbounded preceding and 1 preceding) then 0 else 1 end as is_new
        from ${scans}))
    group by person_id, place_id, stay`;

/** The table `stays` from the query `scans`. Tables, since one statement with the same parts took up to twice as long. */
const STAYS = {
  'the rule': (scans) => [`create table stays as ${merged(`(${scans})`)}`],
  'the rule, pairs seen once apart': (scans) => [
    `create table scans as ${scans}`,
    `create table again as select person_id, place_id from scans group by person_id, place_id having count(*) > 1`,
    `create table stays as select * from scans anti join again using (person_id, place_id)
      union all ${merged('(select scans.* from scans semi join again using (person_id, place_id))')}`,
  ],
  'rows as stays': (scans) => [`create table stays as ${scans}`],
};

/** By place and piece of 2^12 s, as in rivals/duckdb.mjs: a third faster than by place alone. */
const JOIN = `
  select t.person_id, v.person_id as case_id, v.place_id, greatest(v."start", t."start") as "start", least(v."end", t."end") as "end",
    epoch(least(v."end", t."end"))::bigint - epoch(greatest(v."start", t."start"))::bigint as overlap_s
  from stays t
  join (
    select v.*, unnest(range((epoch("start")::bigint - longest) >> 12, ((epoch("end")::bigint - 1) >> 12) + 1)) as piece
    from visits v join (select place_id, max(epoch("end")::bigint - epoch("start")::bigint) as longest from stays group by place_id) using (place_id)
  ) v on t.place_id = v.place_id and (epoch(t."start")::bigint >> 12) = v.piece
    and t."start" < v."end" and t."end" > v."start" and t.person_id <> v.person_id`;

/** One run, in this process. */
export async function runDuckdb({ way, threads, files, out }) {
  const { DuckDBInstance } = await importPeer('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), preserve_insertion_order: 'false' });
  const connection = await instance.connect();
  const scans = `
    select person_id, place_id, "time" as "start", least(check_out, "time" + interval 24 hours) as "end"
    from read_csv('${files.checkIns}', header = true, columns = { 'person_id': 'VARCHAR', 'place_id': 'VARCHAR', 'time': 'TIMESTAMP', 'check_out': 'TIMESTAMP' })`;
  const cases = `select person_id from read_csv('${files.cases}', header = true, columns = { 'person_id': 'VARCHAR' })`;
  for (const sql of [
    ...STAYS[way](scans),
    `create table visits as select * from stays where person_id in (${cases})`,
    `copy (${JOIN}) to '${out}' (format csv, header true)`,
  ]) {
    await connection.run(sql);
  }
  connection.closeSync();
}

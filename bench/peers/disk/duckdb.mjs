/** DuckDB on a database file: stays by place and piece of time (see rivals/duckdb.mjs), those of the cases found through an index on people. */
import { importPeer } from '../rivals/npm-peer.mjs';

const connect = async (file, threads) => {
  const { DuckDBInstance } = await importPeer('@duckdb/node-api');
  const instance = await DuckDBInstance.create(file, { threads: String(threads) });
  return { instance, connection: await instance.connect() };
};

/** Made once, before anything is timed. */
export async function buildDatabase(checkIns, file) {
  const { instance, connection } = await connect(file, 2);
  await connection.run(`
    create table stays as
    select person_id, place_id, "time" as "start", check_out as "end", epoch("time")::bigint >> 12 as piece
    from read_csv('${checkIns}', header = true, columns = { 'person_id': 'VARCHAR', 'place_id': 'VARCHAR', 'time': 'TIMESTAMP', 'check_out': 'TIMESTAMP' })
    order by place_id, "start"`);
  await connection.run('create table longest as select place_id, max(epoch("end")::bigint - epoch("start")::bigint) as longest from stays group by place_id');
  await connection.run('create index by_person on stays (person_id)');
  await connection.run('checkpoint');
  connection.closeSync();
  instance.closeSync();
}

export async function openDatabase({ files, cases, threads }) {
  await importPeer('@duckdb/node-api');
  return async () => {
    const began = performance.now();
    const { connection } = await connect(files, threads);
    const opened = performance.now();
    await connection.run(`
      create temp table visits as
      select * from stays where person_id in (select person_id from read_csv('${cases}', header = true, columns = { 'person_id': 'VARCHAR' }))`);
    const result = await connection.run(`
      select t.person_id, v.person_id as case_id, v.place_id, greatest(v."start", t."start") as "start", least(v."end", t."end") as "end",
        epoch(least(v."end", t."end"))::bigint - epoch(greatest(v."start", t."start"))::bigint as overlap_s
      from stays t
      join (
        select v.*, unnest(range((epoch("start")::bigint - longest) >> 12, ((epoch("end")::bigint - 1) >> 12) + 1)) as at
        from visits v join longest using (place_id)
      ) v on t.place_id = v.place_id and t.piece = v.at and t."start" < v."end" and t."end" > v."start" and t.person_id <> v.person_id`);
    const ended = performance.now();
    const addTo = async (sink) => {
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        for (const [person, casePerson, place, start, end, overlap] of chunk.getRows()) {
          sink.addTexts(person, casePerson, place, String(start), String(end), Number(overlap));
        }
      }
    };
    return { openMs: opened - began, ms: ended - began, found: { addTo } };
  };
}

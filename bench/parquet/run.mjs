/** One way to read check-ins, timed: `node run.mjs WAY FILE`. Prints milliseconds by the clock and of all processors, the largest resident memory, and sums over all rows that every way must share. */
import { rmSync } from 'node:fs';
import { importPeer } from '../peers/rivals/npm-peer.mjs';

const [way, file] = process.argv.slice(2);
/** Beijing time has been eight hours ahead, without change, since 1991. */
const OFFSET_SEC = 8 * 3600;
const sums = { rows: 0, personBytes: 0, placeBytes: 0, times: 0, checkOuts: 0, mixed: 0 };
const began = performance.now();
const cpu = process.cpuUsage();
const finish = await { ours: () => ours(), 'ours, one thread': () => ours(1), hyparquet, duckdb, 'duckdb-csv': duckdbCsv }[way]();
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
finish?.(); // sums of what was kept: not part of the time
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, peakMB, rows: sums.rows, sums }));

/** `mixed` differs if any two values of a column change places. */
function add(personBytes, placeBytes, time, checkOut) {
  const row = sums.rows++;
  sums.personBytes += personBytes;
  sums.placeBytes += placeBytes;
  sums.times += time;
  sums.checkOuts += checkOut;
  sums.mixed = (sums.mixed + ((row % 1009) + 1) * ((time % 1_000_003) + (checkOut % 1_000_003) + personBytes + placeBytes)) % 2 ** 40;
}

async function ours(threads, path = file) {
  const { FileSource } = await import('../../dist/ingest/file-source.js');
  const { InputReader } = await import('../../dist/ingest/read-inputs.js');
  const { ParsePool } = await import('../../dist/ingest/blocks/parse-pool.js');
  const { Zone } = await import('../../dist/core/zone.js');
  // Equal rows are kept, as in the files.
  const reader = new InputReader(new Zone('Asia/Shanghai'), [], undefined, true);
  const parsers = new ParsePool({ threads });
  try {
    await reader.readFile('checkins', new FileSource(path), { parsers });
  } finally {
    await parsers.close();
  }
  return () => {
    const { checkIns, ids } = reader.tables;
    const [person, place, time, checkOut] = ['person_id', 'place_id', 'time', 'check_out'].map((name) => checkIns.column(name));
    for (let row = 0; row < checkIns.rowCount; row++) add(ids.person.byteLength(person[row]), ids.place.byteLength(place[row]), time[row], checkOut[row]);
  };
}

async function hyparquet() {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetRead } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  const asIs = (value) => value;
  const parsers = { timestampFromMilliseconds: asIs, timestampFromMicroseconds: asIs, timestampFromNanoseconds: asIs, stringFromBytes: asIs };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const columns = { person_id: [], place_id: [], time: [], check_out: [] };
    const onChunk = ({ columnName, columnData }) => {
      const column = columns[columnName];
      for (let i = 0; i < columnData.length; i++) column.push(columnData[i]);
    };
    await parquetRead({ file: buffer, metadata, compressors, parsers, columns: Object.keys(columns), rowStart, rowEnd, onChunk });
    const { person_id: person, place_id: place, time, check_out: checkOut } = columns;
    for (let i = 0; i < person.length; i++) add(person[i].length, place[i].length, seconds(time[i]), seconds(checkOut[i]));
    rowStart = rowEnd;
  }
}

function seconds(micros) {
  return micros === null || micros === undefined ? 0 : Number(micros) / 1e6 - OFFSET_SEC;
}

async function duckdb() {
  const connection = await connect();
  const result = await connection.stream(`select person_id, place_id, epoch_us(time), epoch_us(check_out) from read_parquet('${file}')`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const [person, place, time, checkOut] = [0, 1, 2, 3].map((column) => chunk.getColumnValues(column));
    for (let i = 0; i < person.length; i++) add(Buffer.byteLength(person[i]), Buffer.byteLength(place[i]), seconds(time[i]), seconds(checkOut[i]));
  }
}

async function duckdbCsv() {
  const connection = await connect();
  const csv = `${file}.csv`;
  await connection.run(`copy (select person_id, place_id, time, check_out from read_parquet('${file}')) to '${csv}' (format csv, header)`);
  try {
    return await ours(undefined, csv);
  } finally {
    rmSync(csv);
  }
}

async function connect() {
  const { DuckDBInstance } = await importPeer('@duckdb/node-api');
  return (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
}

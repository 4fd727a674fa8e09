/**
 * `node bench/parquet/fixtures.mjs`: writes fixtures/parquet anew with DuckDB, so that the tests read files of another writer than their own: every codec,
 * both versions of pages, dictionaries, small row groups, times as local, as instants, as nanoseconds and as numbers, an encrypted file.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importPeer, installPeers } from '../peers/rivals/npm-peer.mjs';

const folder = fileURLToPath(new URL('../../fixtures/parquet/', import.meta.url));
const PEOPLE = ['0042', '440301199001010123', 'p"1', '张三', ' padded ', 'a,b', 'p|7', '=1+1'];
const two = (n) => String(n).padStart(2, '0');
const rows = Array.from({ length: 60 }, (_, i) => {
  const person = PEOPLE[i % PEOPLE.length];
  const hour = 8 + ((i * 7) % 9);
  const time = `2022-03-0${1 + (i % 3)} ${two(hour)}:${two((i * 13) % 60)}:${two((i * 29) % 60)}`;
  const checkOut = i % 4 === 0 ? `2022-03-0${1 + (i % 3)} ${two(hour + 1)}:59:59` : null;
  return [person, `S${i % 7 === 0 ? i % 4 : 0}`, time, checkOut, i % 5 === 0 ? `${i}A` : null, i % 2 === 0 ? `note ${i}` : null];
});
const quoted = (cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`);
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}checkins.csv`, `person_id,place_id,time,check_out,seat,note\n${rows.map((row) => row.map(quoted).join(',')).join('\n')}\n`);

installPeers();
const { DuckDBInstance } = await importPeer('@duckdb/node-api');
const db = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const literal = (cell) => (cell === null ? 'null' : `'${cell.replaceAll("'", "''")}'`);
await db.run('create table scans (person_id varchar, place_id varchar, time timestamp, check_out timestamp, seat varchar, note varchar)');
await db.run(`insert into scans values ${rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')}`);
await db.run("set force_mbedtls_unsafe = 'true'"); // nothing here is secret
await db.run("pragma add_parquet_key('key', '0123456789112345')");

const LOCAL = 'select * from scans';
const instant = (column) => `make_timestamptz(epoch_us(${column})) as ${column}`;
const FILES = {
  snappy: [LOCAL, "codec 'snappy'"],
  'zstd-v2': [LOCAL, "codec 'zstd', parquet_version 'v2'"],
  gzip: [LOCAL, "codec 'gzip'"],
  lz4: [LOCAL, "codec 'lz4_raw'"],
  brotli: [LOCAL, "codec 'brotli'"],
  plain: [LOCAL, "codec 'uncompressed', string_dictionary_page_size_limit 1"],
  nanoseconds: [`select * replace (time::timestamp_ns as time, check_out::timestamp_ns as check_out) from scans`, ''],
  instants: [`select * replace (${instant('time')}, ${instant('check_out')}) from scans`, ''],
  'epoch-ms': ['select * replace (epoch_ms(time) as time, epoch_ms(check_out) as check_out) from scans', ''],
  'epoch-s': ['select * replace ((epoch_ms(time) // 1000)::int as time, (epoch_ms(check_out) // 1000)::int as check_out) from scans', ''],
  text: ["select * replace (strftime(time, '%Y-%m-%d %H:%M:%S') as time, strftime(check_out, '%Y-%m-%d %H:%M:%S') as check_out) from scans", ''],
  nested: ['select *, [1, 2] as list, {a: 1, b: [2]} as struct, map {1: 2} as map from scans', ''],
  'enum-uuid': ["select place_id::enum('S0', 'S1', 'S2', 'S3') as place_id, * exclude place_id, md5(seat)::uuid as other from scans", ''],
  encrypted: [LOCAL, "encryption_config {footer_key: 'key'}"],
};
for (const [name, [query, options]] of Object.entries(FILES))
  await db.run(`copy (${query}) to '${folder}${name}.parquet' (format parquet, row_group_size 2048${options && `, ${options}`})`);

// Ways to an answer: the match on every engine, and the printed scripts. Those whose engine is absent say what is needed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { throughClickHouse, throughDuckDb, throughPostgres, throughSpark } from './printed-scripts.mjs';
import { lists, matchArgs, root } from './setting.mjs';

const { COPRESENCE_POSTGRES: postgres, COPRESENCE_CHDB: chdb, COPRESENCE_CLICKHOUSE: clickHouseUrl, SPARK_HOME: sparkHome } = process.env;
const master = process.env.SPARK_MASTER ?? 'local[2]';
const spark = sparkHome && join(sparkHome, 'bin/spark-sql');

const NEEDS = {
  postgres: !postgres && 'set COPRESENCE_POSTGRES to the URL of a database',
  spark: !spark && 'set SPARK_HOME to a distribution of Spark 3',
  clickhouse: !chdb && !clickHouseUrl && 'set COPRESENCE_CHDB to a Python with the package chdb, or COPRESENCE_CLICKHOUSE to the URL of a server',
  chdb: !chdb && 'set COPRESENCE_CHDB to a Python with the package chdb',
};

const match = (name, flags, needs) => ({
  name,
  needs,
  lists: async (suite) => lists([...matchArgs(suite), ...(await flags())]),
});
const at = (engine, url) => match(engine, async () => ['--engine', engine, '--engine-url', await url()], NEEDS[engine]);

/** Each has `lists`, all lists by name, or `script`, the episodes. */
export const WAYS = [
  // The union against its worlds one by one: whether the rows of worlds say what they claim to say.
  { name: 'one by one', alone: true },
  match('stream', () => ['--plan', 'stream']),
  match('index', () => ['--plan', 'index']),
  match('duckdb', () => ['--engine', 'duckdb']),
  match('duckdb 4 shards', () => ['--engine', 'duckdb', '--shards', '4']),
  at('postgres', () => postgres),
  at('spark', () => master),
  at('clickhouse', clickHouse),
  { name: 'duckdb script', script: throughDuckDb },
  { name: 'postgres script', needs: NEEDS.postgres, script: (suite) => throughPostgres(suite, postgres) },
  { name: 'clickhouse script', needs: NEEDS.chdb, script: (suite) => throughClickHouse(suite, chdb) },
  { name: 'spark script', needs: NEEDS.spark, script: (suite) => throughSpark(suite, spark, master) },
];

let server;

/** The URL of a server: the one that is named, else one before the package chdb, which ends with this process. */
async function clickHouse() {
  if (clickHouseUrl) return clickHouseUrl;
  if (!server) {
    const child = spawn(chdb, [join(root, 'scripts/chdb-server.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    server = new Promise((resolve, reject) => {
      child.stdout.once('data', (port) => {
        // It ends with its input; nobody waits for it.
        for (const handle of [child, child.stdin, child.stdout]) handle.unref();
        resolve(`http://127.0.0.1:${String(port).trim()}`);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`chdb-server.py ended with ${code}`)));
    });
  }
  const url = await server;
  return url;
}

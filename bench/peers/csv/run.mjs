/** One run of a library, CSV to CSV: `node run.mjs '{"engine", "files", "out", …}'`, run and timed by csv.mjs. */
import { runDuckdb } from './duckdb.mjs';
import { runLibrary } from './ours.mjs';

const { engine, ...job } = JSON.parse(process.argv[2]);
await { duckdb: runDuckdb, copresence: runLibrary }[engine](job);

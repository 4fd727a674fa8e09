/**
 * Spark through its own client: spark-sql is in every distribution, so that no driver is needed. Tables go in and answers come out as files of a folder
 * of their own, which the workers must see under the same name; the client is told to read statements, and says when it has run them.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../core/errors.js';
import { leftBehind, type LoadColumn, type SqlConnection, type SqlValue } from '../sql/connection.js';
import { dialectOf } from '../sql/dialect.js';
import { checkVersion } from '../sql/version.js';

const LEAST = [3, 3] as const;
/** Rows written at a time. */
const ROWS = 4096;
/** Files that workers write before anything else, to see that they and this process share the folder. */
const PROBES = 8;
/** Of tables, when they are shuffled; Spark's 200 are too many for most files, and too few for some. */
const ROWS_OF_PART = 100_000;
const LEAST_PARTS = 4;
const MOST_PARTS = 4000;
const STATEMENT = 'statement.sql';
const GRACE_MS = 200;
/** What a client has to end by itself. */
const END_MS = 15_000;
/** What of the client's words is kept, to tell what failed. */
const KEPT = 20_000;

/**
 * A session with a warehouse of its own, gone when the connection is closed. `url` is a master: spark://HOST:PORT, local[N], yarn …
 * @throws EngineError `E_ENGINE_PEER` without spark-sql or Java, `E_ENGINE_CONNECT` if the cluster gives no session, `E_ENGINE_FOLDER` if its workers
 * do not share the folder.
 */
export async function connectSpark(url: string | undefined, program: string = sparkSql()): Promise<SqlConnection> {
  const session = new SparkSql(program, url ?? 'local[*]', await mkdtemp(join(tmpdir(), 'copresence-spark-')));
  try {
    await session.open();
  } catch (cause) {
    await session.close().catch(() => {}); // what went wrong first counts
    throw cause;
  }
  return session;
}

const sparkSql = (): string => (process.env['SPARK_HOME'] ? join(process.env['SPARK_HOME'], 'bin', 'spark-sql') : 'spark-sql');

class SparkSql implements SqlConnection {
  readonly dialect = 'spark';
  name = 'Spark';
  readonly #program: string;
  readonly #master: string;
  readonly #folder: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #said = '';
  #complaints = '';
  #listen: (() => void) | undefined;
  #fail: ((cause: unknown) => void) | undefined;
  #isOver = false;
  #statements = 0;
  #files = 0;
  #mostRows = 0;

  constructor(program: string, master: string, folder: string) {
    this.#program = program;
    this.#master = master;
    this.#folder = folder;
  }

  async open(): Promise<void> {
    this.#start();
    const version = await this.#readFile('select version() as c0').catch((cause: unknown) => {
      if (cause instanceof EngineError) throw cause;
      throw new EngineError('E_ENGINE_CONNECT', `engine spark E_ENGINE_CONNECT expected a session of Spark, got none; ${whatToDo(this.#complaints)}`, {
        cause,
      });
    });
    const [found] = String(version[0]?.['c0']).split(' ');
    this.name = `Spark ${found!}`;
    checkVersion('spark', 'Spark', found!, LEAST);
    const probed = await this.#readFile(`select /*+ repartition(${PROBES}) */ id as c0 from range(0, ${PROBES}, 1, ${PROBES})`);
    if (probed.length !== PROBES) {
      throw new EngineError(
        'E_ENGINE_FOLDER',
        `engine spark E_ENGINE_FOLDER expected a temporary folder that all workers share, got ${probed.length} of ${PROBES} files; set TMPDIR to one, or match without --engine`,
      );
    }
  }

  async run(sql: string): Promise<void> {
    await this.#run(sql);
  }

  async rows(sql: string, types: readonly ('int' | 'text')[]): Promise<readonly (readonly SqlValue[])[]> {
    const names = types.map((_, i) => `c${i}`);
    const rows = await this.#readFile(`select * from (\n${sql}\n) as answer(${names.join(', ')})`);
    return rows.map((row) => names.map((name, i) => (types[i] === 'int' ? Number(row[name] ?? 0) : String(row[name] ?? ''))));
  }

  /** JSON lines: whatever an id holds, it is one text of one line there. */
  async load(table: string, columns: readonly LoadColumn[], rowCount: number): Promise<void> {
    const { quoteName } = dialectOf('spark');
    const folder = join(this.#folder, 'in', String(this.#files++));
    await mkdir(folder, { recursive: true });
    await pipeline(Readable.from(linesOf(columns, rowCount)), createWriteStream(join(folder, 'rows.json'), { mode: 0o600 }));
    this.#mostRows = Math.max(this.#mostRows, rowCount);
    await this.#run(`set spark.sql.shuffle.partitions=${Math.min(MOST_PARTS, Math.max(LEAST_PARTS, Math.ceil(this.#mostRows / ROWS_OF_PART)))}`);
    const types = columns.map(({ name }, i) => `${quoteName(name)} ${'numbers' in columns[i]! ? 'bigint' : 'string'}`);
    await this.#run(
      `create table ${quoteName(table)} (${types.join(', ')}) using json options (path ${pathOf(folder)}, mode 'FAILFAST', lineSep '\\n', encoding 'UTF-8')`,
    );
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child && !this.#isOver) {
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      child.stdin.end();
      const isOver = await Promise.race([ended.then(() => true), setTimeout(END_MS, false, { ref: false })]);
      if (!isOver) child.kill();
      await ended;
    }
    try {
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    } catch (cause) {
      throw leftBehind(this.name, `folder ${this.#folder}`, cause);
    }
  }

  /** The rows of a query as Spark writes them: a folder of files, in order. */
  async #readFile(select: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const folder = join(this.#folder, 'out', String(this.#files++));
    await this.#run(`insert overwrite directory ${pathOf(folder)} using json\n${select}`);
    if (!existsSync(join(folder, '_SUCCESS'))) throw new Error('the answer is not whole');
    const rows: Readonly<Record<string, unknown>>[] = [];
    for (const name of readdirSync(folder).sort()) {
      if (!name.startsWith('part-')) continue;
      for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) if (line !== '') rows.push(JSON.parse(line) as Record<string, unknown>);
    }
    await rm(folder, { recursive: true });
    return rows;
  }

  /** In a file the client stops at the first statement that fails, so the one after it tells that all is well; asked next, it says that it is there. */
  async #run(sql: string): Promise<void> {
    const nth = ++this.#statements;
    writeFileSync(join(this.#folder, STATEMENT), `${sql}\n;\nset copresence.done.${nth};\n`, { mode: 0o600 });
    if (!this.#isOver) this.#complaints = '';
    const from = this.#said.length;
    const over = await this.#tell(`source ${STATEMENT};\nset copresence.asked.${nth};\n`, `copresence.asked.${nth}\t`);
    const answer = this.#said.slice(from, over);
    this.#said = this.#said.slice(over);
    if (!answer.includes(`copresence.done.${nth}\t`)) {
      // What went wrong comes by another pipe.
      await setTimeout(GRACE_MS);
      throw failed(this.#complaints);
    }
  }

  /** Writes to the client, and waits for its words; where they begin. */
  #tell(text: string, words: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#listen = () => {
        const at = this.#said.indexOf(words);
        if (at >= 0) resolve(at);
      };
      if (this.#isOver) reject(failed(this.#complaints));
      else this.#child!.stdin.write(text);
    });
  }

  #start(): void {
    const isHere = /^local\b|^spark:\/\/(127\.|localhost)/.test(this.#master);
    const conf = {
      'spark.sql.catalogImplementation': 'in-memory',
      'spark.sql.warehouse.dir': `file://${join(this.#folder, 'warehouse')}`,
      'spark.ui.enabled': 'false',
      // On one machine nothing is opened to others.
      ...(isHere && { 'spark.driver.host': '127.0.0.1', 'spark.driver.bindAddress': '127.0.0.1' }),
    };
    const args = ['--master', this.#master, '--name', 'copresence', ...Object.entries(conf).flatMap(([name, value]) => ['--conf', `${name}=${value}`])];
    const child = spawn(this.#program, args, {
      stdio: 'pipe',
      cwd: this.#folder,
      env: { ...process.env, ...(isHere && { SPARK_LOCAL_IP: '127.0.0.1' }) },
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      this.#said += part;
      this.#listen?.();
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => (this.#complaints = (this.#complaints + part).slice(0, KEPT)));
    child.stdin.on('error', () => {}); // its end tells
    child.on('error', (cause) => {
      this.#isOver = true;
      this.#fail?.(
        new EngineError(
          'E_ENGINE_PEER',
          'engine spark E_ENGINE_PEER expected the program spark-sql, got none; set SPARK_HOME to a distribution of Spark 3, or match without --engine',
          { cause },
        ),
      );
    });
    child.on('close', () => {
      this.#isOver = true;
      this.#fail?.(failed(this.#complaints));
    });
  }
}

/** An error of Spark, with the name that Spark gives such errors: it has no data, unlike its message. */
function failed(complaints: string): Error {
  const [, code] = /^(?:Caused by: )?(?:[\w.$]+: )?\[(?=[A-Z.]*_)([A-Z_.]+)\]/m.exec(complaints) ?? [];
  return Object.assign(new Error(complaints), code === undefined ? {} : { code });
}

function whatToDo(complaints: string): string {
  if (/JAVA_HOME|java: (command )?not found|UnsupportedClassVersion|UnsupportedOperationException: getSubject/.test(complaints))
    return 'install Java 17 (JAVA_HOME says where), or match without --engine';
  return 'see --engine-url, the URL of its master: spark://HOST:PORT, local[N] or yarn';
}

/** A folder of this machine as a literal. */
const pathOf = (folder: string): string => dialectOf('spark').literal(`file://${folder}`);

function* linesOf(columns: readonly LoadColumn[], rowCount: number): Iterable<string> {
  const names = columns.map(({ name }) => JSON.stringify(name));
  for (let lo = 0; lo < rowCount; lo += ROWS) {
    let text = '';
    for (let row = lo; row < Math.min(lo + ROWS, rowCount); row++) text += `{${columns.map((column, i) => `${names[i]!}:${cellOf(column, row)}`).join(',')}}\n`;
    yield text;
  }
}

function cellOf(column: LoadColumn, row: number): string {
  if ('numbers' in column) return String(column.numbers[row]!);
  const text = 'ids' in column ? column.dictionary.text(column.ids[row]!) : column.textOf(row);
  if (text.includes('\0') || !text.isWellFormed())
    throw new EngineError('E_ENGINE_TEXT', 'spark E_ENGINE_TEXT expected ids that are text without NUL, got one without; mend it, or match without --engine');
  return JSON.stringify(text);
}

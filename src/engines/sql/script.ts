/** A script that grows: labelled statements in the order in which they run. */
import type { Dialect, LiteralColumn } from './dialect.js';

export interface Statement {
  /** What errors and progress name: never data. */
  readonly label: string;
  /** `make` and `setup` change something; `check` gives one number, which must be 0; `read` is the answer. */
  readonly kind: 'setup' | 'make' | 'check' | 'read';
  readonly sql: string;
}

/** Rows of one statement of literals: engines read longer ones slowly. */
const ROWS_OF_LITERAL = 1000;

export class Script {
  readonly statements: Statement[] = [];
  readonly dialect: Dialect;
  readonly #prefix: string;

  /** `prefix` stands before the names of all tables that are made; up to its last dot it is a schema. */
  constructor(dialect: Dialect, prefix: string) {
    this.dialect = dialect;
    this.#prefix = prefix;
  }

  /** A table of the script. */
  name(table: string): string {
    return this.source(`${this.#prefix}${table}`);
  }

  /** A table of the user's: dots part schema and table. */
  source(table: string): string {
    return table
      .split('.')
      .map((part) => this.dialect.quoteName(part))
      .join('.');
  }

  /** Makes a table anew. */
  make(table: string, select: string): void {
    const name = this.name(table);
    this.statements.push({ label: `clear ${table}`, kind: 'make', sql: `drop table if exists ${name}` });
    this.statements.push({ label: table, kind: 'make', sql: `create table ${name} ${this.dialect.tableKind}as\n${select.trim()}` });
    const analyze = this.dialect.analyze(name);
    if (analyze !== '') this.statements.push({ label: `size of ${table}`, kind: 'make', sql: analyze });
  }

  /** Makes a table of rows that stand in the script. */
  makeRows(table: string, columns: readonly LiteralColumn[], rows: Iterable<readonly (string | number)[]>): void {
    const texts: string[] = [];
    for (const row of rows) texts.push(`(${row.map((value) => (typeof value === 'number' ? `${value}` : this.dialect.literal(value))).join(', ')})`);
    const none = `(${columns.map(({ type }) => (type === 'int' ? '0' : "''")).join(', ')})`;
    if (texts.length === 0) return this.make(table, `select * from (${this.dialect.rows(columns, [none])}) e where 1 = 0`);
    this.make(table, this.dialect.rows(columns, texts.slice(0, ROWS_OF_LITERAL)));
    for (let lo = ROWS_OF_LITERAL; lo < texts.length; lo += ROWS_OF_LITERAL) {
      const sql = `insert into ${this.name(table)}\n${this.dialect.rows(columns, texts.slice(lo, lo + ROWS_OF_LITERAL))}`;
      this.statements.push({ label: table, kind: 'make', sql });
    }
  }

  read(label: string, select: string): void {
    this.statements.push({ label, kind: 'read', sql: select.trim() });
  }

  check(label: string, select: string): void {
    this.statements.push({ label, kind: 'check', sql: select.trim() });
  }
}

/** The script as text: each statement under its label. */
export function scriptText(statements: readonly Statement[]): string {
  return statements.map(({ label, kind, sql }) => `-- ${label}${kind === 'check' ? ': must be 0' : ''}\n${sql};\n`).join('\n');
}

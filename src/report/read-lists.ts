/** The folder of a finished run: its manifest, and the rows of its lists one after another, CSV or JSON Lines, held against the manifest's digests. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, OptionError } from '../core/errors.js';
import { MANIFEST } from '../output/earlier-run.js';
import { csvRows, type Row, type RunLists, type RunManifest } from './run-lists.js';

export class RunFolder implements RunLists {
  readonly path: string;
  readonly manifest: RunManifest;
  /** Lists read to their end whose bytes are not those that the manifest tells of. */
  readonly changed: Set<string> = new Set();

  /** @throws OptionError `E_NO_RUN` if the folder holds no finished run. */
  constructor(path: string) {
    this.path = path;
    let text: string;
    try {
      text = readFileSync(join(path, MANIFEST), 'utf8');
    } catch (cause) {
      throw new OptionError('E_NO_RUN', `expected the folder of a finished match, found no ${MANIFEST} in ${path}; run copresence match --out ${path} first`, {
        cause,
      });
    }
    try {
      this.manifest = JSON.parse(text) as RunManifest;
      if (this.manifest.tool !== 'copresence' || !Array.isArray(this.manifest.outputs)) throw new Error('not ours');
    } catch (cause) {
      throw new OptionError('E_NO_RUN', `expected the folder of a finished match, the ${MANIFEST} in ${path} is not one of ours; give another folder`, {
        cause,
      });
    }
    const { lists, columns } = this.manifest.options;
    if (lists !== undefined || columns !== undefined)
      throw new OptionError(
        'E_NO_RUN',
        `expected a match with all lists and columns, got one with some in ${path}; run it again without --lists and --columns`,
      );
  }

  /** Paths of what is read. */
  get files(): string[] {
    return [MANIFEST, ...this.manifest.outputs.map(({ name }) => name)].map((name) => join(this.path, name));
  }

  /** Rows that the run wrote to a list. */
  total(list: string): number {
    return this.#output(list)?.rows ?? 0;
  }

  /** The rows of a list in its order; none if the run did not write it. @throws InputError `E_LIST` if it cannot be read. */
  async *rows(list: string, signal?: AbortSignal): AsyncGenerator<Row> {
    const output = this.#output(list);
    if (!output) return;
    const hash = createHash('sha256');
    const chunks = this.#chunks(output.name, hash, signal);
    yield* output.name.endsWith('.jsonl') ? jsonRows(output.name, chunks) : csvRows(output.name, chunks);
    if (hash.digest('hex') !== output.sha256) this.changed.add(output.name);
  }

  #output(list: string): RunManifest['outputs'][number] | undefined {
    return this.manifest.outputs.find(({ name }) => name === `${list}.csv` || name === `${list}.jsonl`);
  }

  async *#chunks(name: string, hash: ReturnType<typeof createHash>, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const stream = createReadStream(join(this.path, name), { highWaterMark: 1 << 18 });
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        signal?.throwIfAborted();
        hash.update(chunk);
        yield chunk;
      }
    } catch (cause) {
      signal?.throwIfAborted();
      throw new InputError(
        'E_LIST',
        `${name} E_LIST expected to read the list, got ${(cause as NodeJS.ErrnoException).code ?? 'an error'}; run the match again`,
        { cause },
      );
    }
  }
}

async function* jsonRows(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  const rowOf = (line: string): Row => {
    let values: Record<string, unknown>;
    try {
      values = JSON.parse(line) as Record<string, unknown>;
    } catch (cause) {
      throw new InputError('E_LIST', `${name} E_LIST expected a row of JSON in each line, got something else; run the match again`, { cause });
    }
    return (column) => cellOf(values[column]);
  };
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line !== '') yield rowOf(line);
  }
  if (rest.trim() !== '') yield rowOf(rest);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join('|') : String(value as string | number | boolean);
}

/** A folder for one test, gone when the test ends. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export class TempFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'copresence-test-'));

  /** Must be made inside a test. */
  constructor() {
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
  }

  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.at(name);
    writeFileSync(path, content);
    return path;
  }

  /** The text of a file. */
  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }
}

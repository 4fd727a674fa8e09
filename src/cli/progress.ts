/** One line on the terminal that says how far a run is; nothing where there is no terminal. */
import type { RunProgress } from '../engines/inputs/read-files.js';
import type { Io } from './io.js';
import { count } from './text-table.js';

const REDRAW_MS = 80;
const PHASES: Readonly<Record<RunProgress['phase'], string>> = { read: 'reading', stays: 'inferring stays', match: 'matching', write: 'writing' };

export class ProgressLine {
  readonly #io: Io;
  readonly #isOn: boolean;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #began = 0;
  #title = '';

  constructor(io: Io, isQuiet: boolean) {
    this.#io = io;
    this.#isOn = io.isTerminal && !isQuiet;
    if (this.#isOn) io.err('\r\x1b[Kstarting …');
  }

  show({ phase, name, rows, share }: RunProgress): void {
    if (!this.#isOn) return;
    const now = this.#io.now();
    const title = `${PHASES[phase]} ${name}`;
    if (title !== this.#title) {
      this.#title = title;
      this.#began = now;
    } else if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    const seconds = (now - this.#began) / 1000;
    const speed = rows > 0 && seconds > 0.2 ? `  ${count(Math.round(rows / seconds))} rows/s` : '';
    const done = Number.isFinite(share) ? `  ${String(Math.floor(share * 100)).padStart(3)} %` : '';
    this.#io.err(`\r\x1b[K${title}${done}${rows > 0 ? `  ${count(rows)} rows` : ''}${speed}`);
  }

  clear(): void {
    if (this.#isOn) this.#io.err('\r\x1b[K');
  }
}

/** Times by the clock of the run: the offsets travel with the data, so that no browser's own zone or tables matter. */
export class Clock {
  readonly #offsets: readonly (readonly [number, number])[];

  constructor(offsets: readonly (readonly [number, number])[]) {
    this.#offsets = offsets;
  }

  offset(sec: number): number {
    let found = this.#offsets[0]?.[1] ?? 0;
    for (const [from, offset] of this.#offsets) {
      if (from > sec) break;
      found = offset;
    }
    return found;
  }

  #iso(sec: number): string {
    return new Date((sec + this.offset(sec)) * 1000).toISOString();
  }

  /** `2022-03-01` */
  date(sec: number): string {
    return sec < 0 ? '' : this.#iso(sec).slice(0, 10);
  }

  /** `08:15` */
  time(sec: number): string {
    return sec < 0 ? '' : this.#iso(sec).slice(11, 16);
  }

  /** `2022-03-01 08:15` */
  full(sec: number): string {
    return sec < 0 ? '' : `${this.date(sec)} ${this.time(sec)}`;
  }

  /** `2022-03-01 08:15–09:40`, the second date only where it is another. */
  span(from: number, to: number): string {
    return `${this.full(from)}–${this.date(from) === this.date(to) ? this.time(to) : this.full(to)}`;
  }

  /** As the lists have it: `2022-03-01T08:15:30+08:00`. */
  exact(sec: number, isUtc: boolean): string {
    if (sec < 0) return '';
    const offset = this.offset(sec);
    const minutes = Math.abs(offset) / 60;
    const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
    return `${this.#iso(sec).slice(0, 19)}${isUtc && offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`}`;
  }

  /** The start of the local day that holds an instant. */
  dayStart(sec: number): number {
    const local = sec + this.offset(sec);
    return sec - (((local % 86_400) + 86_400) % 86_400);
  }
}

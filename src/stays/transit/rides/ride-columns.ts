/** The rides of one person, by position of the scan: what `Rides` finds, and stays are made of. */

/** Negative where there is none, in the columns of runs and calls. */
export const NONE = -1;

export class RideColumns {
  /** Number of the run; negative: this scan is no ride. */
  run: Int32Array = new Int32Array(0);
  /** Dense ids of the place that is the vehicle, and of the run. */
  place: Uint32Array = new Uint32Array(0);
  runId: Uint32Array = new Uint32Array(0);
  /** Position of the call at which the rider got on. */
  from: Int32Array = new Int32Array(0);
  /** Position of the call of the likely end; negative where no stop was inferred. */
  to: Int32Array = new Int32Array(0);
  certain: Uint32Array = new Uint32Array(0);
  likely: Uint32Array = new Uint32Array(0);
  possible: Uint32Array = new Uint32Array(0);
  /** Position in `METHODS`. */
  method: Uint8Array = new Uint8Array(0);
  /** Probability that the run is the right one, and that run and stop are. */
  runShare: Float64Array = new Float64Array(0);
  share: Float64Array = new Float64Array(0);
  /** The run as which the vehicle went on with the rider aboard, negative if none; `to` is a call of it then. From and until when it was ridden. */
  onRun: Int32Array = new Int32Array(0);
  onRunId: Uint32Array = new Uint32Array(0);
  onStart: Uint32Array = new Uint32Array(0);
  onLikely: Uint32Array = new Uint32Array(0);
  onPossible: Uint32Array = new Uint32Array(0);

  /** Makes room for so many scans; what was there is lost. */
  reserve(count: number): void {
    if (count <= this.run.length) return;
    const size = Math.max(64, count * 2);
    for (const name of ['run', 'from', 'to', 'onRun'] as const) this[name] = new Int32Array(size);
    for (const name of ['place', 'runId', 'certain', 'likely', 'possible', 'onRunId', 'onStart', 'onLikely', 'onPossible'] as const)
      this[name] = new Uint32Array(size);
    this.method = new Uint8Array(size);
    this.runShare = new Float64Array(size);
    this.share = new Float64Array(size);
  }

  /** Ends the ride of scan k; the ends are put in order. */
  end(k: number, certainSec: number, likelySec: number, possibleSec: number, method: number, to: number, share: number): void {
    this.possible[k] = possibleSec;
    this.likely[k] = Math.min(likelySec, possibleSec);
    this.certain[k] = Math.min(certainSec, this.likely[k]!);
    this.method[k] = method;
    this.to[k] = to;
    this.share[k] = share * this.runShare[k]!;
    this.onRun[k] = NONE;
  }
}

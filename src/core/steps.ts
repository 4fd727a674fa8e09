/**
 * Long work in steps: a generator that yields how far it is and returns its result. The same code then runs in one go, or with pauses in
 * which progress is shown, a page stays alive and Ctrl-C is heard.
 */
export interface Progress {
  readonly done: number;
  readonly of: number;
}
export type Steps<Result> = Generator<Progress, Result, void>;

/** Runs to the end at once. */
export function runSync<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export interface StepOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Longest stretch of work between two pauses. */
const SLICE_MS = 40;

/** Runs with a pause every 40 ms. @throws the signal's reason once it is aborted. */
export async function runAsync<Result>(steps: Steps<Result>, { signal, onProgress }: StepOptions = {}): Promise<Result> {
  let paused = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - paused < SLICE_MS) continue;
    onProgress?.(step.value);
    await new Promise((resume) => setTimeout(resume, 0));
    signal?.throwIfAborted();
    paused = performance.now();
  }
}

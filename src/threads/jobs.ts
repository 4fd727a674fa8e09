/** The jobs that a worker knows, by name. */
import type { Job } from '../core/crew.js';
import { countJob, scatterJob, sortJob } from '../stay-index/build-packed-index.js';
import { joinJob, selfJoinJob, streamJob } from '../stay-index/join-job.js';

// A worker finds a job by its name, so that what goes in and what comes out is known only to those who call it.
const ALL = [countJob, scatterJob, sortJob, joinJob, streamJob, selfJoinJob] as unknown as readonly Job<unknown, unknown>[];

export const JOBS: ReadonlyMap<string, Job<unknown, unknown>> = new Map(ALL.map((job) => [job.name, job]));

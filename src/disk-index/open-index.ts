/** An index on disk, opened: its manifest, people and segments. Stays are read as they are asked for. */
import { join } from 'node:path';
import { InputError } from '../core/errors.js';
import { newInputTables, type InputTables } from '../model/tables.js';
import { Places } from '../model/place.js';
import { Dwell } from '../stays/dwell.js';
import { BOARDING_SEC, Runs, type VehicleRuns } from '../stays/segment-runs.js';
import { requireManifest, type IndexManifest } from './manifest.js';
import { People } from './people-file.js';
import { readReference, type Reference, type ReferenceAbout } from './reference-file.js';
import { StaySet } from './segments/stay-set.js';
import { Segment } from './segments/segment.js';
import { partsOf } from './segments/segment-format.js';
import { BlockFile } from './files/block-file.js';
import type { SegmentAbout } from './segments/segment-format.js';

export class OpenIndex {
  readonly folder: string;
  readonly manifest: IndexManifest;
  readonly people: People;
  /** In the order of the manifest's days; several may be of one day. */
  readonly segments: readonly Segment[];
  readonly #removed: readonly (StaySet | null)[];
  readonly #reference: BlockFile<ReferenceAbout>;

  private constructor(folder: string, manifest: IndexManifest) {
    this.folder = folder;
    this.manifest = manifest;
    this.people = new People(
      manifest.people.map(({ file, sum }) => ({ path: join(folder, file), sum })),
      manifest.seed,
    );
    const segments: Segment[] = [];
    const all: (StaySet | null)[] = [];
    try {
      for (const { file, sum, removed } of manifest.days) {
        const bits = removed ? readRemoved(join(folder, file), sum, join(folder, removed.file), removed.sum) : null;
        segments.push(new Segment(join(folder, file), bits, sum));
        all.push(bits);
      }
      // Open from the beginning, as all others: an update that ends meanwhile may remove the file.
      this.#reference = new BlockFile(join(folder, manifest.reference.file), manifest.reference.sum);
    } catch (error) {
      for (const segment of segments) segment.close();
      this.people.close();
      throw error;
    }
    this.segments = segments;
    this.#removed = all;
  }

  /** Opens an index. An update that ends meanwhile removes old files: the new manifest is read then. @throws InputError, OptionError. */
  static open(folder: string): OpenIndex {
    for (let attempt = 0; ; attempt++) {
      const manifest = requireManifest(folder);
      try {
        return new OpenIndex(folder, manifest);
      } catch (error) {
        const isGone = error instanceof InputError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
        if (!isGone || attempt === 2 || requireManifest(folder).update === manifest.update) throw error;
      }
    }
  }

  /** Which stays of a segment were put elsewhere; null if none. */
  removedOf(segment: number): StaySet | null {
    return this.#removed[segment]!;
  }

  /** Tables and dictionaries that all days share. */
  readReference(): { inputs: InputTables; reference: Reference } {
    const inputs = newInputTables();
    const reference = readReference(this.#reference, inputs, this.manifest.runGapSec);
    inputs.fileNames.push(...this.manifest.fileNames);
    return { inputs, reference };
  }

  /** The runs of vehicles as this index has them. */
  runs(inputs: InputTables, reference: Reference, places: Places): Runs {
    const runs = new Runs(inputs, places);
    runs.cut(reference.spans, new Dwell(this.manifest.dwell), inputs.ids, reference.purgedRuns);
    return runs;
  }

  /** Vehicles whose runs are others than this index has, each with the first instant at which a check-in could fall into another run. */
  changedRuns(now: Runs): Map<number, number> {
    const { inputs, reference } = this.readReference();
    const before = this.runs(inputs, reference, new Places(inputs));
    const changed = new Map<number, number>();
    for (const vehicle of reference.spans.vehicles()) {
      const sec = firstDifference(before.of(vehicle), now.of(vehicle));
      if (sec !== null) changed.set(vehicle, sec);
    }
    return changed;
  }

  /** Reads every block of every file; yields positions, for pauses. @throws InputError `E_INDEX` at the first that is damaged. */
  *verify(): Generator<number> {
    yield* this.people.verify();
    for (const segment of this.segments) yield* segment.verify();
    yield* this.#reference.verify(); // the bits of removed stays were read as a whole when the index was opened
  }

  close(): void {
    for (const segment of this.segments) segment.close();
    this.people.close();
    this.#reference.close();
  }
}

function readRemoved(segmentPath: string, segmentSum: string, path: string, sum: string): StaySet {
  const file = new BlockFile<SegmentAbout>(segmentPath, segmentSum);
  try {
    return new StaySet(partsOf(file.about), path, sum);
  } finally {
    file.close();
  }
}

/** From when on two lists of runs differ; people board before a run begins. */
function firstDifference(a: VehicleRuns, b: VehicleRuns): number | null {
  const length = Math.max(a.runIds.length, b.runIds.length);
  for (let i = 0; i < length; i++) {
    if (a.runIds[i] === b.runIds[i] && a.starts[i] === b.starts[i] && a.ends[i] === b.ends[i]) continue;
    return Math.min(a.starts[i] ?? Number.POSITIVE_INFINITY, b.starts[i] ?? Number.POSITIVE_INFINITY) - BOARDING_SEC;
  }
  return null;
}

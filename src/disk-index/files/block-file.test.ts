import { chmodSync, closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CopresenceError } from '../../core/errors.js';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { BlockFile } from './block-file.js';
import { BLOCK_BYTES, FORMAT_VERSION } from './block-format.js';
import { BlockFileWriter } from './block-writer.js';

/** A file with three sections: empty, of 10 bytes, and of a block and a bit. */
function sample(path: string): { sum: string; bytes: number; sections: Record<string, Uint8Array> } {
  const sections = {
    none: new Uint8Array(0),
    few: Uint8Array.from({ length: 10 }, (_, i) => i + 1),
    many: Uint8Array.from({ length: BLOCK_BYTES + 100 }, (_, i) => (i * 7) & 255),
  };
  const file = new BlockFileWriter(path);
  for (const [name, bytes] of Object.entries(sections)) file.section(name, bytes.length).add(bytes);
  return { ...file.finish({ kind: 'sample', answer: 42 }), sections };
}

/** All that a file says, or the code of its refusal. */
function readAll(path: string, sum?: string): { about: unknown; sections: Record<string, number[]> } | string {
  let file: BlockFile | undefined;
  try {
    const opened = (file = new BlockFile(path, sum));
    return {
      about: opened.about,
      sections: Object.fromEntries(['none', 'few', 'many'].map((name) => [name, [...opened.view(opened.section(name), 0, opened.section(name).bytes)]])),
    };
  } catch (error) {
    if (!(error instanceof CopresenceError)) throw error;
    return error.code;
  } finally {
    file?.close();
  }
}

describe('a file of sections', () => {
  test('gives back the bytes of each section, and what the writer said of it', () => {
    const folder = new TempFolder();
    const { sections, bytes, sum } = sample(folder.at('a.cpx'));
    expect(readAll(folder.at('a.cpx'), sum)).toEqual({
      about: { kind: 'sample', answer: 42 },
      sections: Object.fromEntries(Object.entries(sections).map(([name, data]) => [name, [...data]])),
    });
    expect(statSync(folder.at('a.cpx'))).toMatchObject({ size: bytes });
  });

  test.skipIf(process.platform === 'win32')('is for nobody else', () => {
    const folder = new TempFolder();
    sample(folder.at('a.cpx'));
    expect(statSync(folder.at('a.cpx')).mode & 0o777).toBe(0o600);
  });

  test('gives any stretch of a section, however the section was put together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 12 }),
        fc.constantFrom(BLOCK_BYTES, 4 * BLOCK_BYTES),
        fc.boolean(),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 10 }),
        (sizes, pieceBytes, isKnown, stretches) => {
          const folder = new TempFolder();
          const whole = Uint8Array.from({ length: sizes.reduce((a, b) => a + b, 0) }, (_, i) => (i * 31 + (i >> 8)) & 255);
          const writer = new BlockFileWriter(folder.at('a.cpx'));
          const section = writer.section('x', isKnown ? whole.length : null, pieceBytes);
          const other = isKnown ? writer.section('y', 8) : null;
          let at = 0;
          for (const size of sizes) section.add(whole.subarray(at, (at += size)));
          if (!isKnown) writer.close(section);
          (other ?? writer.section('y', 8)).add(new Uint8Array(8).fill(9));
          writer.finish({});
          const file = new BlockFile(folder.at('a.cpx'));
          for (const [a, b] of stretches) {
            const [lo, hi] = [Math.floor(Math.min(a, b) * whole.length), Math.floor(Math.max(a, b) * whole.length)];
            expect([...file.view(file.section('x'), lo, hi - lo)]).toEqual([...whole.subarray(lo, hi)]);
          }
          expect([...file.view(file.section('y'), 0, 8)]).toEqual(Array.from({ length: 8 }, () => 9));
          expect(() => file.view(file.section('x'), 0, whole.length + 1)).toThrow('shorter than asked for');
          file.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('reads of one section leave what was read of another, and of the same by another handle, as it is', () => {
    const folder = new TempFolder();
    const { sections } = sample(folder.at('a.cpx'));
    const file = new BlockFile(folder.at('a.cpx'));
    onTestFinished(() => file.close());
    const many = file.section('many');
    const first = file.view(many, 0, 50);
    const last = file.view(file.again(many), BLOCK_BYTES, 50);
    const few = file.view(file.section('few'), 0, 10);
    expect([[...first], [...last], [...few]]).toEqual([
      [...sections['many']!.subarray(0, 50)],
      [...sections['many']!.subarray(BLOCK_BYTES, BLOCK_BYTES + 50)],
      [...sections['few']!],
    ]);
  });

  test('never takes the place of another file', () => {
    const folder = new TempFolder();
    writeFileSync(folder.at('a.cpx'), 'mine');
    expect(() => new BlockFileWriter(folder.at('a.cpx'))).toThrow('E_WRITE');
    expect(readFileSync(folder.at('a.cpx'), 'utf8')).toBe('mine');
  });
});

describe('a damaged file', () => {
  test('with any one byte changed is refused, or says the same where nobody reads the byte', () => {
    const folder = new TempFolder();
    const path = folder.at('a.cpx');
    sample(path);
    const sound = readFileSync(path);
    const expected = readAll(path);
    const unread: number[] = [];
    const descriptor = openSync(path, 'r+');
    onTestFinished(() => closeSync(descriptor));
    const trailer = sound.length - 32;
    // Every byte of head, checksums, footer and trailer, and of the blocks between some of every stretch of 7.
    const isTried = (at: number): boolean => at < 64 || at >= 4 * BLOCK_BYTES || at % 7 === 0;
    for (let at = 0; at < sound.length; at++) {
      if (!isTried(at)) continue;
      writeSync(descriptor, Uint8Array.of(sound[at]! ^ (1 << (at & 7))), 0, 1, at);
      const said = readAll(path);
      writeSync(descriptor, sound, at, 1, at);
      if (typeof said !== 'string') unread.push(at);
      expect([at, said]).toEqual([at, typeof said !== 'string' ? expected : at >= 8 && at < 12 ? 'E_INDEX_VERSION' : 'E_INDEX']);
    }
    // The rest of the head block, and the version at the end, since that at the head counts.
    expect(unread).toEqual(
      Array.from(sound, (_, at) => at).filter((at) => isTried(at) && ((at >= 16 && at < BLOCK_BYTES) || (at >= trailer + 12 && at < trailer + 16))),
    );
  });

  test('cut off anywhere, or filled with zeros from anywhere on, is refused', () => {
    const folder = new TempFolder();
    const path = folder.at('a.cpx');
    sample(path);
    const sound = readFileSync(path);
    for (let length = 0; length < sound.length; length += length > sound.length - 400 ? 3 : 101) {
      writeFileSync(path, sound);
      truncateSync(path, length);
      expect([length, readAll(path)]).toEqual([length, 'E_INDEX']);
      const zeroed = Buffer.from(sound).fill(0, length);
      writeFileSync(path, zeroed);
      const said = readAll(path);
      expect([length, said]).toEqual([length, length >= 8 && length < 12 ? 'E_INDEX_VERSION' : 'E_INDEX']);
    }
    writeFileSync(path, Buffer.concat([sound, Buffer.from('x')]));
    expect(readAll(path)).toBe('E_INDEX');
  });

  test('of a newer version names both versions', () => {
    const folder = new TempFolder();
    const path = folder.at('a.cpx');
    sample(path);
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(FORMAT_VERSION + 1, 8);
    writeFileSync(path, bytes);
    expect(() => new BlockFile(path)).toThrow(`a.cpx E_INDEX_VERSION expected an index of version ${FORMAT_VERSION}, got version ${FORMAT_VERSION + 1}`);
  });

  test('that is sound but another one is refused', () => {
    const folder = new TempFolder();
    const { sum } = sample(folder.at('a.cpx'));
    const writer = new BlockFileWriter(folder.at('b.cpx'));
    writer.section('few', 4).add(new Uint8Array(4));
    writer.finish({ kind: 'sample' });
    expect(() => new BlockFile(folder.at('b.cpx'), sum)).toThrow(
      'b.cpx E_INDEX expected a sound file of an index, got a damaged one: it is another file than index.json names',
    );
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('that may not be read names the right that is missing', () => {
    const folder = new TempFolder();
    sample(folder.at('a.cpx'));
    chmodSync(folder.at('a.cpx'), 0);
    expect(() => new BlockFile(folder.at('a.cpx'))).toThrow('got EACCES; check the folder and its rights');
  });
});

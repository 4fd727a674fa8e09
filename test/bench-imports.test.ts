import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;

/** Relative imports of a file, as paths from the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, path]) => join(dirname(file), path!));
}

test('benches and scripts import files that there are: no other tool looks at what they take from dist', () => {
  const files = ['bench', 'scripts'].flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
      .filter((name) => name.endsWith('.mjs') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(30);
  const imports = files.flatMap((file) =>
    importsOf(file)
      // Texts of files that a script writes are no imports of its own.
      .filter((path) => path.startsWith('dist/') || path.endsWith('.mjs'))
      .map((path) => ({ file, path })),
  );
  expect(imports.filter(({ path }) => path.startsWith('dist/')).length).toBeGreaterThan(20);
  // The page's bundle is made by a build alone; everything else of dist has its source.
  const missing = imports.filter(({ path }) => !existsSync(join(ROOT, path.startsWith('dist/') ? path.replace(/^dist\/(.*)\.js$/, 'src/$1.ts') : path)));
  expect(missing).toEqual([]);
});

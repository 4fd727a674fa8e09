import { expect, test } from 'vitest';
import { loadArrow } from './arrow.js';
import { loadParquetWriter } from './parquet.js';

test('a package that is not installed is named, with what to do', async () => {
  const missing = (): Promise<never> => Promise.reject(new Error('Cannot find package'));
  await expect(loadParquetWriter(missing)).rejects.toMatchObject({
    code: 'E_PARQUET_PEER',
    message: expect.stringContaining('npm install hyparquet-writer') as string,
  });
  await expect(loadArrow(missing)).rejects.toMatchObject({ code: 'E_ARROW_PEER', message: expect.stringContaining('npm install apache-arrow') as string });
});

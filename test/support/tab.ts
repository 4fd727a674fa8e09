/** The files of a world as a tab has them, recognised by their headers. */
import type { TabFile } from '../../src/report/tab/messages.js';
import { recognise } from '../../src/report/tab/recognise.js';
import type { World } from './run-cli.js';

export async function tabFiles(world: World): Promise<TabFile[]> {
  return Promise.all(
    Object.entries(world).map(async ([name, content]) => {
      const blob = new Blob([content as string | Uint8Array<ArrayBuffer>]);
      const { table, encoding, fault } = await recognise(name, blob);
      if (table === null) throw new Error(`${name}: no table; ${fault}`);
      return { name, blob, table, encoding, mappings: [] };
    }),
  );
}

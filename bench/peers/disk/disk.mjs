/** The on-disk index: open and 1,000 cases. Not measured yet. */
export async function measureDisk() {
  const { openIndex } = await import('../../../dist/node.js');
  if (openIndex === undefined) return { measured: [], worlds: [], skipped: [{ rival: 'on-disk index', install: 'this version has no openIndex' }] };
  throw new Error('openIndex is there: its bench is still to be written');
}

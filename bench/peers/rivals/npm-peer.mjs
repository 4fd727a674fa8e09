/** Packages from npm that only this bench needs: in bench/peers/node_modules, by bench/peers/package-lock.json. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const read = (file) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));

/** Runs npm ci in bench/peers unless what the lock file says is there. */
export function installPeers() {
  const wanted = read('package.json').dependencies;
  const isThere = Object.entries(wanted).every(
    ([name, version]) => existsSync(`${folder}node_modules/${name}/package.json`) && packageVersion(name) === version,
  );
  if (isThere) return;
  console.error('peers: npm ci in bench/peers');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] });
}

export function packageVersion(name) {
  return read(`node_modules/${name}/package.json`).version;
}

export function importPeer(name) {
  return import(name);
}

/** npm leaves out a package for this platform without a word if it finds none that suits: seen only when it is loaded. */
export async function whyNotLoaded(name) {
  try {
    await importPeer(name);
    return undefined;
  } catch (error) {
    return `${name} does not load (${String(error.message).split('\n')[0]}): remove bench/peers/node_modules and run npm ci there`;
  }
}

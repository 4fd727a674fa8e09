/** One question as a new process asks it: node ask.mjs DIR CASES WORLD. Prints JSON. */
import { readFileSync } from 'node:fs';
import { OpenIndex } from '../../dist/disk-index/open-index.js';
import { WorkingSet } from '../../dist/engines/on-disk/working-set.js';
import { Places } from '../../dist/model/place.js';
import { parseScope } from '../../dist/model/scope.js';
import { PlaceNeighbours } from '../../dist/stay-index/place-neighbours.js';
import { casesOf, personText } from './make-index.mjs';

const [folder, count, world] = process.argv.slice(2);
const ids = casesOf(JSON.parse(world), Number(count)).map(personText);
const began = performance.now();
const index = OpenIndex.open(folder);
const { inputs } = index.readReference();
const opened = performance.now();
const set = new WorkingSet(index, inputs, 0);
set.addPeople(ids.map((id) => inputs.ids.person.intern(id)));
const visits = set.tables(new Places(inputs), null).stays;
const known = performance.now();
const pairs = set.countNear(visits, new PlaceNeighbours(new Places(inputs), parseScope('place')), 0, false).reduce((sum, count) => sum + count, 0);
const ended = performance.now();
index.close();
const peakMB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
console.log(JSON.stringify({ ms: ended - began, open: opened - began, people: known - opened, join: ended - known, visits: visits.count, pairs, peakMB }));

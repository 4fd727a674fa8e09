/** A thread of a crew: waits for jobs, draws blocks while there are any, and gives what it found. Ends with the thread that started it. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Shift } from '../core/crew.js';
import { CALLS, DONE, NEXT, type Call, type WorkerData } from './control.js';
import { JOBS } from './jobs.js';

const { port, control } = workerData as WorkerData;
for (let call = 0; ; call++) {
  Atomics.wait(control, CALLS, call);
  const { name, input, blocks } = receiveMessageOnPort(port)!.message as Call;
  const shift: Shift<unknown> = JOBS.get(name)!.start(input);
  for (let block = Atomics.add(control, NEXT, 1); block < blocks; block = Atomics.add(control, NEXT, 1)) shift.run(block);
  port.postMessage(shift.finish());
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}

/** The bare rival of the journal: what lies in the port is written to a file in one go, flushed, and answered by a count. */
import { fdatasyncSync, openSync, writevSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

const port = parentPort;
if (port === null) throw new Error('The rival runs in a worker.');
const file = openSync(workerData as string, 'a');

port.on('message', (first: ArrayBuffer) => {
  const group = [first];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) group.push(next.message as ArrayBuffer);
  writevSync(file, group.map((bytes) => new Uint8Array(bytes)));
  fdatasyncSync(file);
  port.postMessage(group.length);
});
port.postMessage(0);

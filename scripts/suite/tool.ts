/** Runs a development tool of node_modules/.bin to its end and gives what it said. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export async function runTool(name: string, args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const child = spawn(resolve('node_modules/.bin', name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => { output += chunk.toString('utf8'); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((done) => {
    child.once('error', (error) => done({ ok: false, output: `${name} could not be started: ${error.message}` }));
    child.once('close', (code) => done({ ok: code === 0, output }));
  });
}

/**
 * A browser for the tests of pages, on a build machine that has none: out of the packages of its system, where those can be had.
 *
 *   B1. Only where nothing may be skipped (`CI`): what stands on somebody's own machine is his affair, and there the tests say what they lack.
 *   B2. It begins at once and beside everything else, and is waited for by the group that needs it alone.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const WITHIN_MS = 240_000;

export type Provided = { readonly said: string };

/** The browser by which the tests look at pages, where there is one. */
export function chromium(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const told = env['BREAKWATER_CHROMIUM'];
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = told === undefined ? (env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))) : [told];
  return places.find(isProgram);
}

/** B1. Never fails: what could not be had is said, and the tests that need it fail by themselves. */
export async function provideBrowser(): Promise<Provided> {
  const found = chromium();
  const told = process.env['BREAKWATER_CHROMIUM'];
  if (found !== undefined) return { said: `is ${found}` };
  if (told !== undefined) return { said: `is missing: BREAKWATER_CHROMIUM names ${told}, which is no program` };
  if (process.getuid?.() !== 0 || !(process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(join(folder, 'apt-get')))) return { said: 'is missing, and can be installed by nobody here: give the machine Chromium, or name one in BREAKWATER_CHROMIUM' };
  const install = 'apt-get install -y --no-install-recommends chromium';
  const { ok, output } = await run(`${install} || { apt-get update && ${install}; }`);
  const now = chromium();
  return { said: now === undefined ? `is missing${ok ? '' : `: ${install} ended with "${output.trim().split('\n').at(-1) ?? ''}"`}` : `is ${now}, installed just now` };
}

function run(script: string): Promise<{ readonly ok: boolean; readonly output: string }> {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: WITHIN_MS });
  let output = '';
  const keep = (chunk: Buffer): void => { output = (output + chunk.toString('utf8')).slice(-4_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((done) => {
    child.once('error', (error) => done({ ok: false, output: error.message }));
    child.once('close', (code) => done({ ok: code === 0, output }));
  });
}

function isProgram(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The package as a stranger gets it: packed from this clone, and programs run beside it as on a machine of their own. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };
type Where = { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>>; readonly timeoutMs?: number };

/** Runs a program to its end. This Node.js is the first on its PATH, so npm and what npm starts run on it. */
export function ran(command: string, args: readonly string[], { cwd, env = {}, timeoutMs = 120_000 }: Where): Promise<Ran> {
  const settings = { ...process.env, NODE_TEST_CONTEXT: undefined, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, npm_config_update_notifier: 'false', ...env };
  return new Promise((done) => {
    execFile(command, [...args], { cwd, env: settings, timeout: timeoutMs, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr: error?.killed === true ? `${stderr}\nended after ${timeoutMs} ms` : stderr });
    });
  });
}

/** A folder that is gone after the test. */
export function folderFor(context: TestContext, name: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  context.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export type Packed = { readonly tarball: string; readonly bytes: number; readonly unpackedBytes: number; readonly files: readonly string[] };

/** `npm pack`, which builds first. */
export async function packed(into: string): Promise<Packed> {
  mkdirSync(into, { recursive: true });
  const { code, stdout, stderr } = await ran('npm', ['pack', '--json', '--pack-destination', into], { cwd: root });
  if (code !== 0) throw new Error(`npm pack ended with ${code}:\n${stderr}\n${stdout}`);
  const answer = JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as Listing[] | Record<string, Listing>;
  const [listing] = Object.values(answer);
  if (listing === undefined) throw new Error(`npm pack listed nothing:\n${stdout}`);
  return { tarball: join(into, listing.filename), bytes: listing.size, unpackedBytes: listing.unpackedSize, files: listing.files.map(({ path }) => path) };
}

type Listing = { readonly filename: string; readonly size: number; readonly unpackedSize: number; readonly files: readonly { readonly path: string }[] };

/** What `npm install` needs to say for a package that runs nothing while it is installed. */
export const installing = ['install', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'] as const;

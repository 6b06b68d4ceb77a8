/** A clone as a reader has it, in a temporary folder, with a demo that runs in it: where the blocks of a page are run. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './kit-program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const COMMAND_MS = 60_000;

export type Ran = { readonly code: number | null; readonly lines: readonly string[]; readonly stderr: string };

export class Stage {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'pages-')));
  readonly #groups = new Set<number>();
  #port = '0';

  constructor(config: string) {
    for (const part of ['bin', 'src', 'config', 'docs', 'deploy', 'package.json', 'node_modules', 'runtime']) symlinkSync(join(root, part), join(this.folder, part));
    writeFileSync(join(this.folder, 'breakwater.json'), config);
    mkdirSync(join(this.folder, '.path'));
    for (const name of ['breakwater', 'bw']) symlinkSync(join(root, 'bin/breakwater'), join(this.folder, '.path', name));
  }

  /** The demo, once it has traded. */
  async demo(): Promise<void> {
    const child = this.#spawn('exec breakwater demo --data data --json');
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => (said += part));
    await until('the demo of the pages trades', () => said.includes('"event":"order"') || (child.exitCode !== null && fallen(said)));
    const ready = JSON.parse(said.split('\n')[0] ?? '') as { readonly listening: string };
    this.#port = new URL(ready.listening).port;
  }

  /** One command as a shell runs it there. What would run on is stopped once it has said something. */
  run(command: string): Promise<Ran> {
    const runsOn = /\bbreakwater (?:start|exchange|demo)\b(?!.*--for)/.test(command);
    const child = this.#spawn((runsOn ? 'exec ' : '') + command.replaceAll('127.0.0.1:7340', `127.0.0.1:${this.#port}`).replaceAll('--port 7340', `--port ${this.#port}`));
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
      if (runsOn) this.#end(child.pid, 'SIGTERM');
    });
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    const late = setTimeout(() => this.#end(child.pid, 'SIGKILL'), COMMAND_MS);
    return new Promise((resolve) => {
      child.once('close', (code) => {
        clearTimeout(late);
        resolve({ code, lines: stdout.split('\n'), stderr });
      });
    });
  }

  close(): void {
    for (const group of this.#groups) this.#end(group, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(command: string) {
    const env = { ...process.env, PATH: `${join(this.folder, '.path')}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, PWD: this.folder, NO_COLOR: '1', ALPACA_KEY: 'a-key', ALPACA_SECRET: 'a-secret' };
    const child = spawn('sh', ['-c', command], { cwd: this.folder, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    if (child.pid !== undefined) this.#groups.add(child.pid);
    child.once('exit', () => void (child.pid !== undefined && this.#groups.delete(child.pid)));
    return child;
  }

  #end(pid: number | undefined, signal: NodeJS.Signals): void {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // it has ended already
    }
  }
}

function fallen(said: string): never {
  throw new Error(`The demo ended: ${said}`);
}

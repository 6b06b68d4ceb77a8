/** Where a command answers: standard output for the answer, standard error for everything else. */
import { userInfo } from 'node:os';
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

export interface Terminal {
  /** One line of the answer. */
  out(line: string): void;
  /** One line beside it. */
  note(line: string): void;
  readonly isTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly program: string; // the file this process was started with
  readonly nodeVersion: string;
  readonly pid: number;
  readonly user: string;
  paint(style: Style | readonly Style[], text: string): string;
}

/** The Node.js that runs this, as a path. */
export const nodeProgram = (): string => process.execPath;

export type ColourWish = 'auto' | 'always' | 'never';

export function terminal(): Terminal {
  // A reader that has gone (`| head`) ends the command without a stack of errors.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE') process.exit(0); });
  const coloured = (): boolean => {
    const { NO_COLOR: none, FORCE_COLOR: force, TERM: term } = process.env;
    if (none !== undefined && none !== '') return false;
    if (force !== undefined && force !== '') return force !== '0';
    return process.stdout.isTTY && term !== 'dumb';
  };
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    isTty: process.stdout.isTTY,
    env: process.env,
    directory: process.cwd(),
    program: process.argv[1] ?? '',
    nodeVersion: process.versions.node,
    pid: process.pid,
    user: userName(),
    paint: (style, text) => (coloured() ? styleText(typeof style === 'string' ? style : [...style], text, { validateStream: false }) : text),
  };
}

/** Settles once everything that was printed has left this process: a pipe takes 64 KiB at a time, and an end cuts off what still waits. */
export async function printed(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write('', () => resolve());
  })));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`; // a container may run as a user that has no name
  }
}

/**
 * Makes a path ready to be listened on. A process that was killed leaves its socket behind, and the platform refuses to
 * listen where a file is; but a socket that somebody still answers on is theirs.
 */
import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { ListenError } from './errors.ts';

const longestPathBytes = 107; // what the kernel's address holds

export async function freeSocketPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > longestPathBytes) throw new ListenError(path, `the path is longer than ${longestPathBytes} bytes`);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new ListenError(path, 'a file that is no socket stands there');
  if (await isAnswered(path)) throw new ListenError(path, 'another process listens there');
  await unlink(path);
}

/** Only a refused connection shows that nobody listens. */
const isAnswered = (path: string): Promise<boolean> => new Promise((resolve) => {
  const attempt = connect(path);
  attempt.once('connect', () => {
    attempt.destroy();
    resolve(true);
  });
  attempt.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
});

/** `breakwater backup`: a proven copy of the record beside a running runtime, and a data folder made of one, with its gate shut. */
import { basename, resolve } from 'node:path';
import { realClock, realIds } from '../edges/clock/index.ts';
import { createBackup, listBackups, openSqliteStore, originalIsHeld, restoreBackup, verifyBackup } from '../edges/sqlite/index.ts';
import type { Manifest } from '../edges/sqlite/index.ts';
import type { Head } from '../journal/index.ts';
import { sleep } from '../ports/index.ts';
import { haltRestored } from '../runtime/index.ts';
import type { Answer } from './answer.ts';
import type { Cli, Common } from './cli.ts';
import { EXIT } from './exit.ts';

type CreateOptions = Common & { readonly data: string; readonly to: string };
type RestoreOptions = Common & { readonly data: string; readonly by?: string };

const REST_MS = 5; // after each page, so that the disk is the trader's
const DAY_MS = 86_400_000;

export async function create(cli: Cli, { data, to }: CreateOptions): Promise<Answer> {
  const clock = realClock();
  const manifest = await createBackup({ directory: resolve(data), to: resolve(to), version: cli.version, takenAtMs: Math.floor(clock.wallMs()), after: () => sleep(clock, REST_MS) });
  return {
    data: { folder: resolve(to), ...shown(manifest) },
    text: [`${manifest.entries} entries up to ${manifest.head.seq}, every one proven; the head is ${manifest.head.hash.slice(0, 12)}. ${manifest.files.length} files, ${bytesOf(manifest)} bytes in ${resolve(to)}.`],
  };
}

export async function verify(_cli: Cli, _options: Common, [folder = '']: readonly string[]): Promise<Answer> {
  const { manifest, findings, findingCount, entries } = await verifyBackup(resolve(folder));
  const isSound = findingCount === 0;
  return {
    data: { folder: resolve(folder), backup: manifest === undefined ? null : shown(manifest), entries, findings, findingCount },
    text: [
      ...findings.map(({ kind, at, detail }) => `${at}  ${kind}  ${detail}`),
      isSound ? `${entries} entries up to ${manifest?.head.seq ?? 0}, every one as it was written; the head is ${manifest?.head.hash.slice(0, 12) ?? ''}, as the manifest says.` : `${findingCount} finding${findingCount === 1 ? '' : 's'}. Do not restore it.`,
    ],
    exit: isSound ? EXIT.ok : EXIT.unproven,
  };
}

export function list(_cli: Cli, _options: Common, [folder = '']: readonly string[]): Promise<Answer> {
  const lines = listBackups(resolve(folder));
  return Promise.resolve({
    data: { folder: resolve(folder), backups: lines.map(({ name, manifest, why }) => ({ name, ...(manifest === undefined ? { finished: false, why } : { finished: true, ...shown(manifest) }) })) },
    text: lines.map(({ name, manifest, why }) => (manifest === undefined ? `${name}  not finished: ${why ?? ''}` : `${name}  ${new Date(manifest.takenAtMs).toISOString()}  entry ${manifest.head.seq}  ${bytesOf(manifest)} bytes`)),
  });
}

export async function restore(cli: Cli, { data, by = cli.terminal.user }: RestoreOptions, [folder = '']: readonly string[]): Promise<Answer> {
  const [clock, ids] = [realClock(), realIds()];
  let head: Head | undefined;
  const manifest = await restoreBackup(resolve(folder), resolve(data), async (fresh, { takenAtMs }) => {
    const store = await openSqliteStore({ directory: fresh, ids, clock, restoring: true });
    try {
      head = await haltRestored(store, { backup: basename(resolve(folder)), takenAtMs, by }, { clock, ids });
    } finally {
      await store.close();
    }
  });
  const held = originalIsHeld(manifest);
  return {
    data: { folder: resolve(data), backup: shown(manifest), head, gate: 'HALTED', original: { folder: manifest.source, held: held ?? null } },
    text: [
      `${manifest.entries} entries up to ${manifest.head.seq} are in ${resolve(data)}; entry ${head?.seq ?? 0} shuts the gate.`,
      `What was written after ${new Date(manifest.takenAtMs).toISOString()} is lost to this record, and orders of that time may stand at the venue.`,
      `Next: breakwater start --config FILE --data ${data}${clock.wallMs() - manifest.takenAtMs > DAY_MS ? ' --trust-clock' : ''}; breakwater reconcile --data ${data}; look at every difference; breakwater resume --data ${data} --reason "…"`,
    ],
    warnings: [
      ...(held === true ? [`The original in ${manifest.source} is held by a living process. Started beside it, this one would be a second trader on the same account.`] : []),
      ...(held === undefined ? [`Whether the original (${manifest.source}) still runs somewhere cannot be seen from here. Make sure of it before you start this one.`] : []),
    ],
  };
}

const bytesOf = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
const shown = (manifest: Manifest): object => {
  const { files, takenAtMs, ...rest } = manifest;
  return { ...rest, takenAt: new Date(takenAtMs).toISOString(), files: files.length, bytes: bytesOf(manifest) };
};

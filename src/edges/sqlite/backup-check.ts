/**
 * Is a backup what it says it is? Every file against the manifest, the whole record against itself, and both against each other.
 *
 *   V1. The first place that is wrong is named first. Nothing is written, so that a backup can lie where nobody may write.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../journal/index.ts';
import { sha256OfFile } from './closing.ts';
import { BackupError } from './errors.ts';
import { MANIFEST, readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { verifyFolder } from './verify-folder.ts';

export type BackupFinding = { readonly kind: string; readonly at: string; readonly detail: string };
export type BackupVerdict = { readonly manifest: Manifest | undefined; readonly findings: readonly BackupFinding[]; readonly findingCount: number; readonly entries: number };

const again = 'Take another backup; do not restore this one.';

export async function verifyBackup(folder: string): Promise<BackupVerdict> {
  let manifest: Manifest;
  try {
    manifest = readManifest(folder);
  } catch (thrown) {
    if (!(thrown instanceof BackupError)) throw thrown;
    return { manifest: undefined, findings: [{ kind: thrown.reason, at: MANIFEST, detail: thrown.message }], findingCount: 1, entries: 0 };
  }
  const findings = [...fileFindings(folder, manifest)];
  if (findings.some(({ kind }) => kind === 'missing')) return { manifest, findings, findingCount: findings.length, entries: 0 };
  const verdict = await verifyFolder(folder);
  for (const { kind, seq, detail } of verdict.findings) findings.push({ kind, at: `entry ${seq}`, detail });
  if (verdict.findingCount === 0) findings.push(...headFindings(manifest, verdict));
  return { manifest, findings, findingCount: findings.length + verdict.findingCount - verdict.findings.length, entries: verdict.entries };
}

function* fileFindings(folder: string, { files }: Manifest): Generator<BackupFinding> {
  for (const { path, bytes, sha256 } of files) {
    const at = join(folder, path);
    if (!existsSync(at)) yield { kind: 'missing', at: path, detail: `${path} is not there. ${again}` };
    else if (statSync(at).size !== bytes) yield { kind: 'file', at: path, detail: `${path} has ${statSync(at).size} bytes, the manifest says ${bytes}. ${again}` };
    else if (sha256OfFile(at) !== sha256) yield { kind: 'file', at: path, detail: `${path} has other bytes than the manifest says. ${again}` };
  }
  const named = new Set([MANIFEST, 'segments', ...files.map(({ path }) => path)]);
  const there = [...readdirSync(folder), ...(existsSync(join(folder, 'segments')) ? readdirSync(join(folder, 'segments')).map((name) => join('segments', name)) : [])];
  for (const path of there.toSorted()) if (!named.has(path)) yield { kind: 'stray', at: path, detail: `${path} is no part of the backup. Somebody opened it as a data folder, or put something into it. ${again}` };
}

function* headFindings({ head, entries }: Manifest, verdict: Verdict): Generator<BackupFinding> {
  if (verdict.head.seq !== head.seq || verdict.head.hash !== head.hash) yield { kind: 'head', at: `entry ${verdict.head.seq}`, detail: `The record ends with entry ${verdict.head.seq}, the manifest says ${head.seq}. ${again}` };
  else if (verdict.entries !== entries) yield { kind: 'entries', at: MANIFEST, detail: `The record has ${verdict.entries} entries, the manifest says ${entries}. ${again}` };
}

export type BackupLine = { readonly name: string; readonly manifest: Manifest | undefined; readonly why: string | undefined };

/** The backups that lie side by side in a folder, the oldest first, and what looks like one and is not finished. Trusts their manifests: see `verifyBackup`. */
export function listBackups(folder: string): readonly BackupLine[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const looksSo = (name: string): boolean => !existsSync(join(folder, name, 'lock.db')) && ['journal.db', MANIFEST, 'segments'].some((part) => existsSync(join(folder, name, part))); // not a data folder
  const lines = names.filter(looksSo).map((name): BackupLine => {
    try {
      return { name, manifest: readManifest(join(folder, name)), why: undefined };
    } catch (thrown) {
      if (!(thrown instanceof BackupError)) throw thrown;
      return { name, manifest: undefined, why: thrown.message };
    }
  });
  return lines.toSorted((a, b) => (a.manifest?.takenAtMs ?? 0) - (b.manifest?.takenAtMs ?? 0) || (a.name < b.name ? -1 : 1));
}

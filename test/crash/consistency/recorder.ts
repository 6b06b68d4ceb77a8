/**
 * What a disk holds at every point of a recorded run, and what it may hold if the machine stops there.
 *
 * A file is a list of versions: the first is sure (flushed), the rest were written since and may be there in any part. The names of a
 * folder are what is sure, and changes since, which are kept in their order. Knows what a flush promises, and nothing of journals.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { DiskStep } from '../../../src/edges/sqlite/disk.ts';

export type Content = { readonly versions: readonly Buffer[]; readonly before: readonly Buffer[] }; // `before`: flushed versions that were replaced
type File = { versions: Buffer[]; before: Buffer[] };
type NameChange = { readonly folder: string; readonly link?: { readonly name: string; readonly file: File }; readonly unlink?: string };

/** A moment: what was sure, what was not, and what had been promised to somebody by then. */
export type Point<Promised> = {
  readonly step: string;
  readonly promised: Promised;
  readonly names: ReadonlyMap<string, File>; // sure
  readonly changes: readonly NameChange[]; // of names, since
  readonly contents: ReadonlyMap<File, Content>;
  readonly last: { readonly name: string; readonly from: Buffer } | undefined; // what this very step wrote
};

const ignored = /(?:-shm|lock\.db|lock\.db-journal|holder\.json|reserve)$/;
const BEFORE_KEPT = 3;
const NOTHING = Buffer.alloc(0);

export class Recorder<Promised> {
  readonly points: Point<Promised>[] = [];
  readonly #root: string;
  readonly #promised: () => Promised;
  readonly #sure = new Map<string, File>();
  #changes: NameChange[] = [];
  #now = new Map<string, File>();

  constructor(root: string, promised: () => Promised) {
    this.#root = root;
    this.#promised = promised;
  }

  /** For `watchDisk`. */
  take(step: DiskStep): void {
    const name = relative(this.#root, step.path);
    if (name.startsWith('..')) return;
    switch (step.kind) {
      case 'renamed': {
        const to = relative(this.#root, step.to);
        const file = this.#now.get(name);
        if (file === undefined) { // a folder: its files go with it
          for (const [old, inner] of [...this.#now]) if (old.startsWith(`${name}/`)) this.#rename(old, to + old.slice(name.length), inner);
        } else this.#rename(name, to, file);
        return this.#look(`renamed ${name}`);
      }
      case 'synced': {
        this.#look(`synced ${name}`);
        if (existsSync(step.path) && statSync(step.path).isDirectory()) this.#syncFolder(name);
        else this.#sync(name);
        return;
      }
      case 'committed': {
        const wal = `${name}-wal`;
        const isNew = !this.#now.has(wal);
        this.#look(`committed ${name}`);
        if (!step.sure) return;
        this.#sync(wal);
        this.#sync(name);
        if (isNew) this.#syncFolder(dirname(name)); // SQLite does so for a write-ahead log that it made
        return;
      }
      case 'checkpointed':
        this.#look(`checkpointed ${name}`);
        if (step.sure) this.#sync(name);
        return;
      case 'closed': {
        this.#look(`closed ${name}`, [name]); // the file is flushed before the log is deleted
        if (step.sure) this.#sync(name);
        return this.#look(`unlinked ${name}-wal`);
      }
      default: return this.#look(`${step.kind} ${name}`);
    }
  }

  /** One more point, where nothing was told. */
  point(step: string): void {
    this.#look(step);
  }

  #rename(from: string, to: string, file: File): void {
    this.#now.delete(from);
    this.#now.set(to, file);
    this.#changes.push({ folder: dirname(to), link: { name: to, file }, unlink: from });
  }

  #look(step: string, only?: readonly string[]): void {
    let last: Point<Promised>['last'];
    const there = new Map(filesIn(this.#root).map((name) => [name, readFileSync(join(this.#root, name))]));
    for (const [name, bytes] of there) {
      if (only !== undefined && !only.includes(name)) continue;
      let file = this.#now.get(name);
      if (file === undefined) {
        file = { versions: [NOTHING], before: [] };
        this.#now.set(name, file);
        this.#changes.push({ folder: dirname(name), link: { name, file } });
      }
      const newest = file.versions.at(-1) ?? NOTHING;
      if (newest.equals(bytes)) continue;
      file.versions.push(bytes);
      last = { name, from: newest };
    }
    if (only === undefined) {
      for (const name of [...this.#now.keys()]) {
        if (there.has(name)) continue;
        this.#now.delete(name);
        this.#changes.push({ folder: dirname(name), unlink: name });
      }
    }
    const files = new Set([...this.#sure.values(), ...this.#now.values(), ...this.#changes.flatMap(({ link }) => (link === undefined ? [] : [link.file]))]);
    this.points.push({
      step, promised: this.#promised(), names: new Map(this.#sure), changes: [...this.#changes], last,
      contents: new Map([...files].map((file) => [file, { versions: [...file.versions], before: [...file.before] }])),
    });
  }

  #sync(name: string): void {
    const file = this.#now.get(name);
    if (file === undefined || file.versions.length === 1) return;
    file.before = [...file.before, ...file.versions.slice(0, -1)].slice(-BEFORE_KEPT);
    file.versions = file.versions.slice(-1);
  }

  #syncFolder(folder: string): void {
    const at = folder === '' ? '.' : folder;
    const mine = this.#changes.filter((change) => change.folder === at);
    this.#changes = this.#changes.filter((change) => change.folder !== at);
    for (const change of mine) applyName(this.#sure, change);
  }
}

export function applyName(names: Map<string, File>, { link, unlink }: NameChange): void {
  if (unlink !== undefined) names.delete(unlink);
  if (link !== undefined) names.set(link.name, link.file);
}

function filesIn(root: string, inside = ''): string[] {
  const at = join(root, inside);
  if (!existsSync(at)) return [];
  return readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, name) : entry.isFile() && !ignored.test(name) ? [name] : [];
  });
}

export type Image = ReadonlyMap<string, Buffer>;

export function writeImage(folder: string, image: Image): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of image) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** What can be learnt of this machine without changing it. Every answer may be "not known here". */
export type Permissions = { readonly mode: number; readonly isOurs: boolean; readonly isFolder: boolean };
/** Whose something is and what others may do with it. `mode`: the last twelve bits. `not-told`: this machine has no such rights. */
export type Rights = { readonly kind: 'told'; readonly owner: 'us' | 'root' | 'other'; readonly mode: number; readonly realPath: string } | { readonly kind: 'absent' | 'not-told' };
export type Disk = { readonly freeBytes: number; readonly totalBytes: number; readonly fileSystem: string };

export interface Machine {
  /** undefined: it is not there. Throws where it may not be looked at. */
  permissions(path: string): Permissions | undefined;
  /** Throws where it may not be looked at. */
  rights(path: string): Rights;
  disk(folder: string): Disk | undefined;
  /** How long each of so many flushes took, in a file that has no name and is gone when this ends. Throws where nothing can be written. */
  flushesMs(folder: string, count: number): readonly number[];
  /** How many files this user's processes may have open. */
  openFilesLimit(): number | undefined;
  /** The program of a process; undefined: there is no such process. */
  processAt(pid: number): string | undefined;
  /** Why an address cannot be listened on; undefined: it can. */
  busy(host: string, port: number): Promise<string | undefined>;
  /** Text of a small file; undefined: it is not there, or may not be read. */
  text(path: string): string | undefined;
}

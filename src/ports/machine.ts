/** What can be learnt of this machine without changing it. Every answer may be "not known here". */
export type Permissions = { readonly mode: number; readonly isOurs: boolean; readonly isFolder: boolean };
export type Disk = { readonly freeBytes: number; readonly totalBytes: number; readonly fileSystem: string };

export interface Machine {
  /** undefined: it is not there. Throws where it may not be looked at. */
  permissions(path: string): Permissions | undefined;
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

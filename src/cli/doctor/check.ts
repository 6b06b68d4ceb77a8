/** What a check is, and what it finds. */
import type { Config } from '../../edges/config/index.ts';
import type { ErrorCode } from '../../base/index.ts';
import type { Clock, Machine, Net } from '../../ports/index.ts';

export type Finding = {
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly why: string;
  readonly code?: ErrorCode;
  readonly doNext?: string;
};
export type Found = Finding & { readonly name: string };

/** The configuration as it could be read; nothing where there is none. */
export type Configured = { readonly file: string; readonly config?: Config; readonly errors: readonly string[]; readonly warnings: readonly string[]; readonly files: readonly string[]; readonly secretFiles: readonly string[]; readonly isNamed: boolean };

export type Patient = {
  readonly clock: Clock;
  readonly net: Net;
  readonly machine: Machine;
  readonly node: string; // version
  readonly data: string; // the folder, absolute
  readonly configured: Configured;
  readonly timeoutMs: number; // of one question to somebody else
  readonly full: boolean;
};

export type Check = { readonly name: string; readonly examine: (patient: Patient) => Promise<Finding> | Finding };

/** What doctor finds that nobody else has a code for. */
export const causes = {
  node: { code: 'BW-1320', doNext: 'install Node.js 26, or 24.15 or newer' },
  clock: { code: 'BW-1321', doNext: 'let the machine keep its time by NTP: timedatectl, chronyc tracking' },
  readable: { code: 'BW-1322', doNext: 'take the right to read it from everybody else: chmod go-rwx' },
  room: { code: 'BW-1323', doNext: 'free space on the disk of the data folder, or set storage.retention' },
  flush: { code: 'BW-1324', doNext: 'use a disk of its own, or a faster one: every order waits for a flush' },
  'file-system': { code: 'BW-1325', doNext: 'put the data folder on a local disk with ext4 or xfs' },
  limits: { code: 'BW-1326', doNext: 'raise it: LimitNOFILE= of the unit, or ulimit -n' },
  address: { code: 'BW-1327', doNext: 'stop what holds it, or name another address' },
  holder: { code: 'BW-1328', doNext: 'look at that process; a runtime that does not answer is killed by its supervisor' },
  unreached: { code: 'BW-1329', doNext: 'look at name resolution, the way out and the address of the venue' },
  keys: { code: 'BW-1330', doNext: 'put the right keys for this host in' },
  account: { code: 'BW-1331', doNext: 'see the account at the venue' },
  transfers: { code: 'BW-1332', doNext: 'if the venue offers it, forbid transfers for this account or these keys' },
  stream: { code: 'BW-1333', doNext: 'look at whether WebSockets get through; without the stream the venue is asked instead, which is slower' },
} as const satisfies Readonly<Record<string, { readonly code: ErrorCode; readonly doNext: string }>>;

export const ok = (why: string): Finding => ({ status: 'ok', why });
export const skipped = (why: string): Finding => ({ status: 'skipped', why });
export const warning = (cause: keyof typeof causes, why: string): Finding => ({ status: 'warning', why, ...causes[cause] });
export const failed = (cause: keyof typeof causes, why: string): Finding => ({ status: 'failed', why, ...causes[cause] });

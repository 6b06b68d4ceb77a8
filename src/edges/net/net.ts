/** The parts put together. One `Net` for a whole process: connections are kept and shared by all who ask the same host. */
import type { Clock, Net } from '../../ports/index.ts';
import type { BaseStatistics, PoolOptions } from './pool/index.ts';
import { opener } from './open.ts';
import { requester } from './request.ts';
import { server } from './serve.ts';

export type NetOptions = {
  readonly clock: Clock;
  /** Certificates to trust besides none other, in PEM; the machine's own where not given. */
  readonly trust?: string;
  /** Of one answer, one served request, one WebSocket message. */
  readonly maxBodyBytes?: number;
  /** After so long a silence a peer is taken for dead: in the middle of a request, or on an open WebSocket. Not where it is not set. */
  readonly silentMs?: number;
  /** To one base URL at a time; who asks for more waits in line. */
  readonly connectionsPerBase?: number;
  /** Groups of base URLs that lead to the same place, such as `[["https://a.example", "https://b.example"]]`: what is asked of one goes to the best of its group. */
  readonly equivalents?: readonly (readonly string[])[];
};

export type NetStatistics = { readonly bases: readonly BaseStatistics[]; readonly waiting: number };

export interface RealNet extends Net {
  /** Drops the connections kept for later requests. What is served goes on until it is closed itself. */
  close(): Promise<void>;
  /** How each base URL does, and how many requests wait for a connection. */
  statistics(): NetStatistics;
}

export function realNet(options: NetOptions): RealNet {
  const settings: NetSettings = {
    clock: options.clock, trust: options.trust, maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024,
    silentMs: options.silentMs, connectionsPerBase: options.connectionsPerBase ?? 64, equivalents: options.equivalents ?? [],
  };
  const { request, pool } = requester(settings);
  return { request, open: opener(settings), serve: server(settings), statistics: () => ({ bases: pool.statistics, waiting: pool.waiting }), close: () => pool.close() };
}

export type NetSettings = PoolOptions & { readonly maxBodyBytes: number; readonly silentMs: number | undefined };

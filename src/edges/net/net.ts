/** The parts put together. One `Net` for a whole process: connections are kept and shared by all who ask the same host. */
import type { Clock, Net } from '../../ports/index.ts';
import { opener } from './open.ts';
import { requester } from './request.ts';
import { server } from './serve.ts';

export type NetOptions = {
  readonly clock: Clock;
  /** Certificates to trust besides none other, in PEM; the machine's own where not given. */
  readonly trust?: string;
  /** Of one answer, one served request, one WebSocket message. */
  readonly maxBodyBytes?: number;
};

export interface RealNet extends Net {
  /** Drops the connections kept for later requests. What is served goes on until it is closed itself. */
  close(): Promise<void>;
}

export function realNet(options: NetOptions): RealNet {
  const settings = { clock: options.clock, trust: options.trust, maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024 };
  const { request, close } = requester(settings);
  return { request, open: opener(settings), serve: server(settings), close };
}

export type NetSettings = { readonly clock: Clock; readonly trust: string | undefined; readonly maxBodyBytes: number };

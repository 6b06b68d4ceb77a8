/** Who may ask for orders, as the configuration names them. */
import type { Attribution, HeartbeatRules, SourceRules } from '../core/index.ts';

export type Heartbeat = HeartbeatRules & { readonly everyMs: number; readonly graceMs: number };

export type Source = Omit<SourceRules, 'heartbeat'> & {
  readonly heartbeat?: Heartbeat; // how often it says that it is alive
  readonly secret: string;
  readonly secretIn: 'body' | 'path';
  readonly allowedSources: readonly string[]; // addresses; empty: any
  readonly maxAgeMs: number | undefined; // not configured: a signal that names its time is refused
  readonly maxBytes: number;
  readonly windowMs: number; // an identical body without id and time is the same wish within this
  readonly venue: string;
  readonly tickers: Readonly<Record<string, string>>;
  readonly sameName: boolean;
};

/** A bot, by its token. */
export type BotToken = {
  readonly name: string;
  readonly secret: string;
  readonly venue: string; // where it names none
  readonly strategy?: string;
  readonly attribution?: Attribution;
  readonly maxAgeMs: number | undefined;
};

/** The instruments that the configuration names, per venue. */
export type Markets = Readonly<Record<string, readonly string[]>>;

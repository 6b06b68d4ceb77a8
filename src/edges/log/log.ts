/** What is said, in which form, and without what. */
import { pino } from 'pino';
import { prettyLine } from './pretty.ts';
import { scrubber, withoutSecretKeys } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'json' | 'pretty';
type Detail = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, detail?: Detail): void;
  info(message: string, detail?: Detail): void;
  warn(message: string, detail?: Detail): void;
  error(message: string, detail?: Detail): void;
}

export type LogOptions = {
  readonly level: LogLevel;
  readonly format?: LogFormat;
  readonly component: string; // where a line names none itself
  readonly secrets?: readonly string[];
  readonly wallMs: () => number;
  readonly write: (line: string) => void;
};

export function jsonLog({ level, format = 'json', component, secrets = [], wallMs, write }: LogOptions): Log {
  const scrub = scrubber(secrets);
  const logger = pino(
    { level, base: null, timestamp: () => `,"time":"${new Date(wallMs()).toISOString()}"`, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => write(format === 'json' ? scrub(line.trimEnd()) : scrub(prettyLine(line))) },
  );
  const at = (name: LogLevel) => (message: string, detail: Detail = {}): void => logger[name]({ component, ...withoutSecretKeys(detail) }, message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

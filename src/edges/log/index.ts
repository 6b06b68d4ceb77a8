/** Log lines: JSON for machines, on standard error, with every secret struck out by its value wherever it turns up. */
import { pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export interface Log {
  debug(message: string, detail?: Readonly<Record<string, unknown>>): void;
  info(message: string, detail?: Readonly<Record<string, unknown>>): void;
  warn(message: string, detail?: Readonly<Record<string, unknown>>): void;
  error(message: string, detail?: Readonly<Record<string, unknown>>): void;
}

export type LogOptions = {
  readonly level: LogLevel;
  readonly component: string;
  readonly secrets?: readonly string[];
  readonly wallMs: () => number;
  readonly write: (line: string) => void;
};

const SHORTEST_SECRET = 4; // anything shorter would strike out half of what is said

export function jsonLog({ level, component, secrets = [], wallMs, write }: LogOptions): Log {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const scrub = (line: string): string => forms.reduce((text, form) => text.replaceAll(form, '«secret»'), line);
  const logger = pino(
    { level, base: { component }, timestamp: () => `,"time":"${new Date(wallMs()).toISOString()}"`, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => write(scrub(line.trimEnd())) },
  );
  const at = (name: LogLevel) => (message: string, detail: Readonly<Record<string, unknown>> = {}): void => logger[name](detail, message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

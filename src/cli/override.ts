/** What is said on the command line in place of the configuration. */
import type { LoadRequest } from '../edges/config/index.ts';
import { UsageError } from './failure.ts';

type Overrides = NonNullable<LoadRequest['overrides']>;

export const listenOverride = (listen: string | undefined): Overrides => (listen === undefined ? [] : [{ path: ['server', 'listen'], value: listen, name: '--listen' }]);

/** Spoken as options, refused as any other value of the configuration would be. */
export const logOverrides = ({ logLevel, logFormat }: LogOptions): Overrides => [
  ...(logLevel === undefined ? [] : [{ path: ['logs', 'level'], value: logLevel, name: '--log-level' }]),
  ...(logFormat === undefined ? [] : [{ path: ['logs', 'format'], value: logFormat, name: '--log-format' }]),
];
export type LogOptions = { readonly logLevel?: string; readonly logFormat?: string };

/** "alpaca=http://127.0.0.1:7350" */
export const venueOverrides = (urls: readonly string[] = []): Overrides => urls.map((text) => {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--venue-url is "${text}": write NAME=URL, for example alpaca=http://127.0.0.1:7350.`);
  return { path: ['venues', text.slice(0, at), 'baseUrl'], value: text.slice(at + 1), name: '--venue-url' };
});

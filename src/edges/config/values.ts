/** The written forms of quantities in a configuration: each with its unit, each exact, none a float. */
import { isIP } from 'node:net';
import { parseAddress, tryParseUnits } from '../../base/index.ts';

export type Duration = { readonly ms: number };
export type Size = { readonly bytes: number };
export type Share = { readonly ppm: number }; // millionths: "3%" is 30 000
export type Money = { readonly amountText: string; readonly asset: string };
export type Address = { readonly host: string; readonly port: number };

/** What is wrong with a value, or the value. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

const msPer: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function parseDuration(text: string): Parsed<Duration> {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(text) ?? [];
  if (count === '') return { wrong: 'is not a duration' };
  const scale = msPer[unit];
  if (scale === undefined) return { wrong: unit === '' ? 'has no unit of time' : `has a unit of time that is not known; known are ${Object.keys(msPer).join(', ')}` };
  const ms = Math.round(Number(count) * scale);
  return ms > 0 && Number.isSafeInteger(ms) ? { value: { ms } } : { wrong: 'is not a duration that can pass' };
}

const bytesPer: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

export function parseSize(text: string): Parsed<Size> {
  const [, count = '', unit = ''] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? [];
  if (count === '') return { wrong: 'is not a size' };
  const scale = bytesPer[unit];
  if (scale === undefined) return { wrong: unit === '' ? 'has no unit of size' : `has a unit of size that is not known; known are ${Object.keys(bytesPer).join(', ')}` };
  const bytes = Number(count) * scale;
  return bytes > 0 && Number.isSafeInteger(bytes) ? { value: { bytes } } : { wrong: 'is not a size that can be kept' };
}

export function parseShare(text: string): Parsed<Share> {
  if (!text.endsWith('%')) return { wrong: 'has no percent sign' };
  const ppm = tryParseUnits(text.slice(0, -1), 4);
  return ppm === undefined || ppm < 0n || ppm > 100_0000n ? { wrong: 'is not a percentage from 0% to 100% with at most four decimals' } : { value: { ppm: Number(ppm) } };
}

export function parseMoney(text: string): Parsed<Money> {
  const [amountText = '', asset, ...rest] = text.split(' ');
  if (!isDecimal(amountText) || rest.length > 0) return { wrong: 'is not an amount of money' };
  if (asset === undefined) return { wrong: 'has no currency' };
  return /^[A-Z][A-Z0-9]{1,9}$/.test(asset) ? { value: { amountText, asset } } : { wrong: 'has a currency that is not written in capital letters' };
}

export function parseQuantity(text: string): Parsed<string> {
  return isDecimal(text) ? { value: text } : { wrong: 'is not a plain decimal number' };
}

/** Minutes since midnight. */
export function parseTimeOfDay(text: string): Parsed<number> {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === undefined || minutes === undefined ? { wrong: 'is not a time of day' } : { value: Number(hours) * 60 + Number(minutes) };
}

export function parseListen(text: string): Parsed<Address> {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host === undefined || port > 65_535) return { wrong: 'is not an address and a port' };
  return { value: { host, port } };
}

export function parseUrl(schemes: readonly string[]): (text: string) => Parsed<string> {
  return (text) => (parseAddress(text) !== undefined && schemes.some((scheme) => text.startsWith(`${scheme}:`)) ? { value: text } : { wrong: `is not a URL that begins with ${schemes.join(', ')}` });
}

export function parsePeer(text: string): Parsed<string> {
  return isIP(text) === 0 ? { wrong: 'is not an IP address' } : { value: text };
}

/** So many within so long: "20 in 10s". */
export type Often = { readonly most: number; readonly withinMs: number };
/** So far within so long: "10% in 5m". */
export type Drift = { readonly ppm: number; readonly withinMs: number };
export const NONE = 'none';
const LONGEST_WINDOW_MS = 3_600_000; // what the controls remember
const MOST_COUNTED = 1_000;

export function parseOften(text: string): Parsed<Often> {
  const [, most = '', within = ''] = /^(\d{1,9}) in (\S+)$/.exec(text) ?? [];
  const span = parseDuration(within);
  if (most === '' || 'wrong' in span) return { wrong: 'is not a number within a time' };
  if (Number(most) > MOST_COUNTED) return { wrong: `counts further than ${MOST_COUNTED}` };
  return span.value.ms > LONGEST_WINDOW_MS ? { wrong: 'looks back further than 1h' } : { value: { most: Number(most), withinMs: span.value.ms } };
}

/** `{ withinMs: 0 }` where there is none. */
export function parseDrift(text: string): Parsed<Drift> {
  if (text === NONE) return { value: { ppm: 0, withinMs: 0 } };
  const [, far = '', within = ''] = /^(\S+) in (\S+)$/.exec(text) ?? [];
  const [share, span] = [parseShare(far), parseDuration(within)];
  if ('wrong' in share || 'wrong' in span) return { wrong: 'is not a percentage within a time' };
  return span.value.ms > LONGEST_WINDOW_MS ? { wrong: 'looks back further than 1h' } : { value: { ppm: share.value.ppm, withinMs: span.value.ms } };
}

/** What may be given up, in so many words. */
export const orNone = <T>(parse: (text: string) => Parsed<T>) => (text: string): Parsed<T | typeof NONE> => (text === NONE ? { value: NONE } : parse(text));

const isDecimal = (text: string): boolean => /^\d{1,20}(?:\.\d{1,18})?$/.test(text);

/**
 * By what a repetition is known.
 *
 * A sender that names its wish (`id`) is believed. Without one the whole body, less its secret, is the name: enough when
 * it says when it was made, since a second delivery is the same text. A body without any time cannot tell a second
 * delivery from a second wish; there the time between the two decides, and the signal says so (`body-in-window`).
 */
import { sha256Hex } from '../../journal/index.ts';
import { MalformedError, quoted } from './malformed.ts';
import type { Signal } from './signal.ts';

export type Channel = 'tv' | 'bot';
const MAX_ID_LENGTH = 128;

export function keyOf(channel: Channel, source: string, from: { readonly id?: string | undefined; readonly hasTime: boolean; readonly canonicalBody: string }): Pick<Signal, 'key' | 'keyFrom'> {
  if (from.id !== undefined) return { key: `${channel}/${source}/id:${checkedId(from.id)}`, keyFrom: 'id' };
  const digest = sha256Hex(JSON.stringify([source, from.canonicalBody]));
  return from.hasTime ? { key: `${channel}/${source}/body:${digest}`, keyFrom: 'body-with-time' } : { key: `${channel}/${source}/same:${digest}`, keyFrom: 'body-in-window' };
}

/**
 * The key of a `body-in-window` signal: that of the last one with the same stem if it came within the window, else a new one.
 * @param last the last key given out for `signal.key`, and when
 */
export function keyInWindow(signal: Pick<Signal, 'key' | 'keyFrom'>, last: { readonly key: string; readonly atMs: number } | undefined, nowMs: number, windowMs: number): string {
  if (signal.keyFrom !== 'body-in-window') return signal.key;
  return last !== undefined && nowMs - last.atMs <= windowMs ? last.key : `${signal.key}@${nowMs}`;
}

function checkedId(id: string): string {
  if (id === '' || id.length > MAX_ID_LENGTH || !/^[\x20-\x7e]+$/.test(id)) {
    throw new MalformedError('bad-key', `${quoted(id)} cannot be a key: it needs 1 to ${MAX_ID_LENGTH} printable ASCII characters.`);
  }
  return id;
}

/**
 * How frames of the market data stream are written: JSON text, or MessagePack for a client that asked for it as it connected.
 * A date becomes text in JSON and a timestamp of MessagePack's own in the other.
 */
import { decode, encode } from '@msgpack/msgpack';
import type { ServedRequest } from '../../ports/index.ts';

export type Encoding = { readonly write: (messages: readonly unknown[]) => string | Uint8Array; readonly read: (frame: string | Uint8Array) => unknown };

const decoder = new TextDecoder();
const longest = 4_096; // of a text, a list or a map that a client may send

const json: Encoding = {
  write: (messages) => JSON.stringify(messages),
  read: (frame) => JSON.parse(typeof frame === 'string' ? frame : decoder.decode(frame)) as unknown,
};

/** Text frames are read as JSON all the same: nothing else can be meant. */
const messagePack: Encoding = {
  write: (messages) => encode(messages),
  read: (frame) => (typeof frame === 'string' ? json.read(frame) : decode(frame, { maxStrLength: longest, maxBinLength: longest, maxArrayLength: longest, maxMapLength: longest, maxExtLength: longest })),
};

export const encodingFor = ({ headers }: ServedRequest): Encoding => (headers['content-type']?.startsWith('application/msgpack') === true ? messagePack : json);

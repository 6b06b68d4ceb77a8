/**
 * What may be on the disk if everything stops at a point, by what stopped.
 *
 *   `killed`: the process. All it wrote is there, and of its last write any beginning.
 *   `power`: the machine. What was flushed is there; of what was written since, any blocks, and of the changes of names any beginning.
 *   `liar`: the machine, and the disk had lied about a flush. Nothing is promised then but that a loss is seen.
 */
import type { Random } from '../../../src/base/index.ts';
import { applyName } from './recorder.ts';
import type { Image, Point } from './recorder.ts';

export type Mode = 'killed' | 'power' | 'liar';
export type Variant = { readonly mode: Mode; readonly how: string; readonly image: () => Image }; // made when it is asked for: all of them at once are gigabytes

const PAGE = 8_192;
const FRAME = PAGE + 24;
const WAL_HEADER = 32;
const POWER_TRIES = 4;

export function variantsOf<Promised>(point: Point<Promised>, random: Random): Variant[] {
  return [...killed(point), ...power(point, random), ...lied(point, random)];
}

const newest = (point: Point<unknown>): Map<string, Buffer> => imageOf(point, point.changes.length, (versions) => versions.at(-1) ?? Buffer.alloc(0));

function imageOf(point: Point<unknown>, changes: number, pick: (versions: readonly Buffer[], name: string) => Buffer): Map<string, Buffer> {
  const names = new Map(point.names);
  for (const change of point.changes.slice(0, changes)) applyName(names, change);
  return new Map([...names].map(([name, file]) => [name, pick(point.contents.get(file)?.versions ?? [], name)]));
}

function* killed(point: Point<unknown>): Generator<Variant> {
  const whole = newest(point);
  yield { mode: 'killed', how: `after "${point.step}"`, image: () => whole };
  const { last } = point;
  const bytes = last === undefined ? undefined : whole.get(last.name);
  if (last === undefined || bytes === undefined) return;
  for (const at of cutsOf(last.name, last.from, bytes)) yield { mode: 'killed', how: `within "${point.step}", byte ${at} of ${last.name}`, image: () => new Map(whole).set(last.name, cutAt(last.from, bytes, at)) };
}

/** Where a write of this file may be cut off: at the borders of what it is written in, and within. */
function cutsOf(name: string, from: Buffer, to: Buffer): number[] {
  const [first, step] = name.endsWith('-wal') ? [WAL_HEADER, FRAME] : name.endsWith('.db') || name.endsWith('.part') ? [0, PAGE] : [0, 512];
  const cuts = name.endsWith('-wal') ? [12, WAL_HEADER] : [];
  for (let at = first; at < to.length; at += step) {
    if (from.subarray(at, at + step).equals(to.subarray(at, at + step))) continue;
    cuts.push(at, at + 12, at + Math.floor(step / 2));
  }
  return [...new Set(cuts)].filter((at) => at > 0 && at < to.length);
}

/** The first `at` bytes are written, the rest is as before. */
const cutAt = (from: Buffer, to: Buffer, at: number): Buffer => Buffer.concat([to.subarray(0, at), from.subarray(at)]);

function* power(point: Point<unknown>, random: Random): Generator<Variant> {
  const unsure = [...point.contents.values()].some(({ versions }) => versions.length > 1) || point.changes.length > 0;
  if (!unsure) return; // the same as killed
  yield { mode: 'power', how: `after "${point.step}", with nothing of what was not flushed`, image: () => imageOf(point, 0, (versions) => versions[0] ?? Buffer.alloc(0)) };
  yield { mode: 'power', how: `after "${point.step}", with the names but not the bytes`, image: () => imageOf(point, point.changes.length, (versions) => versions[0] ?? Buffer.alloc(0)) };
  for (let tries = 0; tries < POWER_TRIES; tries++) {
    const block = tries % 2 === 0 ? 512 : 4_096;
    const chance = random.fork(`power ${tries} ${random.below(1_000_000_000)}`);
    yield {
      mode: 'power', how: `after "${point.step}", by chance ${tries}`,
      image: () => imageOf(point, chance.below(point.changes.length + 1), (versions) => (versions.length > 1 ? anyBlocks(versions, block, chance) : versions[0] ?? Buffer.alloc(0))),
    };
  }
}

function anyBlocks(versions: readonly Buffer[], block: number, random: Random): Buffer {
  const any = (): Buffer => versions[random.below(versions.length)] ?? Buffer.alloc(0);
  const bytes = Buffer.alloc(any().length);
  for (let at = 0; at < bytes.length; at += block) {
    const from = any();
    if (at < from.length) from.copy(bytes, at, at, Math.min(at + block, bytes.length));
  }
  return bytes;
}

function* lied(point: Point<unknown>, random: Random): Generator<Variant> {
  const whole = newest(point);
  for (const [file, { before }] of point.contents) {
    const name = [...whole.keys()].find((one) => point.names.get(one) === file);
    const old = before[random.below(Math.max(1, before.length))];
    if (name === undefined || old === undefined) continue;
    yield { mode: 'liar', how: `after "${point.step}", ${name} as it was before a flush`, image: () => new Map(whole).set(name, old) };
    const now = whole.get(name) ?? old;
    const chance = random.fork(`liar ${random.below(1_000_000_000)}`);
    const cut = random.below(Math.max(1, now.length));
    yield { mode: 'liar', how: `after "${point.step}", ${name} cut at ${cut}`, image: () => new Map(whole).set(name, now.subarray(0, cut)) };
    yield { mode: 'liar', how: `after "${point.step}", ${name} partly as it was before a flush`, image: () => new Map(whole).set(name, anyBlocks([old, now], 4_096, chance)) };
  }
}

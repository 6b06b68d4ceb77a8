/** `breakwater journal …`: the record itself, with or without a running runtime; and what is lost beside it, made anew without one. */
import { resolve } from 'node:path';
import { FactReader, factsCodec } from '../core/index.ts';
import { openHeader } from '../journal/index.ts';
import type { SealedEntry } from '../journal/index.ts';
import { realClock, realIds } from '../edges/clock/index.ts';
import { onEndSignal } from '../edges/process/index.ts';
import { firstKept, makeKeysAnew, openReader, openSqliteStore, verifyFolder } from '../edges/sqlite/index.ts';
import { sleep } from '../ports/index.ts';
import { reindex as reindexed } from '../runtime/index.ts';
import { jsonLine } from './answer.ts';
import type { Answer } from './answer.ts';
import { wholeNumber } from './cli.ts';
import type { Cli, Common } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { EXIT } from './exit.ts';
import { UnprovenError, UsageError } from './failure.ts';
import { textAt } from './table.ts';

type Options = Common & { readonly data: string };
type RaiseOptions = ControlOptions & { readonly to?: string; readonly reason?: string; readonly by?: string };
type TailOptions = Options & { readonly from?: string; readonly limit: string; readonly follow?: true; readonly type?: string };

const FOLLOW_EVERY_MS = 250;

export async function verify(_: Cli, options: Options): Promise<Answer> {
  const { notes, ...verdict } = await verifyFolder(resolve(options.data), { reader: () => new FactReader(factsCodec) });
  const isSound = verdict.findingCount === 0;
  return {
    data: verdict,
    text: [
      ...verdict.findings.map(({ kind, seq, detail }) => `entry ${seq}  ${kind}  ${detail}`),
      isSound ? `${verdict.entries} entries, every one as it was written; the head is ${verdict.head.hash.slice(0, 12)}${verdict.anchored ? ', as the anchor says' : '. There was no anchor to compare it with'}. The record is in format ${verdict.format}.`
        : `${verdict.findingCount} finding${verdict.findingCount === 1 ? '' : 's'} in ${verdict.entries} entries. Do not trade on this journal.`,
    ],
    warnings: notes,
    exit: isSound ? EXIT.ok : EXIT.unproven,
  };
}

export async function raiseFormat(cli: Cli, options: RaiseOptions): Promise<Answer> {
  const { by = cli.terminal.user } = options;
  const body = { by, ...(options.to === undefined ? {} : { to: wholeNumber('--to', options.to, 1) }), ...(options.reason === undefined ? {} : { reason: options.reason }) };
  const { document } = await asking(options, (control) => control.post('/api/v1/journal/format', body, 'breakwater status'));
  return { data: document, text: [`The journal is in format ${textAt(document, 'format')}. Releases that do not read it refuse to start on this data folder.`] };
}

export async function reindex(_: Cli, { data, acceptGap }: Options & { readonly acceptGap?: true }): Promise<Answer> {
  const directory = resolve(data);
  const reader = openReader(directory);
  try {
    const keys = makeKeysAnew(directory, reader.identity, acceptGap === true);
    try {
      const from = firstKept(directory);
      const done = await reindexed(reader, from, keys);
      keys.finish();
      const gap = from.segment > 1 && keys.goesOnFrom === undefined;
      return {
        data: { ...done, fromSegment: from.segment, goneOnFrom: keys.goesOnFrom ?? null, gap },
        text: [`${done.entries} entries read, every one proven; ${done.rows} rows that ${done.openSegment - from.segment} segments left behind are in ${directory}/segments/keys.db.`],
        warnings: gap ? [`What segments 1 to ${from.segment - 1} left behind is forgotten: a repetition of something that old will look new.`] : [],
      };
    } finally {
      keys.close();
    }
  } finally {
    reader.close();
  }
}

const HEAD_DIGITS = 12;

export async function rebuildAnchor(_: Cli, { data, head }: Options & { readonly head: string }): Promise<Answer> {
  const directory = resolve(data);
  if (!new RegExp(`^[0-9a-f]{${HEAD_DIGITS},64}$`).test(head)) throw new UsageError(`--head is "${head}": give the first ${HEAD_DIGITS} digits of the head's hash, or more. "breakwater journal verify" shows it.`);
  const { findings, head: found } = await verifyFolder(directory);
  const [other] = findings.filter(({ kind }) => kind !== 'anchor');
  if (other !== undefined) throw new UnprovenError(`The anchor was not written: entry ${other.seq}, ${other.kind}: ${other.detail}`);
  if (!found.hash.startsWith(head)) throw new UnprovenError(`The anchor was not written: the journal ends with entry ${found.seq}, ${found.hash.slice(0, HEAD_DIGITS)}, and you compared ${head.slice(0, HEAD_DIGITS)}. Find out which of the two is the truth.`);
  await (await openSqliteStore({ directory, ids: realIds(), clock: realClock(), rebuildAnchor: true })).close();
  return {
    data: { head: found }, text: [`The anchor stands at entry ${found.seq}, ${found.hash.slice(0, HEAD_DIGITS)}.`],
    warnings: ['Entries that were lost at the end are lost without a trace now: you are the one who says that none was. Reconcile before you trade.'],
  };
}

export async function tail(cli: Cli, options: TailOptions): Promise<number> {
  const { terminal } = cli;
  const reader = openReader(resolve(options.data));
  if (reader.note !== undefined) terminal.note(`warning: ${reader.note}`);
  const limit = wholeNumber('--limit', options.limit, 1);
  const head = await reader.head();
  let from = options.from === undefined ? Math.max(1, head.seq - limit + 1) : wholeNumber('--from', options.from, 1);
  const endSeq = options.follow === true ? Infinity : from + limit - 1;
  let stopped = false;
  const off = onEndSignal(() => (stopped = true));
  const clock = realClock();
  try {
    while (!stopped && from <= endSeq) {
      const page = await reader.read(from, Math.min(1_000, endSeq - from + 1));
      for (const entry of page) if (openHeader(entry).type.startsWith(options.type ?? '')) terminal.out(options.json === true ? jsonLine(documentOf(entry)) : lineOf(entry));
      from = (page.at(-1)?.seq ?? from - 1) + 1;
      if (page.length > 0) continue;
      if (options.follow !== true) break;
      await sleep(clock, FOLLOW_EVERY_MS);
    }
  } finally {
    off();
    reader.close();
  }
  return EXIT.ok;
}

function documentOf(entry: SealedEntry): object {
  const { version: _version, ...header } = openHeader(entry);
  return { ...header, at: new Date(header.atMs).toISOString(), hash: entry.hash, payload: JSON.parse(new TextDecoder().decode(entry.payload)) as unknown };
}

function lineOf(entry: SealedEntry): string {
  const header = openHeader(entry);
  return `${String(header.seq).padStart(7)}  ${new Date(header.atMs).toISOString()}  ${header.type.padEnd(22)} ${header.actor.padEnd(18)} ${new TextDecoder().decode(entry.payload)}`;
}

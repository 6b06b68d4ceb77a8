/** `breakwater journal tail` and `breakwater journal verify`: the record itself, with or without a running runtime. */
import { resolve } from 'node:path';
import { openHeader } from '../journal/index.ts';
import type { SealedEntry } from '../journal/index.ts';
import { realClock } from '../edges/clock/index.ts';
import { onEndSignal } from '../edges/process/index.ts';
import { openReader, verifyFolder } from '../edges/sqlite/index.ts';
import { sleep } from '../ports/index.ts';
import { jsonLine } from './answer.ts';
import type { Answer } from './answer.ts';
import { wholeNumber } from './cli.ts';
import type { Cli, Common } from './cli.ts';
import { EXIT } from './exit.ts';

type Options = Common & { readonly data: string };
type TailOptions = Options & { readonly from?: string; readonly limit: string; readonly follow?: true; readonly type?: string };

const FOLLOW_EVERY_MS = 250;

export async function verify(_: Cli, options: Options): Promise<Answer> {
  const { note, ...verdict } = await verifyFolder(resolve(options.data));
  const isSound = verdict.findingCount === 0;
  return {
    data: verdict,
    text: [
      ...verdict.findings.map(({ kind, seq, detail }) => `entry ${seq}  ${kind}  ${detail}`),
      isSound ? `${verdict.entries} entries, every one as it was written; the head is ${verdict.head.hash.slice(0, 12)}${verdict.anchored ? ', as the anchor says' : '. There was no anchor to compare it with'}.`
        : `${verdict.findingCount} finding${verdict.findingCount === 1 ? '' : 's'} in ${verdict.entries} entries. Do not trade on this journal.`,
    ],
    ...(note === undefined ? {} : { warnings: [note] }),
    exit: isSound ? EXIT.ok : EXIT.unproven,
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

/**
 * Writes what node:test reports as one JSON line per finished test, for the process that started the test file.
 *
 * Owns the wire between a test file and `file.ts`. The last line, `{ "end": true }`, is the proof that the file came
 * to its end: a file that crashed or was killed never writes it.
 */
import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';

export type ReportLine =
  | { readonly end: true }
  | {
      readonly end: false;
      readonly title: string;
      readonly place: string;
      readonly outcome: 'passed' | 'failed' | 'skipped';
      readonly why: string;
    };

type Finished = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

function lineOf(data: Finished, passed: boolean): ReportLine | undefined {
  if (data.details.type === 'suite' && passed) return undefined; // a suite is a heading; its tests are counted
  const place = data.file === undefined ? '' : `${data.file}:${data.line ?? 0}`;
  const excuse = data.skip ?? data.todo;
  if (excuse !== undefined && excuse !== false) {
    return { end: false, title: data.name, place, outcome: 'skipped', why: excuse === true ? '' : excuse };
  }
  const error = 'error' in data.details ? data.details.error : undefined;
  const why = passed ? '' : inspect(error?.cause ?? error, { depth: 6 });
  return { end: false, title: data.name, place, outcome: passed ? 'passed' : 'failed', why };
}

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const line = lineOf(event.data, event.type === 'test:pass');
    if (line !== undefined) yield `${JSON.stringify(line)}\n`;
  }
  yield `${JSON.stringify({ end: true } satisfies ReportLine)}\n`;
}

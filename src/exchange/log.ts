/**
 * Where the exchange writes down what happened, and how a turn looks as text.
 *
 * One line is one turn: a JSON array of the events it caused. So a line that was torn by a crash takes the whole turn with it,
 * and a turn is never seen in part. A torn line was never answered: readers of files drop it.
 */
import { reasonOf } from '../base/index.ts';
import { ExchangeLogError } from './errors.ts';
import type { LogEvent } from './event.ts';

export interface ExchangeLog {
  /** Every whole line, in order. Asked for once, before the first append. */
  read(): Promise<readonly string[]>;
  /** Resolves once the lines are durable, after all lines of earlier calls. Rejects when that cannot be known. */
  append(lines: readonly string[]): Promise<void>;
}

export type MemoryLog = ExchangeLog & { readonly lines: string[] };

/** A log that lives as long as the array: for simulations, and for an exchange that may forget. */
export function memoryLog(lines: string[] = []): MemoryLog {
  return {
    lines,
    read: () => Promise.resolve([...lines]),
    append: (more) => {
      lines.push(...more);
      return Promise.resolve();
    },
  };
}

export const encodeTurn = (events: readonly LogEvent[]): string => JSON.stringify(events);

export function decodeTurns(lines: readonly string[]): LogEvent[] {
  const events: LogEvent[] = [];
  for (const [index, line] of lines.entries()) {
    for (const event of decodeTurn(line, index + 1)) {
      if (event.seq !== events.length + 1) throw new ExchangeLogError(`line ${index + 1}`, `event ${event.seq} stands where event ${events.length + 1} belongs`);
      events.push(event);
    }
  }
  return events;
}

function decodeTurn(line: string, number: number): readonly LogEvent[] {
  try {
    const turn: unknown = JSON.parse(line);
    if (Array.isArray(turn)) return turn as LogEvent[];
  } catch (thrown) {
    throw new ExchangeLogError(`line ${number}`, reasonOf(thrown));
  }
  throw new ExchangeLogError(`line ${number}`, 'it is not a list of events');
}

/** What can be wrong with the record itself. What can be wrong with the disk under it belongs to the engine. */
import { BreakwaterError } from '../base/index.ts';

/** A value does not have the shape that its fact type declares. Written: nothing. Read: the entry is not what it says it is. */
export class ShapeError extends BreakwaterError {
  readonly code = 'BW-7201';
  readonly retryable = false;
  readonly path: string; // "fills[2].priceUnits"; empty for the value itself
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`${path === '' ? 'The value' : `Field "${path}"`} ${problem}. Nothing was written or believed; correct the value, or read the entry with a release that knows its shape.`);
    this.path = path;
    this.problem = problem;
  }
}

/** The journal holds a fact that this release does not know. */
export class UnknownFactError extends BreakwaterError {
  readonly code = 'BW-7202';
  readonly retryable = false;

  constructor(type: string, typeVersion: number) {
    super(`The journal holds a fact "${type}" of version ${typeVersion}, which this release does not know. Nothing was changed; start the release that wrote it, or a newer one.`);
  }
}

/** The bytes of an entry contradict each other: header, payload, hash or place in the chain. */
export class EntryError extends BreakwaterError {
  readonly code = 'BW-7203';
  readonly retryable = false;
  readonly seq: number;
  readonly problem: string;

  constructor(seq: number, problem: string) {
    super(`Entry ${seq} of the journal ${problem}. Trading cannot rest on it; run "breakwater journal verify" and restore the data folder from a backup.`);
    this.seq = seq;
    this.problem = problem;
  }
}

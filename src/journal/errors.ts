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

/** A fact that no journal of this format holds: no newer release has raised it, so nobody can have written it. */
export class UnknownFactError extends BreakwaterError {
  readonly code = 'BW-7202';
  readonly retryable = false;

  constructor(type: string, typeVersion: number, format: number) {
    super(`"${type}" of version ${typeVersion} is no fact of a journal in format ${format}: a release that writes it raises the format first. So the entry is damaged, forged, or of a build that is no release. ` +
      'Nothing was changed; run "breakwater journal verify", and restore the data folder from a backup.');
  }
}

/** The journal was raised by a newer release than this one. */
export class NewerFormatError extends BreakwaterError {
  readonly code = 'BW-7204';
  readonly retryable = false;
  readonly seq: number;
  readonly format: number;

  constructor(seq: number, format: number, reads: number) {
    super(`The journal was raised to format ${format} (entry ${seq} says so), and this release reads up to format ${reads}: it could misunderstand what a newer release wrote. Nothing was started and nothing was changed. ` +
      'Start the release that raised it, or a newer one ("breakwater version" says what each one reads). A format is never lowered: to go back, restore a backup from before it was raised.');
    this.seq = seq;
    this.format = format;
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

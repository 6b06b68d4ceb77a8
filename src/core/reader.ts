/**
 * How facts come out of their bytes: every reader of the journal goes through here, so that each knows a newer release's journal
 * from a damaged one.
 *
 *   V3. Nothing after a raise that this release does not read is taken for anything.
 */
import { FIRST_FORMAT, NewerFormatError } from '../journal/index.ts';
import type { Fact, Facts } from './events.ts';

type Header = { readonly seq: number; readonly type: string; readonly typeVersion: number };

/**
 * What an entry says, in the newest words.
 * Throws NewerFormatError, UnknownFactError or ShapeError.
 * @param format of the journal before this entry; a segment says itself in which one it begins
 */
export function readFact(facts: Facts, format: number, { seq, type, typeVersion }: Header, payload: Uint8Array): Fact {
  const { reads } = facts.formats;
  if (format > reads) throw new NewerFormatError(seq, format, reads);
  const fact = facts.decode(type, typeVersion, payload, format);
  const after = formatAfter(format, fact);
  if (after > reads) throw new NewerFormatError(seq, after, reads); // V3
  return fact;
}

function formatAfter(format: number, fact: Fact): number {
  return fact.type === 'format.raised' ? fact.to : fact.type === 'segment.opened' ? fact.recordFormat ?? FIRST_FORMAT : format;
}

/** For whoever reads without folding: the entries of one journal in their order, from the first one or from the opening of a segment. */
export class FactReader {
  readonly #facts: Facts;
  format = FIRST_FORMAT; // of the journal, after the entries read so far

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Throws NewerFormatError, UnknownFactError or ShapeError. */
  take(header: Header, payload: Uint8Array): Fact {
    try {
      const fact = readFact(this.#facts, this.format, header, payload);
      this.format = formatAfter(this.format, fact);
      return fact;
    } catch (thrown) {
      if (thrown instanceof NewerFormatError) this.format = thrown.format; // it does not go on
      throw thrown;
    }
  }
}

/**
 * Fact types: what the journal can say, each with its version, its payload and a sentence for the reference.
 *
 *   F1. A (type, version) means the same for ever. A changed payload or a mended rule is a new version beside the old one.
 *   F2. In code, version 1 of `order.blocked` is the fact `order.blocked` and version 2 is `order.blocked@2`: each has its own
 *       case in every switch, and the old one keeps its meaning.
 *   F3. Where a version can say all that the one before it said, it *supersedes* it: whoever reads sees only the newer one, raised
 *       in memory, once, on its way out of the bytes. The bytes stay as they are.
 *   F4. A fact is written only in a journal whose format has it. The format of a journal only rises.
 */
import { invariant } from '../base/index.ts';
import { UnknownFactError } from './errors.ts';
import { decode, encode, recordBeside } from './shape.ts';
import type { FieldNote, Fields, RecordOf, Shape } from './shape.ts';

/** @typeParam Older the name of the version that it supersedes */
export type FactType<Name extends string = string, F extends Fields = Fields, Older extends string = string> = {
  readonly name: Name; // as in code: "order.blocked", "order.blocked@2"
  readonly type: string; // as in the header: "order.blocked"
  readonly version: number;
  readonly since: number; // the first format of a journal that may hold it
  readonly doc: string;
  readonly fields: readonly FieldNote[];
  readonly shape: Shape<RecordOf<F>>;
  readonly supersedes: { readonly name: Older; upcast(fields: never): object } | undefined;
};

type NameOf<Type extends string, Version extends number> = Version extends 1 ? Type : `${Type}@${Version}`;

/**
 * Declares a fact: `defineFact('order.blocked', 1, { orderId: text('which') }, 'An order was refused before it left.')`.
 * @param since the first format of a journal that has it
 */
export function defineFact<const Type extends string, const Version extends number, F extends Fields & { readonly type?: never }>(
  type: Type, version: Version, fields: F, doc: string, since = 1,
): FactType<NameOf<Type, Version>, F, never> {
  invariant(!('type' in fields), `the fact ${type} has no field "type", which is taken by its name`);
  const shape = recordBeside(fields as Fields, doc, 'type') as unknown as Shape<RecordOf<F>>;
  return { name: (version === 1 ? type : `${type}@${version}`) as NameOf<Type, Version>, type, version, since, doc, fields: shape.fields ?? [], shape, supersedes: undefined };
}

type Before = [never, never, 1, 2, 3, 4, 5, 6, 7, 8];
type NameBefore<Name extends string> = Name extends `${infer Type}@${infer Version extends number}` ? NameOf<Type, Before[Version] & number> : never;

/**
 * The same fact, of which one version fewer is met in code (F3): `supersedes(blocked2, blocked1, (old) => ({ ...old, limitUnits: 0n }))`.
 * A chain has no gaps: version 3 supersedes version 2 and no other.
 * @param upcast pure and total: what the older version said, in the words of the newer one
 */
export function supersedes<Name extends string, F extends Fields, G extends Fields>(
  newer: FactType<Name, F, never>, older: FactType<NameBefore<Name>, G>, upcast: (older: RecordOf<G>) => RecordOf<F>,
): FactType<Name, F, NameBefore<Name>> {
  return { ...newer, supersedes: { name: older.name, upcast } };
}

/** What those who fold see: the union of the facts of a list, without those that are superseded. `type Fact = FactOf<typeof allFacts>`. */
export type FactOf<List extends readonly unknown[]> = Exclude<WrittenOf<List>, { readonly type: OlderOf<List[number]> }>;
/** What may be written: every version of a list. */
export type WrittenOf<List extends readonly unknown[]> = { [Index in keyof List]: OneFact<List[Index]> }[number];
type OneFact<T> = T extends FactType<infer Name, infer F> ? { readonly type: Name } & RecordOf<F> : never;
type OlderOf<T> = T extends { readonly supersedes: { readonly name: infer Older } | undefined } ? Older : never;

/** Formats of journals that a release can deal with. It reads the next one before it writes it. */
export type Formats = { readonly reads: number; readonly writes: number };
export const FIRST_FORMAT = 1;

export type EncodedFact = { readonly type: string; readonly typeVersion: number; readonly payload: Uint8Array };

export interface FactCodec<Fact, Written = Fact> {
  readonly types: readonly FactType<string, never>[];
  readonly formats: Formats;
  /** Throws ShapeError when the fact is not what its type declares, InvariantError when a journal of that format may not hold it (F4). */
  encode(fact: Written, format: number): EncodedFact;
  /**
   * What the bytes say, in the newest words (F3).
   * Throws UnknownFactError when a journal of that format holds no such fact, or ShapeError when the bytes are not what the type declares.
   */
  decode(type: string, typeVersion: number, payload: Uint8Array, format?: number): Fact;
  /** The same in the newest words: what is folded of a fact that was just written. */
  upcast(fact: Written): Fact;
}

type Known = FactType<string, never>;
type Codec<List extends readonly Known[]> = FactCodec<FactOf<List> & { readonly type: string }, WrittenOf<List> & { readonly type: string }>;

export function factCodec<const List extends readonly Known[]>(list: List, formats: Formats = { reads: FIRST_FORMAT, writes: FIRST_FORMAT }): Codec<List> {
  const byName = new Map<string, Known>(list.map((fact) => [fact.name, fact]));
  invariant(byName.size === list.length, 'every (type, version) is declared once');
  invariant(formats.writes <= formats.reads && list.every(({ since }) => since <= formats.reads), 'a release reads every format it writes, and every fact it has');
  const newer = new Map<string, Known>();
  for (const fact of list) {
    if (fact.supersedes === undefined) continue;
    const older = byName.get(fact.supersedes.name);
    invariant(older !== undefined && older.since <= fact.since, `${fact.name} supersedes a fact that is known, and not younger`);
    newer.set(older.name, fact);
  }
  type Fact = FactOf<List> & { readonly type: string };
  const raised = (known: Known, fields: object): Fact => {
    const next = newer.get(known.name);
    return next === undefined ? { type: known.name, ...fields } as Fact : raised(next, next.supersedes?.upcast(fields as never) ?? fields);
  };
  return {
    types: list, formats,
    encode(fact, format) {
      const known = byName.get(fact.type);
      if (known === undefined) throw new UnknownFactError(fact.type, 1, format);
      invariant(known.since <= format, `${fact.type} is written in a journal of format ${known.since} or later (this one has ${format})`);
      return { type: known.type, typeVersion: known.version, payload: encode(known.shape as Shape<unknown>, fact) };
    },
    decode(type, typeVersion, payload, format = formats.reads) {
      const known = byName.get(typeVersion === 1 ? type : `${type}@${typeVersion}`);
      if (known === undefined || known.version !== typeVersion || known.since > format) throw new UnknownFactError(type, typeVersion, format);
      return raised(known, decode(known.shape as Shape<object>, payload));
    },
    upcast(fact) {
      const known = newer.has(fact.type) ? byName.get(fact.type) : undefined;
      if (known === undefined) return fact as unknown as Fact; // the newest already
      const { type: _type, ...fields } = fact;
      return raised(known, fields);
    },
  };
}

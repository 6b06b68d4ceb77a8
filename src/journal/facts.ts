/**
 * Fact types: what the journal can say, each with its version, its payload and a sentence for the reference.
 *
 *   F1. A (type, version) means the same for ever. A changed payload or a mended rule is a new version beside the old one.
 *   F2. In code, version 1 of `order.blocked` is the fact `order.blocked` and version 2 is `order.blocked@2`: each has its own
 *       case in every switch, and the old one keeps its meaning.
 */
import { invariant } from '../base/index.ts';
import { UnknownFactError } from './errors.ts';
import { decode, encode, recordBeside } from './shape.ts';
import type { FieldNote, Fields, RecordOf, Shape } from './shape.ts';

export type FactType<Name extends string = string, F extends Fields = Fields> = {
  readonly name: Name; // as in code: "order.blocked", "order.blocked@2"
  readonly type: string; // as in the header: "order.blocked"
  readonly version: number;
  readonly doc: string;
  readonly fields: readonly FieldNote[];
  readonly shape: Shape<RecordOf<F>>;
};

type NameOf<Type extends string, Version extends number> = Version extends 1 ? Type : `${Type}@${Version}`;

/** Declares a fact: `defineFact('order.blocked', 1, { orderId: text('which') }, 'An order was refused before it left.')`. */
export function defineFact<const Type extends string, const Version extends number, F extends Fields & { readonly type?: never }>(
  type: Type, version: Version, fields: F, doc: string,
): FactType<NameOf<Type, Version>, F> {
  invariant(!('type' in fields), `the fact ${type} has no field "type", which is taken by its name`);
  const shape = recordBeside(fields as Fields, doc, 'type') as unknown as Shape<RecordOf<F>>;
  return { name: (version === 1 ? type : `${type}@${version}`) as NameOf<Type, Version>, type, version, doc, fields: shape.fields ?? [], shape };
}

/** The union of the facts of a list: `type Fact = FactOf<typeof allFacts>`. */
export type FactOf<List extends readonly unknown[]> = { [Index in keyof List]: OneFact<List[Index]> }[number];
type OneFact<T> = T extends FactType<infer Name, infer F> ? { readonly type: Name } & RecordOf<F> : never;

export type EncodedFact = { readonly type: string; readonly typeVersion: number; readonly payload: Uint8Array };

export interface FactCodec<Fact> {
  /** Throws ShapeError when the fact is not what its type declares. */
  encode(fact: Fact): EncodedFact;
  /** Throws UnknownFactError, or ShapeError when the bytes are not what the type declares. */
  decode(type: string, typeVersion: number, payload: Uint8Array): Fact;
  readonly types: readonly FactType<string, never>[];
}

export function factCodec<const List extends readonly FactType<string, never>[]>(list: List): FactCodec<FactOf<List> & { readonly type: string }> {
  const byName = new Map<string, FactType<string, never>>(list.map((fact) => [fact.name, fact]));
  invariant(byName.size === list.length, 'every (type, version) is declared once');
  return {
    types: list,
    encode(fact) {
      const known = byName.get(fact.type);
      if (known === undefined) throw new UnknownFactError(fact.type, 1);
      return { type: known.type, typeVersion: known.version, payload: encode(known.shape as Shape<unknown>, fact) };
    },
    decode(type, typeVersion, payload) {
      const known = byName.get(typeVersion === 1 ? type : `${type}@${typeVersion}`);
      if (known === undefined || known.version !== typeVersion) throw new UnknownFactError(type, typeVersion);
      const fields = decode(known.shape as Shape<object>, payload);
      return { type: known.name, ...fields } as FactOf<List> & { readonly type: string };
    },
  };
}

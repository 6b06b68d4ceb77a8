/** Which signals were dealt with without an order, so that a repetition gets the same answer; and counts per source. */
import { Table } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import type { messageFacts } from './facts.ts';

export type MessageFact = FactOf<typeof messageFacts>;
export type Dealt = { readonly kind: 'refused' | 'cancelled' | 'met'; readonly content: string; readonly code: string; readonly reason: string; readonly orderIds: readonly string[]; readonly atMs: number };

export type Messages = {
  readonly dealt: Table<Dealt>; // by intent key
  readonly bodies: Table<{ readonly key: string; readonly atMs: number }>; // by the key of the body
  readonly counts: Table<number>; // by `source outcome`
  readonly silences: Table<Silence>; // by source, as long as it is silent
};
export type Silence = { readonly sinceMs: number; readonly wallMs: number; readonly lastHeardMs: number | null; readonly cutOff: boolean };

export const emptyMessages = (): Messages => ({ dealt: new Table('texts'), bodies: new Table('texts'), counts: new Table(), silences: new Table() });

export function evolveMessages(messages: Messages, fact: MessageFact, { atMs, wallMs }: { readonly atMs: number; readonly wallMs: number }): void {
  switch (fact.type) {
    case 'signal.quarantined': return count(messages, `${fact.source} quarantined`);
    case 'signal.refused':
      messages.dealt.set(fact.key, { kind: 'refused', content: fact.content, code: fact.code, reason: fact.reason, orderIds: [], atMs });
      return count(messages, `${fact.source} refused`);
    case 'signal.cancelled':
      messages.dealt.set(fact.key, { kind: 'cancelled', content: fact.content, code: '', reason: '', orderIds: fact.orderIds, atMs });
      return count(messages, `${fact.source} cancelled`);
    case 'signal.sized':
      if (fact.outcome === 'met') messages.dealt.set(fact.key, { kind: 'met', content: fact.content, code: '', reason: '', orderIds: [], atMs });
      return count(messages, `${fact.source} ${fact.outcome === 'met' ? 'met' : 'sized'}`);
    case 'signal.silent':
      messages.silences.set(fact.source, { sinceMs: atMs, wallMs, lastHeardMs: fact.lastHeardMs ?? null, cutOff: fact.cutOff });
      return count(messages, `${fact.source} silent`);
    case 'signal.heard': return messages.silences.delete(fact.source);
    case 'signal.keyed': return messages.bodies.set(fact.body, { key: fact.key, atMs });
  }
}

/** A wish that was taken and came to nothing: who repeats it hears that. */
export function evolveEnded(messages: Messages, { key, content, code, why }: { readonly key: string; readonly content: string; readonly code: string; readonly why: string }, atMs: number): void {
  messages.dealt.set(key, { kind: 'refused', content, code, reason: why, orderIds: [], atMs });
}

const count = (messages: Messages, what: string): void => messages.counts.set(what, (messages.counts.get(what) ?? 0) + 1);

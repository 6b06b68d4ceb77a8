/**
 * The first entry of a journal that was restored from a backup: it shuts the gate before anybody can open the journal.
 *
 *   R1. It is written by whoever restores, into the journal itself, before the folder has its name. No start can pass it by.
 *   R2. Its epoch is above that of the backup. Journal time stands where the backup left it: the next start judges the wall clock.
 */
import { invariant } from '../base/index.ts';
import { factsCodec } from '../core/index.ts';
import { FIRST_FORMAT, openHeader, Sealer } from '../journal/index.ts';
import type { Head, Store } from '../journal/index.ts';
import type { Clock, Ids } from '../ports/index.ts';
import { OutcomeUnknownError } from './errors.ts';

export type Restoring = { readonly backup: string; readonly takenAtMs: number; readonly by: string };

/** @returns the head after it. @throws OutcomeUnknownError when the disk did not confirm it: the folder must not be used */
export async function haltRestored(store: Store, { backup, takenAtMs, by }: Restoring, ports: { readonly clock: Pick<Clock, 'wallMs'>; readonly ids: Ids }): Promise<Head> {
  const head = await store.head();
  const [last] = head.seq === 0 ? [] : await store.read(head.seq, 1);
  invariant(head.seq === 0 || last !== undefined, 'a journal can read its own head');
  const wallMs = Math.floor(ports.clock.wallMs());
  const atMs = last === undefined ? wallMs : openHeader(last).atMs; // R2
  const sealer = new Sealer(head, { epoch: head.epoch + 1, bootId: ports.ids.id(), lastAtMs: atMs });
  const fact = factsCodec.encode({ type: 'journal.restored', backup, headSeq: head.seq, headHash: head.hash, takenAtMs, by }, FIRST_FORMAT);
  const result = await store.append(sealer.seal({ atMs, wallMs, actor: `operator:${by}`, correlationId: 'restore' }, [fact]));
  if (result.kind !== 'durable') throw new OutcomeUnknownError(result.why);
  return store.head();
}

/** What every engine asks of an append before it writes anything. */
import type { AppendBatch, AppendResult, Head } from './types.ts';

/** Why this batch may not be written after this head; undefined when it may. A stale producer is told so first: it must stop for good. */
export function refusalOf(head: Head, batch: Pick<AppendBatch, 'epoch' | 'expectSeq' | 'expectHash'>): Extract<AppendResult, { kind: 'refused' }> | undefined {
  if (batch.epoch < head.epoch) return { kind: 'refused', why: 'stale' };
  if (batch.expectSeq !== head.seq || batch.expectHash !== head.hash) return { kind: 'refused', why: 'head' };
  return undefined;
}

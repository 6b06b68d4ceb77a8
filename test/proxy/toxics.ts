/**
 * What a connection can be made to suffer, in the words of Toxiproxy, with two more: `half_close`, and `afterBytes`.
 *
 * Each is of one direction: `upstream` is what the client sends, `downstream` what comes back to it. `toxicity` is the
 * share of connections that are struck; a connection is struck or spared once, by seeded chance.
 */
export type Direction = 'upstream' | 'downstream';

export type Toxic =
  /** Every byte comes that much later, give or take the jitter; the order stays. */
  | { readonly type: 'latency'; readonly latencyMs: number; readonly jitterMs?: number }
  /** With 0 nothing gets through and nothing more is read: the sender feels it. */
  | { readonly type: 'bandwidth'; readonly bytesPerSecond: number }
  /** The end of a direction is passed on later. */
  | { readonly type: 'slow_close'; readonly delayMs: number }
  /** What is sent is thrown away; the connection is closed after the time, with 0 never. */
  | { readonly type: 'timeout'; readonly timeoutMs: number }
  /** Both ends are reset: after a time, or when more than so many bytes want through. */
  | { readonly type: 'reset_peer'; readonly timeoutMs: number }
  | { readonly type: 'reset_peer'; readonly afterBytes: number }
  /** Bytes come in small pieces, with a pause between them. */
  | { readonly type: 'slicer'; readonly averageBytes: number; readonly variationBytes?: number; readonly delayMs?: number }
  /** The connection is closed once so many bytes went through. */
  | { readonly type: 'limit_data'; readonly bytes: number }
  /** This direction ends after so many bytes, what follows is thrown away, and the other direction goes on. */
  | { readonly type: 'half_close'; readonly afterBytes: number };

export type ToxicOptions = { readonly name?: string; readonly toxicity?: number };

/** What ends a direction or a connection. */
export type Ending = 'close' | 'reset' | 'half-close';

/** When the passing of time alone ends it, counted from the begin of the connection or of the toxic, whichever is later. */
export function endsAfter(toxic: Toxic): { readonly ms: number; readonly ending: Ending } | undefined {
  if (toxic.type === 'timeout' && toxic.timeoutMs > 0) return { ms: toxic.timeoutMs, ending: 'close' };
  return toxic.type === 'reset_peer' && 'timeoutMs' in toxic ? { ms: toxic.timeoutMs, ending: 'reset' } : undefined;
}

/** How many bytes it lets through, and what happens then: at the last of them, or where `more` wants through. */
export function endsAt(toxic: Toxic): { readonly bytes: number; readonly ending: Ending; readonly at: 'last' | 'more' } | undefined {
  switch (toxic.type) {
    case 'limit_data': return { bytes: toxic.bytes, ending: 'close', at: 'last' };
    case 'half_close': return { bytes: toxic.afterBytes, ending: 'half-close', at: 'last' };
    case 'reset_peer': return 'afterBytes' in toxic ? { bytes: toxic.afterBytes, ending: 'reset', at: 'more' } : undefined;
    default: return undefined;
  }
}

/** How long a piece is held, where `draw` is that piece's chance, from 0 to 1. */
export function heldMs(toxic: Toxic, draw: number): number {
  return toxic.type === 'latency' ? Math.max(0, toxic.latencyMs + (toxic.jitterMs ?? 0) * (draw * 2 - 1)) : 0;
}

/** How many of `bytes` go together, and what it costs them. */
export function portionOf(toxic: Toxic, bytes: number, draw: number): { readonly bytes: number; readonly costMs: (bytes: number) => number } {
  if (toxic.type === 'slicer') {
    const wanted = Math.round(toxic.averageBytes + (toxic.variationBytes ?? 0) * (draw * 2 - 1));
    return { bytes: Math.min(bytes, Math.max(1, wanted)), costMs: () => toxic.delayMs ?? 0 };
  }
  if (toxic.type === 'bandwidth') {
    const { bytesPerSecond } = toxic;
    return { bytes: Math.min(bytes, Math.max(1, Math.ceil(bytesPerSecond / 50))), costMs: (sent) => (bytesPerSecond === 0 ? Infinity : (sent / bytesPerSecond) * 1_000) };
  }
  return { bytes, costMs: () => 0 };
}

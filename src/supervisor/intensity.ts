/** How often a process may be started again, and how soon: often enough for bad luck, not often enough to hide a fault. */
export type Intensity = {
  readonly restarts: number; // at most so many …
  readonly withinMs: number; // … in this time
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
};

/** @param restartsAtMs when it was started again so far, in order */
export function nextRestart(restartsAtMs: readonly number[], nowMs: number, { restarts, withinMs, firstPauseMs, longestPauseMs }: Intensity): { readonly afterMs: number } | 'give-up' {
  const recent = restartsAtMs.filter((atMs) => nowMs - atMs < withinMs).length;
  if (recent >= restarts) return 'give-up';
  return { afterMs: Math.min(longestPauseMs, firstPauseMs * 2 ** recent) };
}

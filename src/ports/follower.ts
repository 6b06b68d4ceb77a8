/**
 * Somebody who folds the same entries a second time, where the loop that trades does not wait for it.
 *
 *   Y1. Only what is durable is folded, each entry after its bytes and its place in the chain were proven.
 *   Y2. One question at a time, each answered after a page at most: whoever asks sees it move, and bounds what is under way.
 */

/** `freeze`: at `seq` the whole state is wanted too. */
export type Goal = { readonly seq: number; readonly freeze: boolean };

export type Followed =
  /** Stands at `seq`, perhaps short of the goal. At the goal it says what the fold comes to, unless it began behind it. */
  | { readonly kind: 'stands'; readonly seq: number; readonly hash: string; readonly digest?: string; readonly state?: Uint8Array }
  /** This entry is not what follows from the ones before: its bytes, its place, or what it says. */
  | { readonly kind: 'unreadable'; readonly seq: number; readonly why: string };

export interface Follower {
  /** A step towards the goal. Rejects when it could not be taken; what is wrong with the record is an answer. */
  fold(goal: Goal): Promise<Followed>;
  /** Lets go of everything, in the middle of a step if need be. */
  end(): Promise<void>;
}

export type StartFollower = () => Follower;

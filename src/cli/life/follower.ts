/**
 * The second fold in a thread of its own, over the journal's file opened for reading.
 *
 * The thread reads the pages itself: the loop that trades hands over one small question per page and takes one small answer, whatever
 * the entries weigh. A frozen state comes over without a copy.
 */
import { answerAsThread, startThread } from '../../edges/process/index.ts';
import { openReader } from '../../edges/sqlite/index.ts';
import type { Followed, Follower, Goal } from '../../ports/index.ts';
import { followerOver } from '../../runtime/index.ts';

const ownFile = (): URL => new URL(`./follower-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** @param file of the thread; another one only in a test */
export function followerIn(directory: string, file: URL = ownFile()): Follower {
  const thread = startThread(file, 'follower', { directory });
  return {
    fold: (goal) => thread.ask(goal) as Promise<Followed>,
    end: () => thread.end(),
  };
}

/** What the file of the thread calls. */
export function followAsThread(folding?: Parameters<typeof followerOver>[1]): void {
  answerAsThread((data) => {
    const follower = followerOver(openReader((data as { readonly directory: string }).directory), folding);
    return async (goal) => {
      const value = await follower.fold(goal as Goal);
      const state = value.kind === 'stands' ? value.state : undefined;
      return { value, ...(state?.buffer instanceof ArrayBuffer ? { hands: [state.buffer] } : {}) };
    };
  });
}

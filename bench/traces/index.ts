/** Circuit breakers of others and ours on the same traces. */
import { contenders } from './contenders.ts';
import { onStage } from './stage.ts';
import { traces } from './traces.ts';

export type Outcome = { readonly title: string; readonly good: string; readonly seen: Readonly<Record<string, string>> };

/** What each does on each trace. */
export async function outcomesOf(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { title, good, run } of traces) {
    const seen: Record<string, string> = {};
    for (const contender of contenders) seen[contender.name] = await onStage((clock) => run(contender, clock));
    outcomes.push({ title, good, seen });
  }
  return outcomes;
}

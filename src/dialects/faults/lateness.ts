/** Which orders are shown without their newest executions, and until when. */
import type { Classifier, RequestKind, ShownOrder } from '../classifier.ts';

type Veil = { readonly shown: ShownOrder; readonly untilMs: number };

export class Lateness {
  readonly #veils = new Map<string, Veil>();

  /** @param shown the order as it stood before the executions that come late */
  begin(shown: ShownOrder, untilMs: number): void {
    if (!this.#veils.has(shown.id)) this.#veils.set(shown.id, { shown, untilMs });
  }

  /** An answer as it reads without the executions that come late. */
  veil(classify: Classifier, kind: RequestKind, body: string, nowMs: number): string {
    return [...this.#live(nowMs)].reduce((text, { shown }) => classify.withoutExecutions(kind, text, shown), body);
  }

  /** Whether an event is about an order whose news comes late: it is not sent at all. */
  silences(orderId: string | undefined, nowMs: number): boolean {
    return orderId !== undefined && [...this.#live(nowMs)].some(({ shown }) => shown.id === orderId);
  }

  *#live(nowMs: number): Iterable<Veil> {
    for (const [id, veil] of this.#veils) {
      if (nowMs < veil.untilMs) yield veil;
      else this.#veils.delete(id);
    }
  }

  clear(): void {
    this.#veils.clear();
  }
}

/** Which orders the client has been told of, and which it must not see yet. */
import type { ShownOrder } from '../classifier.ts';

const rememberedPerAccount = 50;

export class Visibility {
  readonly #hiddenUntilMs = new Map<string, number>();
  readonly #takenAtMs = new Map<string, number>();
  readonly #shown = new Map<string, ShownOrder[]>();

  taken(orderId: string, nowMs: number): void {
    this.#takenAtMs.set(orderId, nowMs);
    const oldest = this.#takenAtMs.keys().next().value;
    if (this.#takenAtMs.size > 1_000 && oldest !== undefined) this.#takenAtMs.delete(oldest);
  }

  hide(orderId: string, untilMs: number): void {
    this.#hiddenUntilMs.set(orderId, untilMs);
  }

  /** Whether a read at this moment must not show the order. */
  hides(orderId: string, nowMs: number): boolean {
    const untilMs = this.#hiddenUntilMs.get(orderId);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#hiddenUntilMs.delete(orderId);
    return false;
  }

  /** Whether the order was taken less than this long ago. */
  isYoung(orderId: string, nowMs: number, ageMs: number): boolean {
    const atMs = this.#takenAtMs.get(orderId);
    return atMs !== undefined && nowMs < atMs + ageMs;
  }

  remember(account: string, order: ShownOrder): void {
    const orders = (this.#shown.get(account) ?? []).filter(({ id }) => id !== order.id);
    this.#shown.set(account, [...orders, order].slice(-rememberedPerAccount));
  }

  /** Another order of the account, as some answer showed it. */
  others(account: string, orderId: string): readonly ShownOrder[] {
    return (this.#shown.get(account) ?? []).filter(({ id }) => id !== orderId);
  }

  clear(): void {
    this.#hiddenUntilMs.clear();
  }
}

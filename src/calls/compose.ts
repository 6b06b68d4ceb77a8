/** Guards around one another: the first is the outermost. What any of them needs of the work, the whole needs. */
import { calling } from './guard.ts';
import type { CallOptions, Guard, Work } from './guard.ts';
import { Scope } from './scope.ts';

type AnyGuard = Guard | Guard<'repeatable'>;
type NeedsOf<Guards extends readonly AnyGuard[]> = 'repeatable' extends Guards[number]['needs'] ? 'repeatable' : 'once';

/** `compose(retry, breaker, timeout, bulkhead)`: tries again around a circuit, around an end to waiting, around a place. */
export function compose<const Guards extends readonly AnyGuard[]>(...guards: Guards): Guard<NeedsOf<Guards>> {
  return new Composed(guards) as unknown as Guard<NeedsOf<Guards>>;
}

class Composed implements Guard {
  readonly needs: 'once';
  readonly #outer: AnyGuard;
  readonly #inner: AnyGuard | undefined;

  constructor([outer, ...inner]: readonly AnyGuard[]) {
    if (outer === undefined) throw new TypeError('compose() needs at least one guard: an empty one would guard nothing and look as if it did.');
    this.#outer = outer;
    this.#inner = inner.length > 1 ? new Composed(inner) : inner[0];
    this.needs = (outer.needs === 'repeatable' ? outer.needs : this.#inner?.needs ?? 'once') as 'once';
  }

  call<T>(work: Work<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  within<T>(work: Work<T>, scope: Scope): Promise<T> {
    const inner = this.#inner;
    return inner === undefined ? this.#outer.within(work, scope) : this.#outer.within((narrower) => inner.within(work, narrower), scope);
  }
}

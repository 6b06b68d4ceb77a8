/** Which order of ours carries a name at a venue. A level for each venue, so that no name is copied into a longer one. */
export class NameIndex {
  readonly #byVenue = new Map<string, Map<string, string>>();

  /** The id of the order. */
  get(venue: string, name: string): string | undefined {
    return this.#byVenue.get(venue)?.get(name);
  }

  has(venue: string, name: string): boolean {
    return this.#byVenue.get(venue)?.has(name) === true;
  }

  set(venue: string, name: string, orderId: string): void {
    let names = this.#byVenue.get(venue);
    if (names === undefined) this.#byVenue.set(venue, names = new Map<string, string>());
    names.set(name, orderId);
  }

  /** Where the name leads to this order. */
  drop(venue: string, name: string, orderId: string): void {
    const names = this.#byVenue.get(venue);
    if (names?.get(name) === orderId) names.delete(name);
  }

  clear(): void {
    this.#byVenue.clear();
  }

  get size(): number {
    let size = 0;
    for (const names of this.#byVenue.values()) size += names.size;
    return size;
  }

  /** Everything that is known, for comparing: venue, name, order id. */
  *entries(): IterableIterator<[string, string, string]> {
    for (const [venue, names] of this.#byVenue) for (const [name, orderId] of names) yield [venue, name, orderId];
  }
}

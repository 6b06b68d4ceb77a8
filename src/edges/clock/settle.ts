/**
 * Resolves once all work that needs no outside event is done: an immediate runs only after every microtask and every
 * `process.nextTick`, however many of each other they start.
 */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

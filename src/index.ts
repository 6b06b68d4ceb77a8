/** The public library, by name. */
export {};

/** Where the state of a rate budget is kept, for the next life and for whoever shares it. One text, with a version. */
export interface QuotaStore {
  /** The newest; undefined where nothing was ever kept. */
  read(): Promise<{ readonly version: number; readonly text: string } | undefined>;
  /** Puts `text` in the place of `version` (0: of nothing). True once it is durable; false where somebody else was first. Rejects where it is not known. */
  replace(version: number, text: string): Promise<boolean>;
}

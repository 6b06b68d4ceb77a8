/** What a venue says of its limits, in whatever words it says it; all of it as time from now, as nobody's clock can be trusted. */

/** What the venue says of a window. `resetInMs`: when it begins anew; without it, a whole window is waited for. */
export type ToldWindow = { readonly limit?: number; readonly remaining?: number; readonly used?: number; readonly resetInMs?: number };
export type Told = { readonly windows?: Readonly<Record<string, ToldWindow>>; readonly limited?: { readonly afterMs?: number }; readonly banned?: { readonly afterMs?: number } };

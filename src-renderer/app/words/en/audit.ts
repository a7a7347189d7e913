/** Words of the station audit. */

export const audit = {} as const;

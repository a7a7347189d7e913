/** Words of the station score. */

export const score = {} as const;

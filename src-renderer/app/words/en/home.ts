/** Words of the station home. */
export const home = {} as const;

/** Words of the station settings. */

export const settings = {} as const;

/** Words of the station train. */

export const train = {} as const;

/** Words of the station review. */

export const review = {} as const;

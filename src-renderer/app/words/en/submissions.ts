/** Words of the station submissions. */

export const submissions = {} as const;

/** Words of the station structures. */
export const structures = {} as const;

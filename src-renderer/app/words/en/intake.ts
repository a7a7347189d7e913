/** Words of the station intake. */
export const intake = {} as const;

/** Which new fields the person has ticked as read: the difference sets it, the decision needs it. Never ticked beforehand. */
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

type ReadFields = {
  readonly read: ReadonlySet<string>;
  readonly set: (path: string, read: boolean) => void;
};

const ReadFieldsContext = createContext<ReadFields>({ read: new Set(), set: () => {} });

export const useReadFields = (): ReadFields => useContext(ReadFieldsContext);

export function ReadFieldsProvider({ children }: { children: ReactNode }) {
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const value = useMemo<ReadFields>(
    () => ({
      read,
      set: (path, isRead) =>
        setRead((before) => {
          const next = new Set(before);
          if (isRead) next.add(path);
          else next.delete(path);
          return next;
        }),
    }),
    [read],
  );
  return <ReadFieldsContext value={value}>{children}</ReadFieldsContext>;
}

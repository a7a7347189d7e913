/** A fact of the page at the right end of the job bar, such as when a draft was saved. */
import { createContext, type ReactNode, useContext, useState } from 'react';
import { createPortal } from 'react-dom';

type Slot = { readonly place: HTMLElement | null; readonly setPlace: (place: HTMLElement | null) => void };

const SlotContext = createContext<Slot>({ place: null, setPlace: () => {} });

export function BarNoteProvider({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  return <SlotContext value={{ place, setPlace }}>{children}</SlotContext>;
}

/** Where the note stands; in its place the bar shows what it says by itself. */
export function BarNotePlace({ className }: { className: string | undefined }) {
  const { setPlace } = useContext(SlotContext);
  return <span ref={setPlace} className={className} />;
}

export function BarNote({ children }: { children: ReactNode }) {
  const { place } = useContext(SlotContext);
  return place === null ? null : createPortal(children, place);
}

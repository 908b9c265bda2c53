import { createContext, useContext } from 'solid-js';

/** A reviewer's keys: which key opens which action, and which one is open. */
export interface ReviewKeys {
  keys: Record<string, string>;
  open: () => string | undefined;
  setOpen: (action: string | undefined) => void;
}
export const ReviewKeysContext = createContext<ReviewKeys>();
export const useReviewKeys = () => useContext(ReviewKeysContext);

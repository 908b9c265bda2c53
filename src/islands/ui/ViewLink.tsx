import type { JSX } from 'solid-js';
import { follow, hrefOf } from './route.ts';

/** A link to another view of this workspace: it stays in the page, and can be opened in another tab. */
export const ViewLink = (props: { to: Record<string, string | number>; children: JSX.Element }) => (
  <a href={hrefOf(props.to)} onClick={(event) => follow(event, props.to)}>
    {props.children}
  </a>
);

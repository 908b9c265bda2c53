import { createEffect, createResource, Show } from 'solid-js';
import { loadMe } from '../../backend/session.ts';
import { lazy } from '../ui/lazy.ts';
import { ChooseHat } from './Hats.tsx';
import { SignIn } from './SignIn.tsx';
import { homeOf, undecided } from './Workspace.tsx';

// Once in the life of an organization.
const Register = lazy(() => import('./Register.tsx').then((m) => ({ default: m.Register })));

/** /work/: sign in, register the organization, and on to one's own workspace — with what was wanted (a booking) kept in the address. */
export function Entrance() {
  const [me, { refetch }] = createResource(loadMe);
  const home = () => (me() ? homeOf(me() as NonNullable<ReturnType<typeof me>>) : undefined);
  createEffect(() => {
    const to = home();
    if (to && to !== '/work/') window.location.replace(to + window.location.search);
  });
  return (
    <Show
      when={!me.loading}
      fallback={
        <p class="loading" role="status">
          正在打开…
        </p>
      }
    >
      <Show when={me()} fallback={<SignIn onDone={() => void refetch()} />}>
        <Show
          when={home() === '/work/'}
          fallback={
            <p class="loading" role="status">
              正在转到您的页面…
            </p>
          }
        >
          <Show
            when={undecided(me() as NonNullable<ReturnType<typeof me>>)}
            fallback={<Register onDone={() => void refetch()} />}
          >
            <ChooseHat hats={me()?.hats ?? []} />
          </Show>
        </Show>
      </Show>
    </Show>
  );
}

import { createResource, Show } from 'solid-js';
import { loadBooking } from '../../backend/bookings.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { NotOpen } from '../ui/NotOpen.tsx';
import { follow, hrefOf } from '../ui/route.ts';
import { BookingForm } from './BookingForm.tsx';

/** 创新券预约 (R12, R15): self-check, fee lines with the live deduction, contract; all problems named before anything is sent. Also the form that mends a returned order. */
export function Book(props: { slug?: string | undefined; orderId?: number | undefined; orgId: number }) {
  const [data, { refetch }] = createResource(() => loadBooking(props));
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <Show
          when={d().entry}
          fallback={
            <Empty>
              没有找到这项资源，它可能已经停止发布。请回到 <a href="/instruments/">仪器资源</a> 或{' '}
              <a href="/services/">项目检测</a> 重新选择。
            </Empty>
          }
        >
          <Show
            when={d().quota}
            fallback={
              <Show when={!d().missing} fallback={<NotOpen year={Number(d().day.slice(0, 4))} missing={d().missing} />}>
                <section class="next">
                  <h2>下一步：先领取本年度额度</h2>
                  <p>预约前须认证并领取创新券额度，一次即可。</p>
                  <a class="button main" href={hrefOf({ view: 'quota' })} onClick={(e) => follow(e, { view: 'quota' })}>
                    去领取
                  </a>
                </section>
              </Show>
            }
          >
            <Show
              when={d().projects.length > 0}
              fallback={
                <section class="next">
                  <h2>下一步：先登记研发项目</h2>
                  <p>订单须挂在已通过审核的科技研发项目下。</p>
                  <a
                    class="button main"
                    href={hrefOf({ view: 'projects' })}
                    onClick={(e) => follow(e, { view: 'projects' })}
                  >
                    去登记
                  </a>
                </section>
              }
            >
              <BookingForm booking={d()} />
            </Show>
          </Show>
        </Show>
      )}
    </Load>
  );
}

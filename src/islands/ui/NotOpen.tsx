/** A year that cannot be begun yet, and what it still lacks (R6). */
export function NotOpen(props: { year: number; missing: string | null }) {
  return (
    <section class="next">
      <h2>{props.year} 年度还没有开放申领</h2>
      <p>
        {props.missing ? `还缺：${props.missing}。` : ''}
        省平台补齐之后即可领取，请留意通知公告；已经开始的业务照常办理。
      </p>
    </section>
  );
}

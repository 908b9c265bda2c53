import { createUniqueId } from 'solid-js';
import { formatFen } from '../../domain/money.ts';

/** One bar, three textures — paid, held, free — with the figures in words under it. The year's fund is drawn with it too, under other names. */
export function QuotaBar(props: {
  capFen: number;
  spentFen: number;
  heldFen: number;
  names?: [paid: string, held: string, free: string];
}) {
  const held = createUniqueId();
  const names = () => props.names ?? ['已支付', '占用', '可用'];
  const freeFen = () => props.capFen - props.spentFen - props.heldFen;
  const share = (fen: number) => `${props.capFen > 0 ? (fen / props.capFen) * 100 : 0}%`;
  return (
    <div class="quota">
      <svg
        role="img"
        aria-label={`${names()[0]} ${formatFen(props.spentFen)} 元，${names()[1]} ${formatFen(props.heldFen)} 元，${names()[2]} ${formatFen(freeFen())} 元`}
        width="100%"
        height="16"
      >
        <defs>
          <pattern id={held} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="free" width="8" height="8" />
            <rect class="paid" width="4" height="8" />
          </pattern>
        </defs>
        <rect class="free" width="100%" height="16" />
        <rect class="paid" width={share(props.spentFen)} height="16" />
        <rect x={share(props.spentFen)} width={share(props.heldFen)} height="16" fill={`url(#${held})`} />
      </svg>
      <p>
        <span>
          {names()[0]} <span class="money">{formatFen(props.spentFen)}</span> 元
        </span>
        <span>
          {names()[1]} <span class="money">{formatFen(props.heldFen)}</span> 元
        </span>
        <b>
          {names()[2]} <span class="money">{formatFen(freeFen())}</span> 元
        </b>
      </p>
    </div>
  );
}

import { createUniqueId } from 'solid-js';
import { formatFen } from '../../domain/money.ts';

/** One bar, three textures — paid, held, free — with the figures in words under it. */
export function QuotaBar(props: { capFen: number; spentFen: number; heldFen: number }) {
  const held = createUniqueId();
  const share = (fen: number) => `${props.capFen > 0 ? (fen / props.capFen) * 100 : 0}%`;
  return (
    <div class="quota">
      <svg role="img" aria-label={`已支付 ${formatFen(props.spentFen)} 元，占用 ${formatFen(props.heldFen)} 元`} width="100%" height="16">
        <defs><pattern id={held} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="free" width="8" height="8" /><rect class="paid" width="4" height="8" /></pattern></defs>
        <rect class="free" width="100%" height="16" /><rect class="paid" width={share(props.spentFen)} height="16" /><rect x={share(props.spentFen)} width={share(props.heldFen)} height="16" fill={`url(#${held})`} />
      </svg>
      <p>已支付 <span class="money">{formatFen(props.spentFen)}</span> 元　占用 <span class="money">{formatFen(props.heldFen)}</span> 元　<b>可用 <span class="money">{formatFen(props.capFen - props.spentFen - props.heldFen)}</span> 元</b></p>
    </div>
  );
}

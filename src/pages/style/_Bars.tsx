import { QuotaBar } from '../../islands/ui/QuotaBar.tsx';

/** Several bars in one tree, for what is rendered apart while the site is built would count its pattern ids from the start again. */
export function Bars() {
  return (
    <>
      <QuotaBar capFen={20_000_000} spentFen={9_600_000} heldFen={3_600_000} />
      <QuotaBar capFen={20_000_000} spentFen={0} heldFen={0} />
      <QuotaBar capFen={20_000_000} spentFen={20_000_000} heldFen={0} />
      <QuotaBar
        capFen={500_000_000}
        spentFen={305_000_000}
        heldFen={85_000_000}
        names={['已兑付', '已公示、等兑付', '扣除等兑付的，还余']}
      />
    </>
  );
}

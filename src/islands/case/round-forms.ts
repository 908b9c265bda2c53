import { advancePaperPack } from '../../backend/papers.ts';
import { advancePaymentList } from '../../backend/payments.ts';
import { advanceReReview, passRedemption, returnRedemption } from '../../backend/redemptions.ts';
import { advanceRound } from '../../backend/rounds.ts';
import { act, elsewhere, type FormsOf, reason, step } from './act-form.ts';

const pack = step(advancePaperPack);
const round = (words: string) => step(advanceRound, { words });
const list = (words: string) => step(advancePaymentList, { words });
const reReview = (words: string) => step(advanceReReview, { words, fields: [], grave: false });

/** A claim, its quarter, its papers and its payment (R23–R30, R43–R45, R47). */
export const roundForms: FormsOf<
  'redemption' | 'round' | 'paper_pack' | 'payment_list' | 'recovery' | 'rectification'
> = {
  'redemption.pass': act(passRedemption, { words: '通过后进入本季度汇总，参加专家评审。' }),
  'redemption.return': act(returnRedemption, (row) => ({
    words: row.refusals ? '这是第二次：不通过后不能兑付，订单转为普通订单。' : '第一次退回：管理单位可以补充一次。',
  })),
  'redemption.supplement': elsewhere,
  'redemption.confirm': reReview('只确认这一项；它的季度不动。'),
  'redemption.publish': reReview('这一项有自己的公示；复评不通过的不再接受异议。'),
  'redemption.report': reReview('结束复评，按多数确定结果，上报省科技厅。'),
  'redemption.send_back': step(advanceReReview, {
    words: '同一组专家另投一次，以前的意见留在记录里。',
    fields: [{ ...reason, label: '退回的理由（不给双方看）' }],
    grave: true,
  }),
  'round.close': round('汇总后本季度的清单不再增加。'),
  'round.confirm': round('确认后进入下一环节。'),
  'round.open_review': round('为每项分配奇数位无须回避的专家。'),
  'round.publish': round('发布公示；专家评审未通过的，公示期满、没有待裁定的异议才终局。'),
  'round.report': round('结束评审，按多数确定结果，上报省科技厅。'),
  'round.send_back': elsewhere,
  'round.settle': round('办结后本季度的任何内容都不能再改。'),
  'round.start_payout': round('公示期满，不通过的终局为兑付失败，通过的进入兑付。'),
  'paper_pack.approve': pack,
  'paper_pack.archive': pack,
  'paper_pack.forward': pack,
  'paper_pack.move': pack,
  'paper_pack.print': pack,
  'paper_pack.return': pack,
  'paper_pack.send': pack,
  'payment_list.approve': list(
    '数字重新计算：有一笔不就绪、资金不够或有人会被越过，就不批准并写明是哪一笔。批准后记入今年资金。',
  ),
  'payment_list.record_results': elsewhere,
  'payment_list.send': list('已不就绪的各笔撤出，其余即为在途；此后什么也不撤。'),
  'payment_list.send_back': list('退回后各笔回到队伍里原来的位置，可以重新拟制。'),
  'rectification.confirm': elsewhere,
  'rectification.refuse': elsewhere,
  'rectification.withdraw': elsewhere,
  'recovery.answer': elsewhere,
  'recovery.cancel': elsewhere,
  'recovery.record': elsewhere,
};

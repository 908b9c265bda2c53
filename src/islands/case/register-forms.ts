import { advancePayeeAccount } from '../../backend/accounts.ts';
import { approveCertification, returnCertification } from '../../backend/certifications.ts';
import { approveProject, returnProject } from '../../backend/projects.ts';
import { approveResource, type ResourceKind, returnResource } from '../../backend/resources.ts';
import { liftSuspension } from '../../backend/suspensions.ts';
import { decideUsccClaim } from '../../backend/uscc-claims.ts';
import { act, elsewhere, type FormOf, type FormsOf, reason, step } from './act-form.ts';

const approve: FormOf = (row, action, entity) =>
  act((id, requestId) => approveResource(entity as ResourceKind, id, requestId), {
    words: '通过后立即向公众发布。',
  })(row, action, entity);
const sendBack: FormOf = (row, action, entity) =>
  act((id, requestId, why) => returnResource(entity as ResourceKind, id, requestId, why))(row, action, entity);
const account = (words?: string, grave?: true) =>
  step(advancePayeeAccount, { ...(grave && { grave }), ...(words && { words }) });
const claim = (words: string) => step(decideUsccClaim, { grave: true, words });

/** What an organization registers and the platform examines: its proofs, projects, resources, account and code (R2, R11, R21, R38, R42, R46). */
export const registerForms: FormsOf<
  'certification' | 'project' | 'instrument' | 'service' | 'payee_account' | 'uscc_claim' | 'suspension'
> = {
  'certification.approve': act(
    (certification_id, request_id, why) => approveCertification({ certification_id, request_id, reason: why || null }),
    {
      words: '通过后该单位即可使用创新券功能，至证书到期为止。',
      fields: [{ ...reason, label: '说明（有同名单位时必填）', optional: true }],
    },
  ),
  'certification.return': act(returnCertification),
  'project.approve': act(approveProject),
  'project.return': act(returnProject),
  'project.resubmit': elsewhere,
  'instrument.approve': approve,
  'instrument.edit': elsewhere,
  'instrument.return': sendBack,
  'service.approve': approve,
  'service.edit': elsewhere,
  'service.return': sendBack,
  'payee_account.approve': account('已与证明文件逐项核对；核验后兑付拨到这个账户，原来的账户随即停用。'),
  'payee_account.check': account('已与证明文件、原账户逐项核对；还须另一人复核。'),
  'payee_account.return': account(),
  'payee_account.withdraw': account('撤回后可以重新登记。', true),
  'uscc_claim.give': claim('代码登记在申请单位名下；占用它的一方随即收回代码，填写自己的代码之前不能提交业务。'),
  'uscc_claim.refuse': claim('代码仍在原来的登记名下。'),
  'suspension.lift': act(liftSuspension, { words: '解除后资格立即恢复，公众目录恢复预约。', grave: false }),
};

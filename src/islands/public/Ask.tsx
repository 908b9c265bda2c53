import { inquiryKinds } from '../../domain/inquiries.ts';
import { PublicForm } from './PublicForm.tsx';

/** 咨询、投诉、建议: what it is about, and whether question and answer may be read by everyone. */
export function Ask() {
  return (
    <PublicForm
      target="submit-inquiry"
      button="提交"
      thanks="省平台答复后，"
      fields={[
        { name: 'kind', label: '类别', max: 20, options: Object.entries(inquiryKinds) },
        { name: 'title', label: '标题（一句话，至少 4 字）', min: 4, max: 100 },
        { name: 'body', label: '内容（至少 10 字；请不要写个人信息）', long: true, min: 10, max: 2000 },
        { name: 'contact', label: '联系方式', max: 100, optional: true },
        {
          name: 'may_publish',
          label: '能否公开（只公开标题、内容和答复）',
          max: 3,
          options: [
            ['no', '不公开'],
            ['yes', '同意公开'],
          ],
        },
      ]}
    />
  );
}

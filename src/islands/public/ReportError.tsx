import { PublicForm } from './PublicForm.tsx';

/** 网站找错: which page, what is wrong. The page one came from is filled in. */
export function ReportError() {
  const from =
    new URLSearchParams(window.location.search).get('page') ??
    (document.referrer.startsWith(window.location.origin) ? new URL(document.referrer).pathname : '');
  return (
    <PublicForm
      target="report-error"
      button="提交"
      thanks="省平台核实后更正。"
      fields={[
        { name: 'page', label: '哪一页', max: 300, value: from },
        { name: 'body', label: '哪里不对（至少 5 字）', long: true, min: 5, max: 2000 },
        { name: 'contact', label: '联系方式', max: 100, optional: true },
      ]}
    />
  );
}

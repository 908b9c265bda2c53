-- 人填写的文字存进来就是干净的（R36），不论来自页面、接口还是后台：下表每一栏各加一条约束。
-- 新表里有人填写的文字，请在这里添一行；tests/database/clean-text.test.ts 会找出漏掉的。
do $$
declare
  v record;
begin
  for v in
    select t.* from (values
      -- 表、栏、是否允许换行、至少几个看得见的字（0 为可空着）
      ('announcements', 'title', false, 4), ('announcements', 'body', true, 10), ('announcements', 'source', false, 2),
      ('needs', 'sample', false, 2), ('needs', 'standard', false, 0), ('needs', 'taken_down_reason', true, 2),
      ('need_messages', 'body', true, 2),
      ('inquiries', 'title', false, 4), ('inquiries', 'body', true, 10), ('inquiries', 'contact', false, 0),
      ('inquiries', 'answer', true, 2),
      ('carriers', 'name', false, 2), ('cities', 'name', false, 2),
      ('certifications', 'certificate_no', false, 0),
      ('bank_columns', 'header', false, 1), ('bank_import_lines', 'payment_no', false, 0),
      ('bank_import_lines', 'reference', false, 0), ('bank_import_lines', 'reason', false, 0),
      ('bank_imports', 'file_name', false, 1),
      ('corrections', 'page', false, 1), ('corrections', 'body', true, 5), ('corrections', 'contact', false, 0),
      ('corrections', 'answer', true, 2),
      ('documents', 'original_name', false, 1),
      ('events', 'reason', true, 0),
      ('expert_assignments', 'conflict_reason', true, 2), ('expert_assignments', 'replaced_reason', true, 2),
      ('expert_relations', 'note', false, 2), ('review_turns', 'reason', true, 0), ('vote_drafts', 'reason', true, 0),
      ('expert_votes', 'reason', true, 0), ('experts', 'title', false, 0),
      ('holidays', 'name', false, 1), ('holidays', 'source', false, 1),
      ('instrument_classes', 'label', false, 1),
      ('instruments', 'name', false, 2), ('instruments', 'model', false, 0), ('instruments', 'maker', false, 0),
      ('instruments', 'unit', false, 1), ('instruments', 'purpose', true, 0), ('instruments', 'specs', true, 0),
      ('invoices', 'buyer', false, 2), ('invoices', 'seller', false, 2),
      ('objections', 'real_name', false, 2), ('objections', 'contact', false, 5), ('objections', 'body', true, 10),
      ('objections', 'evidence', true, 0), ('objections', 'decision_reason', true, 2),
      ('order_answers', 'justification', true, 0),
      ('order_fee_lines', 'description', false, 1),
      ('orders', 'title', false, 2), ('orders', 'contract_no', false, 0), ('orders', 'purpose', true, 0),
      ('organization_contacts', 'contact_name', false, 1), ('organization_contacts', 'contact_phone', false, 5),
      ('organization_contacts', 'email', false, 0),
      ('organizations', 'name', false, 2), ('organizations', 'address', false, 0),
      ('organizations', 'legal_representative', false, 0), ('organizations', 'cma_no', false, 0),
      ('organizations', 'cnas_no', false, 0),
      ('payee_accounts', 'holder_name', false, 2), ('payee_accounts', 'bank_name', false, 2),
      ('payments', 'bank_reference', false, 1), ('payments', 'returned_reason', false, 2),
      ('payments', 'dropped_reason', true, 2),
      ('pledges', 'title', false, 2), ('pledges', 'body', true, 50),
      ('policy_parameters', 'label', false, 1), ('policy_parameters', 'source', false, 0),
      ('policy_years', 'note', true, 0),
      ('projects', 'title', false, 4), ('projects', 'tech_field', false, 2), ('projects', 'leader', false, 1),
      ('projects', 'content', true, 20),
      ('ratings', 'comment', true, 0),
      ('recoveries', 'reason', true, 2), ('recoveries', 'answer', true, 2),
      ('recovery_instalments', 'reference', false, 1),
      ('rectifications', 'reason', true, 2), ('rectifications', 'evidence', true, 2),
      ('rectifications', 'was_reference', false, 1), ('rectifications', 'was_reason', false, 2),
      ('rectifications', 'reference', false, 1), ('rectifications', 'return_reason', false, 2),
      ('services', 'name', false, 2), ('services', 'standard', false, 0), ('services', 'unit', false, 1),
      ('services', 'purpose', true, 0), ('services', 'sample_requirement', true, 0),
      ('staff_roles', 'display_name', false, 1),
      ('suspensions', 'reason', true, 2), ('uscc_claims', 'reason', true, 2)
    ) as t (table_name, column_name, lines, least)
  loop
    execute format('alter table public.%1$I add constraint %1$s_%2$s_clean '
        || 'check (%2$I is null or coalesce(private.clean_%3$s(%2$I), '''') = %2$I%4$s)',
      v.table_name, v.column_name, case when v.lines then 'text' else 'line' end,
      case when v.least > 0 then format(' and private.visible_length(%I) >= %s', v.column_name, v.least) else '' end);
  end loop;
end $$;

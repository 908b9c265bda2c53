-- 读取的形状：公众读取时不许把几张表层层嵌套，也不许汇总与查看执行计划。

-- PostgREST 由外键推出嵌套读取：select=a(b(a(b(…)))) 一个二百字符的地址，就能让人人可读的表逐层相乘到上百兆。
-- 与目标表同名、以来源表为参数的函数会取代这样推出的关系；下列函数谁也不能执行，嵌套因此被拒绝，外键照旧保证数据完整。
do $$
declare
  v_pair text[];
begin
  foreach v_pair slice 1 in array array[
    ['policy_years', 'policy_parameters'], ['policy_years', 'pledges'], ['policy_years', 'fund_status'],
    ['policy_years', 'rounds'], ['notices', 'notice_items'], ['notices', 'rounds'], ['cities', 'organizations'],
    ['workflow_entities', 'workflow_states'], ['workflow_states', 'workflow_transitions'],
    ['organizations', 'organizations'], ['inquiries', 'published_inquiries']]
  loop
    for i in 1..2 loop
      execute format('create or replace function public.%1$I(of_%2$s public.%2$I) returns setof public.%1$I '
        'language sql stable security invoker set search_path = '''' '
        'begin atomic select t.* from public.%1$I t where false; end', v_pair[i], v_pair[3 - i]);
      execute format('comment on function public.%1$I(public.%2$I) is %3$L', v_pair[i], v_pair[3 - i],
        '占住嵌套读取的名字，谁也不能执行：两张人人可读的表之间不许层层嵌套。');
    end loop;
  end loop;
end $$;

-- 二者默认就关着；写在库里，不靠各处 PostgREST 的启动参数。
alter role authenticator set pgrst.db_aggregates_enabled = 'false';
alter role authenticator set pgrst.db_plan_enabled = 'false';
notify pgrst, 'reload config';

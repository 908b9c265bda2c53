-- 一次请求等多久：别人锁住的一行，不能占满全部连接，让只想看一看的人也等（托管环境自带语句时限：anon 3 秒、authenticated 8 秒）。

alter role anon set lock_timeout = '1s';
alter role authenticated set lock_timeout = '2s';
alter role service_role set lock_timeout = '2s';
-- 接口在启动时和收到这条通知时读取各角色的设置。
notify pgrst, 'reload config';

insert into private.refusals (code, http_status, message, hint) values
  ('BUSY', 503, '系统忙，或这项业务正在被别的操作处理，没有办成。', '请过几秒再试；同一次操作重试不会重复生效。');

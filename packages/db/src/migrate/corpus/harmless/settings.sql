set local statement_timeout = '5min';
select set_config('app.user_id', 'unknown', true);

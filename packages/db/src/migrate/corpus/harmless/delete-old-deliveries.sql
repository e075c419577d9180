delete from webhook_delivery where received_at < now() - interval '30 days';

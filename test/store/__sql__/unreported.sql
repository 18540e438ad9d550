select count(*) as "count", min("created_at") as "oldest" from "report_outbox" where "report_no" > (select coalesce(min("delivered_up_to"), 0) as "up_to" from "report_channel")

select "channel", "report_no", "reason", "refused_at", "again" from "report_refusal" where "resolved_at" is null order by "channel", "report_no" limit $1

select count(*) as "count" from "report_refusal" where "resolved_at" is null

select count(*) as "count" from "dead_letter" where "resolved_at" is null

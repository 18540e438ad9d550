select "disposition_id", "disposition", "verified", "reason", "decided_by", "person_id", "decided_at" from "disposition" where "inspection_id" = $1 order by "decided_at", "disposition_id"

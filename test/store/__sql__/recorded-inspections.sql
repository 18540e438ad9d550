select "inspection_id", "decided_at", "stored_at", "message" from "inspection" order by "decided_at", "inspection_id" limit $1

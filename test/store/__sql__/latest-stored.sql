select "stored_at", "inspection_id" from "inspection" order by "stored_at" desc limit $1

select "message", "stored_at" from "inspection" where "inspection_id" = $1

select "stored_at" from "inspection" order by "stored_at" desc limit $1
